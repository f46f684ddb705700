"""Cues -> the sentences that run through them, each with the share that every cue has of it.

A subtitle file is cut for the eye: a sentence goes over several cues, a cue holds the end of one
sentence and the beginning of the next, two people speak in one cue behind dashes. A translator
needs whole sentences and one voice at a time, so cues are taken apart into turns (one voice, or
one thing in brackets) and turns into sentences.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from subtitler.data import Cue
from subtitler.languages import Language
from subtitler.rules import TAG
from subtitler.sentences import split_sentences

# A pause of so many milliseconds between two cues ends a sentence even without a full stop.
PAUSE = 2000
# What goes on for longer without a full stop has no punctuation: it is cut at the widest pause.
MAX_LENGTH = 400

_POSITION = re.compile(r"(?:\s*\{\\[^{}]*\})*")
_OPENING = re.compile(r"(?:<[A-Za-z][^<>]*>)+")
_CLOSING = re.compile(r"(?:</[A-Za-z][^<>]*>)+$")
# What closes at the end of a line and opens again on the next counts for both.
_RENEWED = re.compile(r"(?:</\w+>)+\s*\n\s*(?:<\w[^<>]*>)+")

# A minus before a number is none of these, nor is a word broken off ("-- what?").
_DASH = re.compile(r"([-–—])\s*(?=[^\s\d–—-])")
_BRACKETS = re.compile(r"([\[(])([^\[\]()]*)([\])])")
_NOTES = "♪♫♬"


@dataclass(frozen=True, slots=True)
class Share:
    """So many characters of a sentence stand in a cue (its index)."""

    cue: int
    characters: int


@dataclass(frozen=True, slots=True)
class CueSentence:
    """A sentence on one line, and the cues that it stands in, in their order."""

    text: str
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """Sentences of one voice that hang together because they share cues.

    `before` and `after` are what stood around them and was not translated: a dash, notes,
    brackets. Where `after` is a bracket there is one "sentence", what stands inside.
    """

    sentences: tuple[CueSentence, ...]
    before: str = ""
    after: str = ""

    @property
    def cues(self) -> range:
        """The indices of its cues."""
        return range(self.sentences[0].shares[0].cue, self.sentences[-1].shares[-1].cue + 1)


@dataclass(frozen=True, slots=True)
class Style:
    """Tags that count for a whole cue: positions go before it, opening and closing tags around."""

    before: str = ""
    after: str = ""

    def apply(self, text: str) -> str:
        """The text with the tags."""
        return f"{self.before}{text}{self.after}"


def style_of(text: str) -> Style:
    """The tags that count for a whole cue; those around single words are not among them."""
    position = _POSITION.match(text)
    before = "".join(position[0].split()) if position else ""
    inside = _RENEWED.sub("\n", text[len(position[0]) if position else 0 :].strip())
    opening = _OPENING.match(inside)
    # Many files never close what they open; players do at the end of the cue.
    if opening is None or TAG.search(_CLOSING.sub("", inside[opening.end() :])):
        return Style(before)
    names = re.findall(r"<(\w+)", opening[0])
    return Style(before + opening[0], "".join(f"</{name}>" for name in reversed(names)))


def find_turns(cues: Sequence[Cue], language: Language) -> list[Turn]:
    """The turns of a file, in their order.

    `cues` are in the order of time; tags are left out of the sentences (see `style_of`).
    """
    turns: list[Turn] = []
    run: list[tuple[int, str]] = []  # texts of one voice, each with its cue
    dash = ""

    def close() -> None:
        nonlocal dash
        turns.extend(_turns(run, cues, language, dash))
        run.clear()
        dash = ""

    for number, cue in enumerate(cues):
        if run and number and cue.start - cues[number - 1].end > PAUSE:
            close()
        for part in _parts(TAG.sub("", cue.text)):
            if part.unit:
                close()
                share = Share(number, max(1, len(part.text)))
                sentence = CueSentence(part.text, (share,))
                turns.append(Turn((sentence,), part.before, part.after))
                continue
            if part.before:
                close()
                dash = part.before
            run.append((number, part.text))
    close()
    return turns


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a cue: speech, after a dash or not, or a unit that no sentence runs through."""

    text: str
    before: str = ""
    after: str = ""
    unit: bool = False


