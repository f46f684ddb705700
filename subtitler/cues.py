"""Timed words -> cues.

A run of speech without a pause and with one speaker is cut into cues by dynamic programming over
every place where a cue can end: the price of a division is the sum of what its cues cost (breaks
in a bad place, too little time to read, a flash, one cue more) and the cheapest division wins.
In-times are the voice's, out-times follow the rules of `retime`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from subtitler.data import Cue, Word
from subtitler.linebreak import SENTENCE, break_costs, divide, imbalance
from subtitler.rules import NETFLIX, Rules, count_characters

# A pause of a second ends a cue, whatever the sentence says.
_PAUSE = 1000

# What a division costs, in the unit of the break prices (0 the best break, 40 the worst).
_CUE = 6.0  # every cue: no more of them than needed
_JOIN = 12.0  # a sentence that shares its cue with the next
_CUE_BREAK = 1.5  # a break between cues disturbs more than one between lines
_FAST = 4.0  # a cue that cannot be read in its time ...
_FAST_CHARACTER = 0.7  # ... and each character that is too much for it
_SHORT = 25.0  # a cue under the minimum duration
_FLASH = 8.0  # part of a sentence that flashes by: at the minimum duration the whole price,
_CALM = 1500  # ... and none from this duration on
_LATE_BREAK = 6.0  # a pause, just under the one that ends a cue, inside of it


def make_cues(
    words: Sequence[Word],
    speakers: Sequence[str],
    language: str,
    frame_rate: float = 25.0,
    rules: Rules = NETFLIX,
    media_end: int | None = None,
) -> list[Cue]:
    """The subtitles of what was said.

    `words` are those of the whole transcript in its order, `speakers[s]` is the speaker of
    sentence s, `frame_rate` that of the video in frames/second and `media_end` its length in
    milliseconds. Found words are in the order of time, as they are in the transcript.

    A word without times is placed between its neighbours if more than half of its sentence was
    found. A sentence of which less was found gets no cue: `unplaced_sentences` lists those.
    Raises ValueError if found words go back in time.
    """
    placed = place_words(words)
    runs = _runs(placed, speakers)
    starts = [run[0].start for run in runs[1:]] + [media_end]
    cues = [
        cue
        for run, following in zip(runs, starts, strict=True)
        for cue in _divide_run(run, following, language, frame_rate, rules)
    ]
    return retime(cues, language, frame_rate, rules, media_end)


def unplaced_sentences(words: Sequence[Word]) -> list[int]:
    """The sentences of which half the words or more were not found: they get no cue."""
    return [
        sentence
        for sentence, group in groupby(words, key=lambda word: word.sentence)
        if not _is_found(list(group))
    ]


def _is_found(sentence: Sequence[Word]) -> bool:
    return 2 * sum(word.start is not None for word in sentence) > len(sentence)


@dataclass(frozen=True, slots=True)
class Placed:
    """A word with its place in time, in milliseconds."""

    text: str
    sentence: int
    start: int
    end: int


# A word that was not found is taken to be spoken at this pace at most, so that it does not fill
# a pause: ten characters a second, slow speech.
_PACE = 100


def place_words(words: Sequence[Word]) -> list[Placed]:
    """The words of every sentence most of which was found, each with a time.

    Raises ValueError if found words go back in time.
    """
    placed: list[Placed] = []
    sentences = [list(group) for _, group in groupby(words, key=lambda word: word.sentence)]
    kept = [sentence for sentence in sentences if _is_found(sentence)]
    firsts = [_first_start(sentence) for sentence in kept]
    for number, sentence in enumerate(kept):
        earliest = placed[-1].end if placed else 0
        latest = firsts[number + 1] if number + 1 < len(kept) else None
        placed += _place_sentence(sentence, earliest, latest)
    for before, after in pairwise(placed):
        if after.start < before.start:
            raise ValueError(f"the word {after.text!r} at {after.start} ms goes back in time")
    return placed


def _first_start(sentence: Sequence[Word]) -> int:
    return next(word.start for word in sentence if word.start is not None)


def _place_sentence(sentence: Sequence[Word], earliest: int, latest: int | None) -> list[Placed]:
    """The words of one sentence; those at its edges stay between `earliest` and `latest`."""
    placed: list[Placed] = []
    missing: list[Word] = []
    for word in sentence:
        if word.start is None or word.end is None:
            missing.append(word)
            continue
        if missing:
            if placed:
                placed += _fill(missing, placed[-1], word.start)
            else:
                needed = sum(_pace(each) for each in missing)
                begin = max(min(earliest, word.start), word.start - needed)
                placed += _spread(missing, begin, word.start)
            missing = []
        placed.append(Placed(word.text, word.sentence, word.start, max(word.start, word.end)))
    if missing:
        begin = placed[-1].end
        end = begin + sum(_pace(each) for each in missing)
        if latest is not None:
            end = max(begin, min(end, latest))
        placed += _spread(missing, begin, end)
    return placed


def _pace(word: Word) -> int:
    return _PACE * (len(word.text) + 1)


def _fill(missing: Sequence[Word], before: Placed, end: int) -> list[Placed]:
    """Words between two that were found.

    Where there is far more time than they need there is a pause among them: what goes before the
    last punctuation is spoken before it, the rest after it.
    """
    begin = min(before.end, end)
    if end - begin <= sum(_pace(word) for word in missing):
        return _spread(missing, begin, end)
    texts = [before.text, *(word.text for word in missing)]
    cut = max((i for i, text in enumerate(texts) if text[-1] in ",.;:!?…–—"), default=len(missing))
    head, tail = missing[:cut], missing[cut:]
    return [
        *_spread(head, begin, begin + sum(_pace(word) for word in head)),
        *_spread(tail, end - sum(_pace(word) for word in tail), end),
    ]


def _spread(words: Sequence[Word], start: int, end: int) -> list[Placed]:
    """The words from start to end, each with time by its length."""
    total = sum(len(word.text) + 1 for word in words)
    placed: list[Placed] = []
    done = 0
    for word in words:
        begin = start + (end - start) * done // total
        done += len(word.text) + 1
        placed.append(
            Placed(word.text, word.sentence, begin, start + (end - start) * done // total)
        )
    return placed


def _runs(words: Sequence[Placed], speakers: Sequence[str]) -> list[list[Placed]]:
    """The words cut where no cue may go on: at a pause, at another speaker."""
    runs: list[list[Placed]] = []
    for word in words:
        if runs:
            last = runs[-1][-1]
            pause = word.start - last.end >= _PAUSE
            same = speakers[last.sentence] == speakers[word.sentence]
            # A sentence between the two that was not found may be of anybody.
            if same and not pause and word.sentence - last.sentence <= 1:
                runs[-1].append(word)
                continue
        runs.append([word])
    return runs


def _divide_run(
    words: Sequence[Placed], following: int | None, language: str, frame_rate: float, rules: Rules
) -> list[Cue]:
    """The best division of a run into cues, with the voice's end as their out-time."""
    count = len(words)
    breaks = _run_costs(words, language)
    widths = [0]
    for word in words:
        widths.append(widths[-1] + count_characters(word.text) + 1)
    gap = rules.gap(frame_rate)
    speed = rules.speed(language)
    most = rules.lines * (rules.line_length + 1)
    texts = [word.text for word in words]

    best = [0.0] + [float("inf")] * count
    came = [0] * (count + 1)
    for end in range(1, count + 1):
        after = words[end].start if end < count else following
        voice = words[end - 1].end
        tail = 0.0 if end == count else _cut_price(words, breaks, end)
        joins = 0
        for start in range(end - 1, -1, -1):
            if start < end - 1 and (
                widths[end] - widths[start] > most
                or voice - words[start].start > rules.max_duration
            ):
                break
            if start < end - 1 and words[start].sentence != words[start + 1].sentence:
                joins += 1
            if best[start] + tail >= best[end]:
                continue
            shape = _shape_price(breaks, widths, start, end, rules)
            if shape is None:
                if start < end - 1:
                    continue
                shape = 0.0  # a word longer than a line can only stand alone
            whole = (start == 0 or words[start - 1].sentence != words[start].sentence) and (
                end == count or words[end - 1].sentence != words[end].sentence
            )
            characters = widths[end] - widths[start] - 1
            time = (
                _out_time(words[start].start, voice, characters / speed * 1000, after, gap, rules)
                - words[start].start
            )
            price = (
                best[start]
                + tail
                + _CUE
                + _JOIN * joins
                + shape
                + _time_price(time, characters, speed, whole, rules)
                + _pause_price(words, start, end)
            )
            if price < best[end]:
                best[end], came[end] = price, start
    cues: list[Cue] = []
    end = count
    while end:
        start = came[end]
        division = divide(texts[start:end], breaks[start : end - 1], rules)
        lines = division[1] if division else [(0, end - start)]
        text = "\n".join(" ".join(texts[start + a : start + b]) for a, b in lines)
        cues.append(Cue(words[start].start, words[end - 1].end, text))
        end = start
    return cues[::-1]


