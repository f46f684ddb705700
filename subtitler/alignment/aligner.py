"""Sentences and audio in, timed words out: the alignment from end to end.

The recogniser, which knows only the transcript's words, writes down what it hears in the whole
recording; long runs of words that stand in the transcript too are trusted; between them and at
their ends the missing words are looked for where they must be; and the envelope of the sound tells
where words at a pause really begin and end.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from subtitler.alignment.energy import Envelope
from subtitler.alignment.matching import Block, match
from subtitler.alignment.pronunciation import dictionary, spoken_form
from subtitler.alignment.recogniser import Heard, Recogniser, Window, recogniser
from subtitler.data import SAMPLE_RATE, Progress, Sentence, Word
from subtitler.errors import SubtitlerError

_STRETCH = (12_000, 30_000)  # ms of audio decoded at once, shortest and longest
_PHONE = 85  # ms that a phone takes at an ordinary pace
# Words at the edge of what was found are looked for in ever wider windows: (how many times slower
# than ordinary they may be spoken, pause beside them in ms).  What else is said there leads astray.
_REACHES = ((1.0, 300), (1.5, 800), (2.0, 1500))
_LONGEST_WINDOW = 40_000  # ms; in a longer gap words are looked for near its ends only
_MOST_WORDS = 80  # words of a window
_CONTEXT = 3  # trusted words on each side of a gap, which show how good a score can be there

# A word counts as spoken if its score is at most so much worse than that of trusted words nearby.
_WORSE = 2.0
_LEAST_SCORE = -5.0
_MARGIN = 100  # ms of sound before and after the words of a window: a path must be able to end
_SAME = 200  # ms within which a trusted word, heard again, is at the same place
_SHORTEST = 20  # ms of a word
_LONG = 1.5  # times its expected length, from which on a word may have swallowed a pause
_KERNEL = 0.6  # of a word's expected length, which belongs to the word for sure

# Confidence by how a word was found.  Runs of words that agree with the transcript are hardly ever
# wrong; words looked for between them sometimes are.
_SURE, _LIKELY, _LOOKED_FOR = 0.98, 0.9, 0.7
_LONG_RUN = 5

# A short run of words is believed if the sound between it and a long one is at most so many times
# longer than the text between them, and this pause (ms).
_SLOWEST, _LONGEST_PAUSE = 3.0, 5000


@dataclass(frozen=True, slots=True)
class _Spot:
    start: int
    end: int
    confidence: float


def align(
    sentences: Sequence[Sentence],
    samples: NDArray[np.int16],
    language: str,
    progress: Progress = lambda done, total: None,
) -> list[Word]:
    """Every word of the sentences, in order, with its times where it was found in the audio.

    `samples`: mono, 16,000 a second; `language`: a two-letter code that eSpeak NG knows;
    `progress(done, total)` is called with ms of audio heard.  The times never go back or past the
    end of the audio, and the result is the same at every run and for any number of cores.

    Raises SubtitlerError if the audio is silent, or the language has no voice.
    """
    envelope = Envelope(samples)
    if envelope.is_silent:
        raise SubtitlerError(
            "the audio track is silent, so there is nothing to align; "
            "give a recording in which the text is spoken"
        )
    words = [
        Word(text, n) for n, sentence in enumerate(sentences) for text in sentence.text.split()
    ]
    pronunciations = dictionary([word.text for word in words], language)
    keys = {form: f"w{n}" for n, form in enumerate(pronunciations)}
    spoken = [n for n, word in enumerate(words) if spoken_form(word.text) in keys]
    if not spoken:
        raise SubtitlerError("the transcript holds no words that could be spoken")
    text = _Text(
        keys=[keys[spoken_form(words[n].text)] for n in spoken],
        sentences=[words[n].sentence for n in spoken],
        lengths=[
            _PHONE * (pronunciations[spoken_form(words[n].text)][0].count(" ") + 1) for n in spoken
        ],
    )
    entries = {keys[form]: sounds for form, sounds in pronunciations.items()}
    duration = len(samples) * 1000 // SAMPLE_RATE
    with recogniser(samples, entries, text.keys) as ear:
        spots = _hear(text, ear, envelope, progress)
        _look_into_gaps(text, ear, spots, duration)
    _drop_misplaced(spots)
    _snap(text, spots, envelope)
    return _timed(words, spoken, spots, duration)


@dataclass(frozen=True, slots=True)
class _Text:
    """The words that can be heard: dictionary key, sentence, expected length in ms."""

    keys: list[str]
    sentences: list[int]
    lengths: list[int]


_Spots = list[_Spot | None]


def _hear(text: _Text, ear: Recogniser, envelope: Envelope, progress: Progress) -> _Spots:
    cuts = envelope.cuts(*_STRETCH)
    stretches = list(pairwise(cuts))
    heard: list[Heard] = []
    for (_, end), words in zip(stretches, ear.hear(stretches), strict=True):
        heard += words
        progress(end, cuts[-1])
    spots: _Spots = [None] * len(text.keys)
    blocks = match(text.keys, [h.key for h in heard])
    for block in _believable(blocks, text, heard):
        for n in range(block.size):
            word = heard[block.heard + n]
            sure = _SURE if block.size >= _LONG_RUN else _LIKELY
            spots[block.text + n] = _Spot(word.start, word.end, sure)
    return spots


def _believable(blocks: Sequence[Block], text: _Text, heard: Sequence[Heard]) -> list[Block]:
    """Long blocks, and short ones that stand where the long ones let expect them.

    A recogniser that knows nothing but the transcript hears three or four words of it in a row in
    any speech and in applause, but hardly ever five.
    """
    long = [b for b in blocks if b.size >= min(_LONG_RUN, len(text.keys))]

    def near(first: Block, second: Block) -> bool:
        length = sum(text.lengths[first.text + first.size : second.text])
        pause = heard[second.heard].start - heard[first.heard + first.size - 1].end
        return pause <= _SLOWEST * length + _LONGEST_PAUSE

    believed = []
    at = 0  # the long blocks before it
    for block in blocks:
        if at < len(long) and block is long[at]:
            believed.append(block)
            at += 1
        # Only the nearest tell: between far ones there is room for anything.
        elif (at > 0 and near(long[at - 1], block)) or (at < len(long) and near(block, long[at])):
            believed.append(block)
    return believed


def _look_into_gaps(text: _Text, ear: Recogniser, spots: _Spots, duration: int) -> None:
    """Finds words that were not heard where they must be: next to the trusted ones."""
    windows = list(_windows(text, spots, duration))
    calls = [
        Window(
            tuple(text.keys[i] for i in span), tuple(spots[i] is not None for i in span), start, end
        )
        for span, start, end in windows
    ]
    for (span, _, _), found in zip(windows, ear.align(calls), strict=True):
        known = [word.score for i, word in zip(span, found, strict=True) if word and spots[i]]
        least = max(_LEAST_SCORE, _WORSE * float(np.median(known))) if known else _LEAST_SCORE
        if all(spots[i] for i in span) or _astray([spots[i] for i in span], found):
            continue
        # The windows at both ends of a long gap may reach over each other.
        before = next((spot.end for spot in reversed(spots[: span.start]) if spot), 0)
        after = next((spot.start for spot in spots[span.stop :] if spot), duration)
        if any(w and not before - _SAME <= w.start < w.end <= after + _SAME for w in found):
            continue
        for i, word in zip(span, found, strict=True):
            spot = spots[i]
            if word and spot:
                spots[i] = replace(spot, start=word.start, end=word.end)
            elif word and word.score >= least:
                spots[i] = _Spot(word.start, word.end, _LOOKED_FOR)


def _drop_misplaced(spots: _Spots) -> None:
    """Takes back words that were looked for and now lie before or behind their neighbours.

    That comes about where a later window moved the trusted words around them.
    """
    placed = [i for i, spot in enumerate(spots) if spot]
    for before, i, after in zip([None, *placed], placed, [*placed[1:], None], strict=False):
        spot = _placed(spots[i])
        early = before is not None and spots[before] and spot.start < _placed(spots[before]).start
        late = after is not None and spot.start > _placed(spots[after]).start
        if spot.confidence == _LOOKED_FOR and (early or late):
            spots[i] = None


def _astray(spots: _Spots, found: Sequence[Heard | None]) -> bool:
    """Whether a path misses most of the trusted words.

    One or two of them may move: next to words that were not heard, edges are often wrong.
    """
    trusted = [(spot, word) for spot, word in zip(spots, found, strict=True) if spot]
    missed = sum(word is None or abs(word.start - spot.start) > _SAME for spot, word in trusted)
    return 2 * missed > len(trusted)


def _windows(text: _Text, spots: _Spots, duration: int) -> list[tuple[range, int, int]]:
    """Where to look for what: (words, with those around the gap that are known, start, end)."""
    windows = []
    at = 0
    while at < len(spots):
        if spots[at] is not None:
            at += 1
            continue
        first = at
        while at < len(spots) and spots[at] is None:
            at += 1
        windows += _around(text, spots, first, at, duration)
    return windows


def _around(
    text: _Text, spots: _Spots, first: int, last: int, duration: int
) -> list[tuple[range, int, int]]:
    """The windows of the gap of words [first, last)."""
    left, right = first, last
    while left > 0 and first - left < _CONTEXT and spots[left - 1]:
        left -= 1
    while right < len(spots) and right - last < _CONTEXT and spots[right]:
        right += 1
    begin = end = None
    if left < first:
        begin = max(0, _placed(spots[left]).start - _MARGIN)
    if right > last:
        end = min(duration, _placed(spots[right - 1]).end + _MARGIN)
    if (
        begin is not None
        and end is not None
        and end - begin <= _LONGEST_WINDOW
        and right - left <= _MOST_WORDS
    ):
        return [(range(left, right), begin, end)]
    windows = []
    if begin is not None:  # the rest of the sentence that stopped being heard
        stop = first
        furthest = min(last, left + _MOST_WORDS)
        while stop < furthest and text.sentences[stop] == text.sentences[first - 1]:
            stop += 1
        if stop > first:
            edge = _placed(spots[first - 1]).end
            for reach in _reaches(text.lengths[first:stop]):
                windows.append((range(left, stop), begin, min(edge + reach, end or duration)))
    if end is not None:  # the beginning of the sentence that is heard from here on
        start = last
        furthest = max(first, right - _MOST_WORDS)
        while start > furthest and text.sentences[start - 1] == text.sentences[last]:
            start -= 1
        if start < last:
            edge = _placed(spots[last]).start
            for reach in _reaches(text.lengths[start:last]):
                windows.append((range(start, right), max(edge - reach, begin or 0), end))
    return windows


def _placed(spot: _Spot | None) -> _Spot:
    assert spot is not None
    return spot


def _reaches(lengths: Sequence[int]) -> list[int]:
    reaches = (int(sum(lengths) * slower) + pause for slower, pause in _REACHES)
    return sorted({min(reach, _LONGEST_WINDOW) for reach in reaches})


def _snap(text: _Text, spots: _Spots, envelope: Envelope) -> None:
    """Moves the edges of words at a pause to where the sound begins and ends."""
    placed = [i for i, spot in enumerate(spots) if spot]
    for n, i in enumerate(placed):
        spot = _placed(spots[i])
        before = spots[placed[n - 1]] if n else None
        after = spots[placed[n + 1]] if n + 1 < len(placed) else None
        # A word that is far longer than it should be has swallowed the pause beside it.
        kernel = min((spot.end - spot.start) // 2, int(text.lengths[i] * _KERNEL))
        earliest = before.end if before else 0
        latest = (after.start + after.end) // 2 if after else spot.end + 1000
        likely = max(spot.start, spot.end - int(text.lengths[i] * _LONG))
        start = envelope.onset(likely, min(earliest, spot.start), spot.end - kernel)
        start = spot.start if start == likely else start
        end = envelope.offset(spot.end, start + kernel, max(latest, spot.end))
        start = max(start, earliest)
        spots[i] = replace(spot, start=start, end=max(end, start + _SHORTEST))


def _timed(
    words: Sequence[Word], spoken: Sequence[int], spots: _Spots, duration: int
) -> list[Word]:
    """The words with their times; what is not spoken (a lone dash) stands with its neighbour."""
    timed = list(words)
    latest = 0
    for n, spot in zip(spoken, spots, strict=True):
        if spot:
            start = min(max(spot.start, latest), duration)
            latest = min(max(spot.end, start + _SHORTEST), duration)
            timed[n] = replace(words[n], start=start, end=latest, confidence=spot.confidence)
    silent = sorted(set(range(len(words))) - set(spoken))
    for n in silent:
        before = timed[n - 1] if n else None
        if before and before.sentence == words[n].sentence and before.end is not None:
            timed[n] = replace(before, text=words[n].text, start=before.end)
    for n in reversed(silent):  # what opens its sentence has nothing before it
        after = timed[n + 1] if n + 1 < len(words) else None
        if timed[n].start is None and after and after.sentence == words[n].sentence:
            timed[n] = replace(after, text=words[n].text, end=after.start)
    return timed