def _parts(text: str) -> list[_Part]:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    lines = [line for line in lines if line]
    if _BRACKETS.fullmatch(" ".join(lines)):
        lines = [" ".join(lines)]
    parts: list[_Part] = []
    for line in lines:
        part = _part(line)
        if parts and not part.before and (part.unit or not part.after):
            above = parts[-1]
            sung = above.before in _NOTES and above.unit and not above.after
            if sung or not (above.unit or part.unit):
                parts[-1] = _Part(f"{above.text} {part.text}", above.before, part.after, above.unit)
                continue
        parts.append(part)
    return parts


def _part(line: str) -> _Part:
    brackets = _BRACKETS.fullmatch(line)
    if brackets:
        return _Part(brackets[2].strip(), brackets[1], brackets[3], unit=True)
    if line[0] in _NOTES or line[-1] in _NOTES:
        bare = line.strip(_NOTES + " ")
        before = line[0] if line[0] in _NOTES else ""
        after = line[-1] if line[-1] in _NOTES else ""
        return _Part(bare, before, after, unit=True) if bare else _Part(line, unit=True)
    dash = _DASH.match(line)
    return _Part(line[dash.end() :], dash[1]) if dash else _Part(line)


def _turns(
    run: Sequence[tuple[int, str]], cues: Sequence[Cue], language: Language, dash: str
) -> list[Turn]:
    """What one voice says without a pause, cut wherever a sentence begins with a cue."""
    if not run:
        return []
    text = " ".join(text for _, text in run)
    ends: list[int] = []  # of each text of the run, the space after it included
    for _, part in run:
        ends.append((ends[-1] if ends else 0) + len(part) + 1)
    spans = _spans(split_sentences(text, language.code), text)
    spans = [part for span in spans for part in _shortened(span, run, ends, cues)]

    sentences: list[CueSentence] = []
    for begin, end in spans:
        shares: dict[int, int] = {}
        for (cue, part), stop in zip(run, ends, strict=True):
            inside = min(end, stop - 1) - max(begin, stop - 1 - len(part))
            if inside > 0:
                shares[cue] = shares.get(cue, 0) + inside
        sentences.append(
            CueSentence(text[begin:end].strip(), tuple(Share(*item) for item in shares.items()))
        )
    groups = [[sentences[0]]]
    for before, after in pairwise(sentences):
        if before.shares[-1].cue == after.shares[0].cue:
            groups[-1].append(after)
        else:
            groups.append([after])
    return [Turn(tuple(group), dash if i == 0 else "") for i, group in enumerate(groups)]


def _spans(sentences: Sequence[str], text: str) -> list[tuple[int, int]]:
    """Where in `text` each sentence stands.

    Only what is no space is counted: a sentence may have a space that the text has not.
    """
    letters = [place for place, letter in enumerate(text) if not letter.isspace()]
    spans: list[tuple[int, int]] = []
    done = 0
    for sentence in sentences:
        size = sum(not letter.isspace() for letter in sentence)
        spans.append((letters[done], letters[done + size - 1] + 1))
        done += size
    return spans


def _shortened(
    span: tuple[int, int], run: Sequence[tuple[int, str]], ends: Sequence[int], cues: Sequence[Cue]
) -> list[tuple[int, int]]:
    """A span, or its parts if it is too long: cut between cues, at the widest pause."""
    begin, end = span
    if end - begin <= MAX_LENGTH:
        return [span]
    middle = (begin + end) / 2
    places = []
    for (cue, _), (following, _), place in zip(run, run[1:], ends, strict=False):
        if begin < place < end and following > cue:
            pause = cues[following].start - cues[cue].end
            # Not a few words by themselves, if it can be helped.
            places.append(
                (min(place - begin, end - place) > 40, pause, -abs(place - middle), place)
            )
    if not places:
        return [span]
    cut = max(places)[-1]
    return [
        part
        for half in ((begin, cut - 1), (cut, end))
        for part in _shortened(half, run, ends, cues)
    ]
