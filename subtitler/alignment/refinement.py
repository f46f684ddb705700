"""Rough times made exact: each run of words is found again by the embedded recogniser.

Whisper's times come from its attention: they are a tenth of a second off, and a word after a pause
may begin up to a second early.  But which words are said there, and about when, is known, and that
is all that a forced alignment needs.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from subtitler.alignment.recogniser import Recogniser, Window
from subtitler.alignment.spots import Spots, Text, placed

_MOST_WORDS, _LONGEST = 25, 8000  # words and ms of a run
_CONTEXT = 3  # words on each side that are aligned with a run, since its edges are the least sure
_MARGIN = 300  # ms of sound around them
_PAUSE = 300  # ms without a word, at which a run rather ends than elsewhere
_FEWEST = 5  # words of a run that ends at a pause
_SAME = 300  # ms that a word may lie outside of where it was heard and be at the same place


def refine(text: Text, ear: Recogniser, spots: Spots, duration: int) -> None:
    """Moves the words in `spots` to where the recogniser finds them, and takes over their scores.

    A word that it finds elsewhere, or not at all, stays where it was, with a score like others'.
    `duration`: ms of the recording.
    """
    runs = list(_runs(spots))
    spans = [_with_context(spots, run) for run in runs]
    windows = [
        Window(
            tuple(text.keys[span.start : span.stop]),
            (True,) * len(span),
            max(0, placed(spots[span.start]).start - _MARGIN),
            min(duration, placed(spots[span.stop - 1]).end + _MARGIN),
        )
        for span in spans
    ]
    unsure = {i for run in runs for i in run}
    for run, span, found in zip(runs, spans, ear.align(windows), strict=True):
        for i in run:
            spot, word = placed(spots[i]), found[i - span.start]
            if word and word.start <= spot.end + _SAME and word.end >= spot.start - _SAME:
                spots[i] = replace(spot, start=word.start, end=word.end, score=word.score)
                unsure.remove(i)
    scores = [spot.score for i, spot in enumerate(spots) if spot and i not in unsure]
    for i in unsure if scores else ():
        spots[i] = replace(placed(spots[i]), score=float(np.median(scores)))


def _runs(spots: Spots) -> Iterator[range]:
    """Words that follow one another in the transcript and were heard, as many as a window takes."""
    first = 0
    for i in range(len(spots) + 1):
        spot, before = spots[i] if i < len(spots) else None, spots[i - 1] if i > first else None
        if spot and before:
            long = spot.end - placed(spots[first]).start > _LONGEST or i - first >= _MOST_WORDS
            pause = spot.start - before.end > _PAUSE and i - first >= _FEWEST
            if not (long or pause):
                continue
        if before:
            yield range(first, i)
            first = i
        if not spot:
            first = i + 1


def _with_context(spots: Spots, run: range) -> range:
    """The run with the words beside it that were heard without a long pause."""
    first, stop = run.start, run.stop
    while first > 0 and run.start - first < _CONTEXT and _are_near(spots, first - 1):
        first -= 1
    while stop < len(spots) and stop - run.stop < _CONTEXT and _are_near(spots, stop - 1):
        stop += 1
    return range(first, stop)


def _are_near(spots: Spots, i: int) -> bool:
    """Whether word `i` and the next were both heard, one soon after the other."""
    spot, after = spots[i], spots[i + 1]
    return spot is not None and after is not None and after.start - spot.end < 2000
