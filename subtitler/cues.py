"""Timed words -> cues.

A run of speech, one speaker without a pause, is cut into cues by dynamic programming over every
place where a cue can end: the price of a division is the sum of what its cues cost (a break in a
bad place, too little time to read, a flash, one cue more), and the cheapest division wins.
In-times are the voice's; out-times follow the rules of `retime`.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise

from subtitler.data import Cue, Word
from subtitler.linebreak import COMMA, SENTENCE, Layout, break_costs, split_words
from subtitler.rules import NETFLIX, Rules, count_characters, frame_ms

# A pause that ends a cue, whatever the sentence says, in milliseconds.
_PAUSE = 1000
# A breath: a shorter pause tells nothing about where a phrase ends.
_BREATH = 250

# What a division costs, in the unit of the break prices (0 the best break, 120 the worst).
_CUE = 10.0  # each cue: no more of them than needed
_BREAK = 5.0  # times the price of a break between cues: they part more than lines do
_LINES = 0.6  # times the price of the division into lines
_ASTRIDE = 12.0  # a stop inside of a cue that begins or ends without one
_JOIN = 6.0  # a sentence that shares its cue with the next, beyond the cue that this saves
_SHORT = 60.0  # a cue under the minimum duration
_FLASH = 10.0  # a part of a sentence as short as a cue may be; none of it from _CALM on
_CALM = 1500
_FAST = 10.0  # a cue that cannot be read in its time ...
_EXCESS = 1.5  # ... and each character too many
_HELD = 10.0  # a pause of nearly _PAUSE inside of a cue
_FLICKER = 20.0  # a gap that cannot be closed
_UNEVEN = 80.0  # `split_text`: a piece twice as long as its share

# So many full cues may a piece of `split_text` end from where its share of the text does: the work
# would grow with the square of the text else, and sentences can hang together through an hour.
_FAR = 4


def make_cues(
    words: Sequence[Word],
    speakers: Sequence[str],
    language: str,
    frame_rate: float = 25.0,
    rules: Rules = NETFLIX,
    media_end: int | None = None,
) -> list[Cue]:
    """The subtitles of what was said.

    `words` are those of the whole transcript in its order and the found ones in the order of time;
    `speakers[s]` is the speaker of sentence s. `frame_rate` is the video's in frames a second,
    `media_end` its length in milliseconds.

    A cue begins when its first word does. A word without times is placed between its neighbours
    if more than half of its sentence was found; a sentence of which less was found gets no cue
    (`unplaced_sentences` lists those). A cue is of one speaker, and of one sentence unless a
    sentence would be gone before it is read. What no division can help, such as a speaker faster
    than a reader, is left for `rules.check` to find.

    Raises ValueError if found words go back in time or the frame rate is not positive.
    """
    runs = _runs(place_words(words, media_end), speakers)
    ends = [*(run[0].start for run in runs[1:]), media_end]
    cues = [
        cue
        for run, end in zip(runs, ends, strict=False)
        for cue in _Run(run, end, language, frame_rate, rules).cues()
    ]
    return retime(cues, language, frame_rate, rules, media_end)


def unplaced_sentences(words: Sequence[Word]) -> list[int]:
    """The sentences of which half the words or more were not found: they get no cue."""
    return [sentence[0].sentence for sentence in _sentences(words) if not _is_found(sentence)]


def _sentences(words: Sequence[Word]) -> list[list[Word]]:
    return [list(group) for _, group in groupby(words, key=lambda word: word.sentence)]


def _is_found(sentence: Sequence[Word]) -> bool:
    return 2 * sum(word.start is not None for word in sentence) > len(sentence)


@dataclass(frozen=True, slots=True)
class Placed:
    """A word with its place in time, in milliseconds."""

    text: str
    sentence: int
    start: int
    end: int


# The pace of a word that was not found, in milliseconds a character: 15 characters a second, a
# calm speaker.
_PACE = 67


def place_words(words: Sequence[Word], media_end: int | None = None) -> list[Placed]:
    """The words of every sentence of which more than half was found, each with its time.

    None that was not found is placed after `media_end` (in milliseconds): a recording may break
    off in the middle of a sentence.
    Raises ValueError if found words go back in time.
    """
    found = [sentence for sentence in _sentences(words) if _is_found(sentence)]
    starts = [word.start for sentence in found for word in sentence if word.start is not None]
    if any(after < before for before, after in pairwise(starts)):
        raise ValueError("the words that were found go back in time")
    placed: list[Placed] = []
    for i, sentence in enumerate(found):
        following = found[i + 1] if i + 1 < len(found) else []
        latest = next((word.start for word in following if word.start is not None), media_end)
        placed += _place_sentence(sentence, placed[-1].end if placed else 0, latest)
    return placed


def _place_sentence(words: Sequence[Word], earliest: int, latest: int | None) -> list[Placed]:
    """The words of a sentence; those at its edges go no further than `earliest` and `latest`."""
    placed: list[Placed] = []
    for found, group in groupby(words, key=lambda word: word.start is not None):
        stretch = list(group)
        if found:
            placed += [_placed(word) for word in stretch]
            continue
        rest = words[len(placed) + len(stretch) :]
        after = rest[0].start if rest else None
        if after is None:
            start = placed[-1].end
            end = start + _time_of(stretch)
            end = end if latest is None else max(start, min(end, latest))
            placed += _spread(stretch, start, end)
        elif placed:
            placed += _fill(stretch, placed[-1], after)
        else:
            start = max(earliest, after - _time_of(stretch))
            placed += _spread(stretch, min(start, after), after)
    return placed


def _placed(word: Word) -> Placed:
    assert word.start is not None
    return Placed(word.text, word.sentence, word.start, max(word.start, word.end or 0))


def _fill(words: Sequence[Word], before: Placed, after: int) -> list[Placed]:
    """Words between two that were found.

    Where they have far more time than they need there is a pause among them: what goes before
    the last punctuation mark is then spoken before the pause, the rest after it.
    """
    start = min(before.end, after)
    if after - start <= 2 * _time_of(words):
        return _spread(words, start, after)
    texts = [before.text, *(word.text for word in words)]
    cut = max((i for i, text in enumerate(texts) if not text[-1].isalnum()), default=len(words))
    head, tail = words[:cut], words[cut:]
    return [
        *_spread(head, start, start + _time_of(head)),
        *_spread(tail, after - _time_of(tail), after),
    ]


def _time_of(words: Sequence[Word]) -> int:
    return _PACE * sum(len(word.text) + 1 for word in words)


def _spread(words: Sequence[Word], start: int, end: int) -> list[Placed]:
    """Words over the time from start to end, each its share by length."""
    shares = list(accumulate((len(word.text) + 1 for word in words), initial=0))
    times = [start + (end - start) * share // max(1, shares[-1]) for share in shares]
    return [
        Placed(word.text, word.sentence, *span)
        for word, span in zip(words, pairwise(times), strict=True)
    ]


def _runs(words: Sequence[Placed], speakers: Sequence[str]) -> list[list[Placed]]:
    """The words cut where no cue may go on: at a pause and at another speaker."""
    runs: list[list[Placed]] = []
    for word in words:
        last = runs[-1][-1] if runs else None
        if (
            last is not None
            and word.start - last.end < _PAUSE
            and speakers[word.sentence] == speakers[last.sentence]
            # A sentence in between that was not found may have been said all the same.
            and word.sentence - last.sentence <= 1
        ):
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


class _Run:
    """Words of one speaker without a pause, and what their divisions into cues cost."""

    def __init__(
        self,
        words: Sequence[Placed],
        end: int | None,
        language: str,
        frame_rate: float,
        rules: Rules,
    ):
        """`end` is when the next run or the end of the media follows, None if nothing does."""
        self.words = words
        self.starts = [*(word.start for word in words), end]
        self.rules = rules
        self.speed = rules.speed(language)
        self.gap = rules.gap(frame_rate)
        # cuts[i]: the price of a cue that ends before word i.
        self.cuts = [SENTENCE]
        for _, group in groupby(words, key=lambda word: word.sentence):
            self.cuts += [*break_costs([word.text for word in group], language), SENTENCE]
        self.layout = Layout([word.text for word in words], self.cuts[1:-1], rules)
        # firsts[i]: whether a sentence begins with word i. The sums are over the words before i.
        ids = [None, *(word.sentence for word in words), None]
        self.firsts = [before != after for before, after in pairwise(ids)]
        self.joins = list(accumulate(self.firsts))
        self.stops = list(accumulate(cut <= COMMA for cut in self.cuts))
        waits = (after.start - before.end for before, after in pairwise(words))
        held = (max(0, wait - _BREATH) / (_PAUSE - _BREATH) for wait in waits)
        self.held = list(accumulate(held, initial=0.0))

    def cues(self) -> list[Cue]:
        """The best division, with the end of the voice for an out-time."""
        count = len(self.words)
        best = [0.0] + [math.inf] * count
        came = [0] * (count + 1)
        most = self.rules.lines * (self.rules.line_length + 1)
        for end in range(1, count + 1):
            voice = self.words[end - 1].end
            for start in range(end - 1, -1, -1):
                long = voice - self.words[start].start > self.rules.max_duration
                if start < end - 1 and (long or self.layout.width(start, end) > most):
                    break
                price = best[start]
                if price < best[end]:
                    price += self._price(start, end)
                if price < best[end]:
                    best[end], came[end] = price, start
        bounds = [count]
        while bounds[-1]:
            bounds.append(came[bounds[-1]])
        return [self._cue(start, end) for start, end in pairwise(reversed(bounds))]

    def _cue(self, start: int, end: int) -> Cue:
        # A word that is longer than a line can only stand alone, and is a finding.
        text = self.layout.text(start, end) or self.words[start].text
        return Cue(self.words[start].start, self.words[end - 1].end, text)

    def _price(self, start: int, end: int) -> float:
        """What a cue of the words from start to before end costs; infinite if it cannot be."""
        joins = self.joins[end - 1] - self.joins[start]
        if joins and not self.firsts[end]:
            return math.inf  # the beginning of a sentence is never the tail of a cue
        shape = self.layout.price(start, end)
        if shape is None:
            if end - start > 1:
                return math.inf
            shape = 0.0
        in_time, following = self.words[start].start, self.starts[end]
        characters = self.layout.width(start, end)
        out_time = _out_time(
            in_time,
            self.words[end - 1].end,
            math.ceil(characters * 1000 / self.speed),
            following,
            self.gap,
            self.rules,
        )
        time = out_time - in_time
        price = _CUE + _LINES * shape + _BREAK * self.cuts[end]
        price += (_CUE + _JOIN) * joins
        stopped = self.cuts[start] <= COMMA and self.cuts[end] <= COMMA
        if not stopped and self.stops[end - 1] > self.stops[start]:
            price += _ASTRIDE
        price += _HELD * (self.held[end - 1] - self.held[start])
        if time < self.rules.min_duration:
            price += _SHORT
        if time < _CALM and not (self.firsts[start] and self.firsts[end]):
            price += _FLASH * min(1.0, (_CALM - time) / (_CALM - self.rules.min_duration))
        excess = characters - self.speed * time / 1000
        if excess > 0:
            price += _FAST + _EXCESS * excess
        if following is not None and self.gap < following - out_time < self.rules.close_gap:
            price += _FLICKER
        return price


def retime(
    cues: Sequence[Cue],
    language: str,
    frame_rate: float = 25.0,
    rules: Rules = NETFLIX,
    media_end: int | None = None,
) -> list[Cue]:
    """The cues with out-times by the rules; a cue's `end` is taken for the end of its voice.

    In-times stay. Text stays until `rules.linger` after the voice where there is room, in any case
    for the minimum duration, and up to `rules.stretch` after the voice if it could not be read
    otherwise; it goes two frames before the next cue, after the maximum duration and at
    `media_end` (all in milliseconds) at the latest. A gap is either closed to two frames or at
    least `rules.close_gap`, for which a cue lingers less.

    Two in-times with not even room for a frame and a gap between them are the one case in which
    the later moves, beyond `media_end` too if they stand at the very end. Raises ValueError if
    in-times go back or the frame rate is not positive.
    """
    gap = rules.gap(frame_rate)
    frame = math.ceil(frame_ms(frame_rate))
    if any(after.start < before.start for before, after in pairwise(cues)):
        raise ValueError("cues go back in time")
    result: list[Cue] = []
    for cue, after in zip(cues, [*cues[1:], None], strict=False):
        start = max(cue.start, result[-1].end + gap) if result else cue.start
        following = after.start if after else None
        reading = rules.reading_time(cue.text, language)
        end = _out_time(start, cue.end, reading, following, gap, rules)
        if media_end is not None:
            end = min(end, media_end)
        result.append(Cue(start, max(end, start + frame), cue.text))
    return result


def _out_time(
    start: int, voice: int, reading: int, following: int | None, gap: int, rules: Rules
) -> int:
    """When a cue goes that begins at `start` and takes `reading` to read: see `retime`."""
    last = start + rules.max_duration
    readable = min(start + reading, voice + rules.stretch)
    needed = min(last, max(voice, start + rules.min_duration, readable))
    liked = min(last, max(needed, voice + rules.linger))
    if following is None:
        return liked
    open_end = following - rules.close_gap
    if open_end >= needed:
        return min(liked, open_end)
    if following - gap <= last:
        return following - gap
    # Too far to close the gap: better to leave half a second than to let it flicker.
    return max(min(voice, last), min(last, open_end))


def split_text(
    text: str, language: str, weights: Sequence[float], rules: Rules = NETFLIX
) -> list[str] | None:
    """The text divided into the texts of `len(weights)` cues, each with its line breaks.

    Their lengths follow the weights as far as good break points allow. A weight is a share, in any
    unit, of what there is, mostly the durations of cues. None if the text has fewer words than
    there should be pieces, or cannot fit so few. Raises ValueError if a weight is negative, or
    there is none above 0.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("weights are shares: none below 0, and not all of them 0")
    words = split_words(text)
    cuts = [*break_costs(words, language), SENTENCE]
    layout = Layout(words, cuts, rules)
    characters = count_characters(" ".join(words))
    shares = [characters * weight / total for weight in weights]
    most = rules.lines * (rules.line_length + 1)
    bounds = _bounds(layout, shares, most, _FAR * most) or _bounds(layout, shares, most, math.inf)
    if bounds is None:
        return None
    texts = [layout.text(start, end) for start, end in pairwise(bounds)]
    return [text for text in texts if text is not None]


