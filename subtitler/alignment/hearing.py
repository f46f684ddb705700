"""Which words of the transcript are said somewhere in the recording, and about where.

The recogniser, which knows only the transcript's words, writes down what it hears; long runs of
words that stand in the transcript too are trusted.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np

from subtitler.alignment.energy import Envelope
from subtitler.alignment.matching import Block, match
from subtitler.alignment.recogniser import Heard, Recogniser
from subtitler.alignment.spots import LIKELY, SURE, Spot, Spots, Text, missing_runs, placed
from subtitler.data import Progress

_STRETCH = (12_000, 30_000)  # ms of audio decoded at once, shortest and longest
_LEAST_STRETCH = 1000  # ms that hold a phrase
_LONG_RUN = 5
_AS_GOOD = 1.5  # times the usual score (a negative number) that a run may have to be believed

# A short run of words is believed if the sound between it and a long one is at most so many times
# longer than the text between them, and this pause (ms).
_SLOWEST, _LONGEST_PAUSE = 3.0, 5000


class Ear(Protocol):
    """What listens to the whole recording: the embedded recogniser, or Whisper."""

    def hear(self, stretches: Sequence[tuple[int, int]], /) -> Iterator[list[Heard]]:
        """What is heard in each stretch (start, end in ms), one list a stretch, in order."""


def hear(text: Text, ear: Ear, envelope: Envelope, progress: Progress) -> Spots:
    """The words that are heard in long runs, each with its place; None for the others."""
    cuts = envelope.cuts(*_STRETCH)
    stretches = list(pairwise(cuts))
    heard: list[Heard] = []
    for (_, end), words in zip(stretches, ear.hear(stretches), strict=True):
        heard += words
        progress(end, cuts[-1])
    spots: Spots = [None] * len(text.keys)
    blocks = match(text.keys, [h.key for h in heard])
    for block in _believable(blocks, text, heard):
        _place(block, spots, heard, 0)
    return spots


def listen_again(text: Text, ear: Recogniser, spots: Spots, envelope: Envelope) -> None:
    """Places, in `spots`, whole phrases that were not heard, where they must be.

    Between words that were found the recogniser listens once more and expects nothing but the words
    that are missing there (as Moreno et al. 1998 narrow down from trusted "islands").  What it
    expects it hears everywhere, so that here only a run is believed which sounds as good as the
    words that were found.
    """
    runs = [run for run in missing_runs(spots) if len(run) >= _LONG_RUN]
    if not any(spots) or not runs:
        return
    good = float(np.median([spot.score for spot in spots if spot]))
    cuts = envelope.cuts(*_STRETCH)
    gaps = []
    for first, last in ((run.start, run.stop) for run in runs):
        begin = placed(spots[first - 1]).end if first else 0
        end = placed(spots[last]).start if last < len(spots) else envelope.duration
        reach = int(_SLOWEST * sum(text.lengths[first:last])) + _LONGEST_PAUSE
        # Farther from what was found than this there is room for anything.
        parts = [(begin, end)]
        if end - begin > 2 * reach:
            parts = [(begin, begin + reach)] if first else []
            parts += [(end - reach, end)] if last < len(spots) else []
        stretches = [pair for part in parts for pair in _stretches(cuts, *part)]
        if stretches:
            gaps.append((first, last, stretches))
    for first, last, stretches in gaps:
        keys = text.keys[first:last]
        heard = [word for words in ear.hear(stretches, keys) for word in words]
        for block in match(keys, [h.key for h in heard]):
            words = heard[block.heard : block.heard + block.size]
            if block.size >= _LONG_RUN and np.median([w.score for w in words]) >= _AS_GOOD * good:
                _place(block, spots, heard, first)


def _place(block: Block, spots: Spots, heard: Sequence[Heard], first: int) -> None:
    for n in range(block.size):
        word = heard[block.heard + n]
        sure = SURE if block.size >= _LONG_RUN else LIKELY
        spots[first + block.text + n] = Spot(word.start, word.end, sure, word.score)


def _stretches(cuts: Sequence[int], begin: int, end: int) -> list[tuple[int, int]]:
    """The part from `begin` to `end` in pieces to listen to, none too short for a phrase."""
    if end - begin < _LEAST_STRETCH:
        return []
    inner = [cut for cut in cuts if begin + _LEAST_STRETCH < cut < end - _LEAST_STRETCH]
    return list(pairwise([begin, *inner, end]))


def _believable(blocks: Sequence[Block], text: Text, heard: Sequence[Heard]) -> list[Block]:
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