def _run_costs(words: Sequence[Placed], language: str) -> list[float]:
    costs: list[float] = []
    for _, group in groupby(words, key=lambda word: word.sentence):
        sentence = [word.text for word in group]
        costs += [*break_costs(sentence, language), SENTENCE]
    return costs[:-1]


def _cut_price(words: Sequence[Placed], breaks: Sequence[float], end: int) -> float:
    return _CUE_BREAK * breaks[end - 1]


def _shape_price(
    breaks: Sequence[float], widths: Sequence[int], start: int, end: int, rules: Rules
) -> float | None:
    """The price of the line break in a cue of these words; None if they do not fit two lines."""
    first, last = widths[start], widths[end]
    if last - first - 1 <= rules.line_length:
        return 0.0
    if rules.lines < 2:
        return None
    best: float | None = None
    for middle in range(end - 1, start, -1):
        lower = last - widths[middle] - 1
        if lower > rules.line_length:
            break
        upper = widths[middle] - first - 1
        if upper > rules.line_length:
            continue
        price = breaks[middle - 1] + imbalance((upper, lower))
        if best is None or price < best:
            best = price
    return best


def _time_price(time: int, characters: int, speed: float, whole: bool, rules: Rules) -> float:
    price = 0.0
    if time < rules.min_duration:
        price += _SHORT
    if not whole and time < _CALM:
        price += _FLASH * min(1.0, (_CALM - time) / (_CALM - rules.min_duration))
    excess = characters - speed * time / 1000
    if excess > 0:
        price += _FAST + _FAST_CHARACTER * excess
    return price