def _bounds(layout: Layout, shares: Sequence[float], most: int, far: float) -> list[int] | None:
    """The cheapest division of all words into pieces, as the words before each and the count.

    `shares` are the characters that each piece should have, `most` those that it can have; no
    piece ends more than `far` characters from where the shares let expect it.
    """
    count = len(layout.words)
    widths = [layout.width(0, end) for end in range(count + 1)]
    best = [0.0] + [math.inf] * count  # of the pieces so far, by the words that they hold
    trail: list[list[int]] = []
    for share, due in zip(shares, accumulate(shares), strict=True):
        reached = [math.inf] * (count + 1)
        came = [0] * (count + 1)
        first, last = bisect_left(widths, due - far), bisect_right(widths, due + far)
        for end in range(max(1, first), min(count + 1, last)):
            for start in range(end - 1, -1, -1):
                width = layout.width(start, end)
                if width > most:
                    break
                if best[start] >= reached[end]:
                    continue
                shape = layout.price(start, end)
                if shape is None:
                    continue
                # Ten characters more or less are nothing to a short piece.
                skew = (width - share) / (share + 10)
                price = best[start] + _LINES * shape + _BREAK * layout.costs[end - 1]
                price += _UNEVEN * skew * skew
                if price < reached[end]:
                    reached[end], came[end] = price, start
        best = reached
        trail.append(came)
    if best[count] == math.inf:
        return None
    bounds = [count]
    for came in reversed(trail):
        bounds.append(came[bounds[-1]])
    return bounds[::-1]
