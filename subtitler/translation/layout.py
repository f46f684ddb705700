"""Translated sentences -> cues: what is said is read when it is said, and can be read.

The cues of the source are kept where the translation fits them. Where it does not (translations
run longer than English, and are read more slowly), the time of the sentence is divided anew: the
in-time of the first cue stays, the last one may go on into the gap behind it.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from subtitler.cues import make_cues, retime, split_text
from subtitler.data import Cue, Word
from subtitler.languages import Language
from subtitler.linebreak import break_lines
from subtitler.rules import Rules, check, count_characters
from subtitler.translation.sentences import Style, Turn, style_of

# How far the words may leave the moment at which their source is said for the sake of reading:
# not at all, half way, or all the way to the same speed in the whole sentence.
_EVENNESS = (0.0, 0.5, 1.0)

# What a broken rule costs when divisions are compared: these grow with the excess ...
_BY_EXCESS = ("reading-speed", "duration-short", "duration-long")
# ... and each costs this much at the least.
_PRICES = {
    "empty": 50.0,
    "order": 50.0,
    "overlap": 50.0,
    "line-count": 20.0,
    "line-length": 20.0,
    "duration-long": 5.0,
    "duration-short": 3.0,
    "reading-speed": 2.5,
    "gap": 3.0,
    "gap-open": 0.5,
}


@dataclass(frozen=True, slots=True)
class TranslatedTurn:
    """A turn, and the translation of each of its sentences."""

    turn: Turn
    texts: tuple[str, ...]

    @property
    def words(self) -> list[list[str]]:
        """The words of each sentence, with what stands before and after the turn."""
        words = [text.split() or ["…"] for text in self.texts]
        before, after = self.turn.before, self.turn.after
        if after in ("]", ")"):
            words[0][0] = before + words[0][0]
            words[-1][-1] += after
        else:
            words[0] = [before, *words[0]] if before else words[0]
            words[-1] = [*words[-1], after] if after else words[-1]
        return words

    @property
    def text(self) -> str:
        """All of it on one line."""
        return " ".join(word for sentence in self.words for word in sentence)


@dataclass(frozen=True, slots=True)
class Setting:
    """What the cues are made for; `frame_rate` in frames a second, `media_end` in ms."""

    language: Language
    frame_rate: float
    rules: Rules
    media_end: int | None = None

    @property
    def quiet(self) -> Rules:
        """The rules without lingering, as the out-times of the source linger already.

        A text that is hard to read in its time may stay twice as long after the voice as one
        that the speaker's own words make: few translations would keep pace otherwise.
        """
        return replace(self.rules, linger=0, stretch=2 * self.rules.stretch)

    @property
    def still(self) -> Rules:
        """The rules for out-times that have been seen to: only the gaps between cues are."""
        return replace(self.rules, linger=0, stretch=0)


def lay_out(cues: Sequence[Cue], turns: Sequence[TranslatedTurn], setting: Setting) -> list[Cue]:
    """The translated cues.

    `cues` are those of the source, in order and without overlaps; `turns` are all of theirs.
    Every in-time at which a sentence begins together with a source cue is that cue's. What cannot
    keep the rules is made as good as may be: `rules.check` finds it.
    """
    if not turns:
        return []
    groups = _groups(turns)
    starts = [cues[group[0].turn.cues[0]].start for group in groups]
    result: list[Cue] = []
    for group, following in zip(groups, [*starts[1:], None], strict=True):
        result += _divide(cues, group, following, setting)
    # The groups know only where their neighbours begin; this keeps the gaps between them.
    latest = accumulate((cue.start for cue in result), max)
    result = [replace(cue, start=start) for cue, start in zip(result, latest, strict=True)]
    result = _settled(result, None, setting, setting.still)
    return [_styled(cue, cues) for cue in result]


def _groups(turns: Sequence[TranslatedTurn]) -> list[list[TranslatedTurn]]:
    """Turns that share cues belong together."""
    groups: list[list[TranslatedTurn]] = []
    for turn in turns:
        if groups and groups[-1][-1].turn.cues[-1] == turn.turn.cues[0]:
            groups[-1].append(turn)
        else:
            groups.append([turn])
    return groups


def _divide(
    cues: Sequence[Cue],
    group: Sequence[TranslatedTurn],
    following: int | None,
    setting: Setting,
) -> list[Cue]:
    """The best cues for a group; `following` is the in-time of the next one."""
    end = cues[group[-1].turn.cues[-1]].end
    best: list[Cue] = []
    price = float("inf")
    for candidate in _candidates(cues, group, following, setting):
        for moved in (candidate, _moved(candidate, end, following, setting)):
            settled = _settled(moved, following, setting, setting.still)
            other = _price(settled, setting)
            if other < price:
                best, price = settled, other
            if price == 0:
                return best
    return best


def _candidates(
    cues: Sequence[Cue],
    group: Sequence[TranslatedTurn],
    following: int | None,
    setting: Setting,
) -> Iterator[list[Cue]]:
    """Divisions of the group's text, those to be preferred first."""
    kept = _keep(cues, group, setting)
    if kept is not None:
        yield _settled(kept, following, setting, setting.quiet)
    for evenness in _EVENNESS:
        yield _anew(cues, group, following, setting, evenness)