def _pause_price(words: Sequence[Placed], start: int, end: int) -> float:
    """The price of the pauses inside of a cue: one that nearly ends it costs most."""
    price = 0.0
    for i in range(start, end - 1):
        pause = words[i + 1].start - words[i].end
        if pause > 250:
            price += _LATE_BREAK * (pause - 250) / (_PAUSE - 250)
    return price


def retime(
    cues: Sequence[Cue],
    language: str,
    frame_rate: float = 25.0,
    rules: Rules = NETFLIX,
    media_end: int | None = None,
) -> list[Cue]:
    """The cues with out-times that follow the rules.

    An in-time stays where it is; an out-time is taken as the end of the voice, in milliseconds.
    Text stays `rules.linger` after the voice where there is room, as long as the shortest cue may
    be, and up to `rules.stretch` after the voice if it could not be read otherwise; it goes two
    frames before the next cue at the latest and after seven seconds. A gap that would be narrower
    than half a second is closed to two frames, or made half a second by lingering less.

    In-times that lie closer together than a frame and a gap leave no room for a cue: only then is
    the later one moved. Raises ValueError if in-times go back, or the frame rate is not positive.
    """
    gap = rules.gap(frame_rate)
    least = rules.gap(frame_rate) // max(1, rules.min_gap_frames) + 1
    result: list[Cue] = []
    earliest = 0
    for i, cue in enumerate(cues):
        if i and cue.start < cues[i - 1].start:
            raise ValueError(f"cue {i + 1} at {cue.start} ms goes back in time")
        start = max(cue.start, earliest)
        following = cues[i + 1].start if i + 1 < len(cues) else None
        time = rules.reading_time(cue.text, language)
        if following is None:
            end = _out_time(start, cue.end, time, None, gap, rules)
            if media_end is not None:
                end = min(end, media_end)
        else:
            end = _out_time(start, cue.end, time, following, gap, rules)
        end = max(end, start + least)
        result.append(Cue(start, end, cue.text))
        earliest = end + gap
    return result


