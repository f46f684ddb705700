"""What is known of the transcript's words while they are being found: keys, lengths, places."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Text:
    """The words that can be heard: dictionary key, sentence, expected length in ms."""

    keys: list[str]
    sentences: list[int]
    lengths: list[int]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a word was found, in ms, and how sure that is.

    `score` is what the recogniser thought of it (see `Heard`).
    """

    start: int
    end: int
    confidence: float
    score: float


# One for each word of a `Text`, in order; None for a word that was not found.
Spots = list[Spot | None]

# Confidence by how a word was found.  Runs of words that agree with the transcript are hardly ever
# wrong; words looked for between them sometimes are.
SURE, LIKELY, LOOKED_FOR = 0.95, 0.9, 0.7


def missing_runs(spots: Spots) -> Iterator[range]:
    """The words without a place, those that stand in a row together."""
    for is_missing, row in groupby(range(len(spots)), key=lambda n: spots[n] is None):
        if is_missing:
            numbers = list(row)
            yield range(numbers[0], numbers[-1] + 1)


def placed(spot: Spot | None) -> Spot:
    """The spot of a word that is known to have one."""
    assert spot is not None
    return spot