def _keep(
    cues: Sequence[Cue], group: Sequence[TranslatedTurn], setting: Setting
) -> list[Cue] | None:
    """The translation on the cues of the source; None if it does not fit them."""
    texts: dict[int, list[str]] = {}
    for turn in group:
        pieces = _pieces(turn, setting)
        if pieces is None:
            return None
        for cue, piece in zip(turn.turn.cues, pieces, strict=True):
            texts.setdefault(cue, []).append(piece)
    for pieces in texts.values():
        # Two voices in one cue have a line each.
        if len(pieces) > setting.rules.lines:
            return None
        if len(pieces) > 1:
            pieces[:] = [piece.replace("\n", " ") for piece in pieces]
            if max(map(count_characters, pieces)) > setting.rules.line_length:
                return None
    return [
        Cue(cues[number].start, cues[number].end, "\n".join(pieces))
        for number, pieces in sorted(texts.items())
    ]


def _pieces(turn: TranslatedTurn, setting: Setting) -> list[str] | None:
    """The text of a turn for each of its cues, by the share that each has of the source."""
    weights = dict.fromkeys(turn.turn.cues, 0.0)
    for sentence, words in zip(turn.turn.sentences, turn.words, strict=True):
        total = sum(share.characters for share in sentence.shares)
        for share in sentence.shares:
            weights[share.cue] += len(" ".join(words)) * share.characters / total
    tag = setting.language.tag
    if len(weights) == 1:
        lines = break_lines(turn.text, tag, setting.rules)
        return None if lines is None else [lines]
    return split_text(turn.text, tag, list(weights.values()), setting.rules)


def _settled(
    cues: Sequence[Cue], following: int | None, setting: Setting, rules: Rules
) -> list[Cue]:
    """The cues with out-times as `rules` and the next in-time want them."""
    tag, rate = setting.language.tag, setting.frame_rate
    if following is None:
        return retime(cues, tag, rate, rules, setting.media_end)
    # Where cues stand closer than frames, a group may have to reach into the next one.
    following = max(following, cues[-1].start)
    wall = Cue(following, following + rules.min_duration, "…")
    return retime([*cues, wall], tag, rate, rules)[:-1]


def _moved(cues: Sequence[Cue], end: int, following: int | None, setting: Setting) -> list[Cue]:
    """The cues with their in-times moved, all but the first, so that each has time to be read.

    They are moved no more than that takes; where there is too little time for all, every cue gets
    the same share of what it needs. `end` is the out-time of the group in the source.
    """
    rules = setting.rules
    gap = rules.gap(setting.frame_rate)
    needed = [
        max(rules.min_duration, rules.reading_time(cue.text, setting.language.tag)) for cue in cues
    ]
    limit = _room(end, following, setting)
    first = cues[0].start
    space = limit - first - gap * (len(cues) - 1)
    starts = [cue.start for cue in cues]
    if sum(needed) > space:
        share = max(0, space) / sum(needed)
        for i in range(1, len(cues)):
            starts[i] = first + gap * i + round(sum(needed[:i]) * share)
    else:
        for i in range(1, len(cues)):
            starts[i] = max(starts[i], starts[i - 1] + needed[i - 1] + gap)
        latest = limit + gap
        for i in range(len(cues) - 1, 0, -1):
            latest = starts[i] = min(starts[i], latest - gap - needed[i])
    stops = [start - gap for start in starts[1:]] + [limit]
    return [
        Cue(start, max(start, min(max(cue.end, start + need), stop)), cue.text)
        for cue, start, need, stop in zip(cues, starts, needed, stops, strict=True)
    ]


def _room(end: int, following: int | None, setting: Setting) -> int:
    """How long a group may go on whose out-time in the source is `end`."""
    limits = [end + setting.quiet.stretch]
    if following is not None:
        limits.append(following - setting.rules.gap(setting.frame_rate))
    if setting.media_end is not None:
        limits.append(setting.media_end)
    return min(limits)