def _out_time(
    start: int, voice: int, reading: float, following: int | None, gap: int, rules: Rules
) -> int:
    """When a cue goes: see `retime`."""
    longest = start + rules.max_duration
    needed = max(
        voice, start + rules.min_duration, min(start + int(reading + 0.999), voice + rules.stretch)
    )
    liked = max(needed, voice + rules.linger)
    if following is None:
        return min(liked, longest)
    if following - liked >= rules.close_gap:
        return min(liked, longest)
    if following - needed >= rules.close_gap:
        return min(following - rules.close_gap, longest)
    if following - gap <= longest:
        return following - gap
    return max(min(longest, following - rules.close_gap), min(voice, longest))


def split_text(
    text: str, language: str, weights: Sequence[float], rules: Rules = NETFLIX
) -> list[str] | None:
    """The text divided into `len(weights)` cue texts whose lengths go by the weights.

    Each is divided into lines already. The weights are shares of any unit, mostly of time; none
    is negative and not all are 0. None if the text has fewer words than there are pieces, or
    cannot fit so few pieces. Raises ValueError if there are no weights, or they are wrong.
    """
    total = sum(weights)
    if not weights or total <= 0 or min(weights) < 0:
        raise ValueError("weights are shares: not negative, and not all 0")
    words = text.split()
    count, pieces = len(words), len(weights)
    if count < pieces:
        return None
    breaks = break_costs(words, language)
    widths = [0]
    for word in words:
        widths.append(widths[-1] + count_characters(word) + 1)
    length = widths[-1] - pieces
    most = rules.lines * (rules.line_length + 1)

    inf = float("inf")
    best = [0.0] + [inf] * count
    trail: list[list[int]] = []
    for number, weight in enumerate(weights):
        target = max(1.0, length * weight / total)
        reached = [inf] * (count + 1)
        came = [0] * (count + 1)
        for end in range(number + 1, count - (pieces - number - 1) + 1):
            tail = _CUE_BREAK * breaks[end - 1] if end < count else 0.0
            for start in range(end - 1, number - 1, -1):
                width = widths[end] - widths[start]
                if width > most:
                    break
                if best[start] + tail >= reached[end]:
                    continue
                shape = _shape_price(breaks, widths, start, end, rules)
                if shape is None:
                    continue
                off = (width - 1 - target) / (target + 10)
                price = best[start] + tail + shape + _OFF * off * off
                if price < reached[end]:
                    reached[end], came[end] = price, start
        best = reached
        trail.append(came)
    if best[count] == inf:
        return None
    result: list[str] = []
    end = count
    for came in reversed(trail):
        start = came[end]
        division = divide(words[start:end], breaks[start : end - 1], rules)
        assert division is not None
        result.append("\n".join(" ".join(words[start + a : start + b]) for a, b in division[1]))
        end = start
    return result[::-1]


# What a piece costs that is twice as long as its share.
_OFF = 30.0
