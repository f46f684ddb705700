"""Where the words that were heard stand in the transcript: order tells repeated words apart.

What was heard and the transcript are two sequences of keys.  Every run of three equal keys is a
seed; seeds on one diagonal join to blocks; the chain of blocks that goes forward in both sequences
and covers most words is the match (chaining of maximal exact matches, as genome aligners do it:
Delcher et al. 1999).  Words heard by chance, in other people's speech, do not form such runs.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

# Shorter runs of equal words come about by chance in any recording.
SEED = 3
# A seed that stands in more places than this (a chorus) says nothing of the place.
_MOST_PLACES = 100
# What each block of a chain costs, in words, so that a chain has few and long ones.
_CHANGE = 1.5


@dataclass(frozen=True, slots=True)
class Block:
    """`size` words of the transcript, from `text`, equal those heard, from `heard` on."""

    text: int
    heard: int
    size: int


def match(text: Sequence[Hashable], heard: Sequence[Hashable]) -> list[Block]:
    """The best chain of blocks, in order and apart from one another.

    A transcript shorter than a seed is matched only where it was heard whole.
    """
    seed = min(SEED, max(1, len(text)))
    return [b for b in _chain(_blocks(text, heard, seed)) if b.size >= min(2, seed)]


def _blocks(text: Sequence[Hashable], heard: Sequence[Hashable], seed: int) -> list[Block]:
    places: dict[tuple[Hashable, ...], list[int]] = defaultdict(list)
    for at in range(len(text) - seed + 1):
        places[tuple(text[at : at + seed])].append(at)
    blocks: list[Block] = []
    open_blocks: dict[int, Block] = {}  # by diagonal, those that the last word heard continued
    for at in range(len(heard) - seed + 1):
        found = places.get(tuple(heard[at : at + seed]), ())
        continued = {}
        for place in found if len(found) <= _MOST_PLACES else ():
            before = open_blocks.pop(place - at, None)
            continued[place - at] = (
                Block(before.text, before.heard, before.size + 1)
                if before
                else Block(place, at, seed)
            )
        blocks += open_blocks.values()
        open_blocks = continued
    blocks += open_blocks.values()
    return blocks


def _chain(blocks: list[Block]) -> list[Block]:
    """The blocks of the heaviest forward chain, cut where neighbours overlap.

    Sparse dynamic programming: blocks are laid down word by word, ordered by the word heard; for
    every transcript position the best chain that ends before it is kept in a staircase, so that
    the work grows with n log n.
    """
    steps = sorted(
        ((b.heard + i, -(b.text + i), n, i) for n, b in enumerate(blocks) for i in range(b.size)),
    )
    # staircase: transcript positions with growing chain weights
    ends: list[int] = []
    best: list[tuple[float, int]] = []  # weight and the step it belongs to
    weights: list[float] = []
    previous: list[int] = []
    inside: dict[tuple[int, int], int] = {}  # (block, offset) -> step
    for step, (_, negative, n, offset) in enumerate(steps):
        place = -negative
        at = bisect_left(ends, place)
        weight, before = best[at - 1] if at and best[at - 1][0] > 0 else (0.0, -1)
        weight -= _CHANGE
        own = inside.get((n, offset - 1))
        if own is not None and weights[own] >= weight:
            weight, before = weights[own], own
        weights.append(weight + 1)
        previous.append(before)
        inside[n, offset] = step
        # keep the staircase rising
        if at == 0 or best[at - 1][0] < weights[step]:
            stop = at
            while stop < len(ends) and best[stop][0] <= weights[step]:
                stop += 1
            ends[at:stop] = [place]
            best[at:stop] = [(weights[step], step)]
    if not best:
        return []
    path = []
    step = best[-1][1]
    while step >= 0:
        path.append(step)
        step = previous[step]
    chain: list[Block] = []
    for step in reversed(path):
        spoken, negative, *_ = steps[step]
        last = chain[-1] if chain else None
        if last and (last.text + last.size, last.heard + last.size) == (-negative, spoken):
            chain[-1] = Block(last.text, last.heard, last.size + 1)
        else:
            chain.append(Block(-negative, spoken, 1))
    return chain
