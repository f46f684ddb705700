"""Words that were not heard are looked for where they must be: next to those that were."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

import numpy as np

from subtitler.alignment.recogniser import Heard, Recogniser, Window
from subtitler.alignment.spots import LOOKED_FOR, Spot, Spots, Text, missing_runs, placed

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

# So few words are looked for beside the rest of their sentence if they stand so far (ms) before it.
_FEW, _APART = 8, 250
_NO_WORSE = 0.3  # of the score, which they may have there
_FAR = 10_000  # ms


def look_into_gaps(text: Text, ear: Recogniser, spots: Spots, duration: int) -> None:
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
                spots[i] = replace(spot, start=word.start, end=word.end, score=word.score)
            elif word and word.score >= least:
                spots[i] = Spot(word.start, word.end, LOOKED_FOR, word.score)


def _astray(spots: Spots, found: Sequence[Heard | None]) -> bool:
    """Whether a path misses most of the trusted words.

    One or two of them may move: next to words that were not heard, edges are often wrong.
    """
    trusted = [(spot, word) for spot, word in zip(spots, found, strict=True) if spot]
    missed = sum(word is None or abs(word.start - spot.start) > _SAME for spot, word in trusted)
    return 2 * missed > len(trusted)


def _windows(text: Text, spots: Spots, duration: int) -> list[tuple[range, int, int]]:
    """Where to look for what: (words, with those around the gap that are known, start, end)."""
    return [
        window
        for run in missing_runs(spots)
        for window in _around(text, spots, run.start, run.stop, duration)
    ]


def _around(
    text: Text, spots: Spots, first: int, last: int, duration: int
) -> list[tuple[range, int, int]]:
    """The windows of the gap of words [first, last)."""
    left, right = first, last
    while left > 0 and first - left < _CONTEXT and spots[left - 1]:
        left -= 1
    while right < len(spots) and right - last < _CONTEXT and spots[right]:
        right += 1
    begin = end = None
    if left < first:
        begin = max(0, placed(spots[left]).start - _MARGIN)
    if right > last:
        end = min(duration, placed(spots[right - 1]).end + _MARGIN)
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
            edge = placed(spots[first - 1]).end
            for reach in _reaches(text.lengths[first:stop]):
                windows.append((range(left, stop), begin, min(edge + reach, end or duration)))
    if end is not None:  # the beginning of the sentence that is heard from here on
        start = last
        furthest = max(first, right - _MOST_WORDS)
        while start > furthest and text.sentences[start - 1] == text.sentences[last]:
            start -= 1
        if start < last:
            edge = placed(spots[last]).start
            for reach in _reaches(text.lengths[start:last]):
                windows.append((range(start, right), max(edge - reach, begin or 0), end))
    return windows


def _reaches(lengths: Sequence[int]) -> list[int]:
    reaches = (int(sum(lengths) * slower) + pause for slower, pause in _REACHES)
    return sorted({min(reach, _LONGEST_WINDOW) for reach in reaches})


def look_closer(text: Text, ear: Recogniser, spots: Spots) -> None:
    """Moves the few words that stand before a pause to behind it, if they are there too.

    A speaker who begins a sentence anew says its first words twice, and the recogniser takes the
    first for them; and words are heard in what is not written before a sentence.  The words and
    those after the pause are aligned twice, with the sound before the pause and without it: without
    it they must fit as well.
    """
    phrases = list(_before_pauses(text, spots))
    windows = []
    for few, anchors in phrases:
        span = range(few.start, anchors[-1] + 1)
        keys = tuple(text.keys[i] for i in span)
        known = tuple(spots[i] is not None for i in span)
        end = placed(spots[anchors[-1]]).end + _MARGIN
        first, last = placed(spots[few.start]), placed(spots[few.stop - 1])
        reach = 2 * sum(text.lengths[few.start : anchors[0]]) + 2 * _MARGIN
        behind = max(last.end, placed(spots[anchors[0]]).start - reach)
        windows.append(Window(keys, known, max(first.start - _MARGIN, end - _FAR), end))
        windows.append(Window(keys, known, behind, end))
    found = iter(ear.align(windows))
    for few, anchors in phrases:
        with_before, without = next(found), next(found)
        if not all(spots[i] for i in (*few, *anchors)):  # one went with the phrase before
            continue
        # A word that was only looked for need not be there.
        sure = [i for i in (*few, *anchors) if placed(spots[i]).confidence > LOOKED_FOR]
        old, new = ([path[i - few.start] for i in sure] for path in (with_before, without))
        if not sure or sure[0] not in few or None in new or _mean(new) < _mean(old) - _NO_WORSE:
            continue
        for i in (*few, *anchors):
            spot, word = placed(spots[i]), without[i - few.start]
            spots[i] = word and replace(spot, start=word.start, end=word.end, score=word.score)


def _mean(words: Sequence[Heard | None]) -> float:
    """Of the scores, at worst for a word that is not there."""
    return float(np.mean([word.score if word else _LEAST_SCORE for word in words]))


def _before_pauses(text: Text, spots: Spots) -> Iterator[tuple[range, list[int]]]:
    """At every pause inside of a sentence: the few words before it, and some after it."""
    for _, row in groupby(range(len(spots)), key=lambda i: text.sentences[i]):
        order = [i for i in row if spots[i]]
        for n, (last, first) in enumerate(pairwise(order), 1):
            missing = sum(text.lengths[last + 1 : first])
            if placed(spots[first]).start - placed(spots[last]).end <= _APART + missing:
                continue
            start = n - 1
            while start > 0 and _joined(spots, order[start - 1], order[start]):
                start -= 1
            few = range(order[start], last + 1)
            if len(few) <= _FEW and all(spots[i] for i in few):
                yield few, order[n : n + _CONTEXT]


def _joined(spots: Spots, first: int, second: int) -> bool:
    return placed(spots[second]).start - placed(spots[first]).end <= _MARGIN