def _anew(
    cues: Sequence[Cue],
    group: Sequence[TranslatedTurn],
    following: int | None,
    setting: Setting,
    evenness: float,
) -> list[Cue]:
    """The time of the group divided anew; a voice never shares a cue with another here."""
    spoken = _spoken_times(cues, group)
    even = _even_times(cues, group, following, setting)
    words: list[Word] = []
    speakers: list[str] = []
    for number, turn in enumerate(group):
        for sentence in turn.words:
            for text in sentence:
                (start, end), (even_start, even_end) = spoken[len(words)], even[len(words)]
                start += round((even_start - start) * evenness)
                end += round((even_end - end) * evenness)
                words.append(Word(text, len(speakers), start, max(start, end), 1.0))
            speakers.append(str(number))
    wall: list[Word] = []
    if following is not None:
        # The beginning of the next sentence, which limits what can be used of the gap.
        wall.append(Word("…", len(speakers), following, following, 1.0))
        speakers.append("next")
    # What the words have of the time behind the group already they do not get again.
    stretch = setting.quiet.stretch - (words[-1].end or 0) + cues[group[-1].turn.cues[-1]].end
    rules = replace(setting.quiet, stretch=max(0, stretch))
    made = make_cues(
        [*words, *wall],
        speakers,
        setting.language.tag,
        setting.frame_rate,
        rules,
        setting.media_end,
    )
    return made[: len(made) - len(wall)]


# Start and end of a word in milliseconds.
_Times = list[tuple[int, int]]


def _spoken_times(cues: Sequence[Cue], group: Sequence[TranslatedTurn]) -> _Times:
    """When each word would be spoken: at the same share of its sentence as in the source."""
    length: dict[int, int] = {}  # of the source text of each cue, in characters
    for turn in group:
        for sentence in turn.turn.sentences:
            for share in sentence.shares:
                length[share.cue] = length.get(share.cue, 0) + share.characters
    done = dict.fromkeys(length, 0)
    times: _Times = []
    for turn in group:
        for sentence, words in zip(turn.turn.sentences, turn.words, strict=True):
            stretches = []
            for share in sentence.shares:
                cue, before = cues[share.cue], done[share.cue]
                done[share.cue] = after = before + share.characters
                time = cue.end - cue.start
                stretches.append(
                    (
                        share.characters,
                        cue.start + time * before // length[share.cue],
                        cue.start + time * after // length[share.cue],
                    )
                )
            times += _along(words, stretches)
    return times


def _along(words: Sequence[str], stretches: Sequence[tuple[int, int, int]]) -> _Times:
    """The words spread over stretches of (characters, start, end).

    A word stays inside of the stretch that has its middle, so that it never spans a pause.
    """
    total = sum(len(word) + 1 for word in words)
    characters = sum(stretch[0] for stretch in stretches)
    times: _Times = []
    position = 0.0
    for word in words:
        share = (len(word) + 1) * characters / total
        begin = 0.0
        for count, start, end in stretches:
            if position + share / 2 < begin + count or (count, start, end) == stretches[-1]:
                break
            begin += count
        first, last = ((place - begin) / count for place in (position, position + share))
        times.append(
            (
                round(start + (end - start) * min(1.0, max(0.0, first))),
                round(start + (end - start) * min(1.0, max(0.0, last))),
            )
        )
        position += share
    # The sentence itself begins and ends when it does, even one that has become a single word.
    times[0] = (stretches[0][1], times[0][1])
    times[-1] = (times[-1][0], stretches[-1][2])
    return times


def _even_times(
    cues: Sequence[Cue], group: Sequence[TranslatedTurn], following: int | None, setting: Setting
) -> _Times:
    """Every word at the same speed, from the first in-time to the last out-time.

    That goes on into the gap as far as reading needs it.
    """
    start, end = cues[group[0].turn.cues[0]].start, cues[group[-1].turn.cues[-1]].end
    words = [word for turn in group for sentence in turn.words for word in sentence]
    needed = start + setting.rules.reading_time(" ".join(words), setting.language.tag)
    end = max(end, min(needed, _room(end, following, setting)))
    return _along(words, [(1, start, end)])


def _price(cues: Sequence[Cue], setting: Setting) -> float:
    """What is wrong with the cues; 0 if nothing is."""
    found = check(cues, setting.language.tag, setting.frame_rate, setting.rules)
    return sum(
        _PRICES[finding.rule] * (1 + 4 * abs(finding.value / finding.limit - 1))
        if finding.rule in _BY_EXCESS
        else _PRICES[finding.rule]
        for finding in found
    )


def _styled(cue: Cue, sources: Sequence[Cue]) -> Cue:
    """The cue with the tags of the source cue that shares most time with it."""
    place = bisect_right(sources, cue.start, key=lambda source: source.start)
    near = sources[max(0, place - 1) :]
    best, most = Style(), 0
    for source in near:
        if source.start >= cue.end:
            break
        shared = min(source.end, cue.end) - max(source.start, cue.start)
        if shared > most:
            best, most = style_of(source.text), shared
    return replace(cue, text=best.apply(cue.text))
