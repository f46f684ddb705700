"""Where words at a pause really begin and end: the envelope of the sound tells."""

from dataclasses import replace

from subtitler.alignment.energy import Envelope
from subtitler.alignment.spots import Spot, Spots, Text, placed

SHORTEST = 20  # ms of a word
_LONG = 1.5  # times its expected length, from which on a word may have swallowed a pause
_PAUSE = 150  # ms
_CLEAR = 18.0  # dB by which the voice stands out where weak sounds are not lost
_WEAK = 120  # ms of a last sound that may be lost; twice as much in noise
_CUT_SHORT, _DRAWN_OUT = 0.75, 1.15  # times its expected length that a last word takes at least
_LONGEST = 3.0  # times its expected length that a word can take, drawn out before a pause
_KERNEL = 0.6  # of a word's expected length, which belongs to the word for sure


def snap(text: Text, spots: Spots, envelope: Envelope) -> set[int]:
    """Moves the edges of words at a pause to where the sound begins and ends.

    Returns the numbers of the words whose start the sound shows.
    """
    at_edge = set()
    order = [i for i, spot in enumerate(spots) if spot]
    for n, i in enumerate(order):
        spot = placed(spots[i])
        before = spots[order[n - 1]] if n else None
        after = spots[order[n + 1]] if n + 1 < len(order) else None
        length = text.lengths[i]
        spot = _shortened(spot, length, before, after)
        # A word that is far longer than it should be has swallowed the pause beside it.
        kernel = min((spot.end - spot.start) // 2, int(length * _KERNEL))
        earliest = before.end if before else 0
        latest = (after.start + after.end) // 2 if after else spot.end + 1000
        likely = max(spot.start, spot.end - int(length * _LONG))
        start = envelope.onset(likely, min(earliest, spot.start), spot.end - kernel)
        if start == likely:
            start = spot.start
        else:
            at_edge.add(i)
        end = envelope.offset(spot.end, start + kernel, max(latest, spot.end))
        start = max(start, earliest)
        end = max(end, _least_end(spot, start, length, after, envelope))
        spots[i] = replace(spot, start=start, end=max(end, start + SHORTEST))
    return at_edge


def _least_end(spot: Spot, start: int, length: int, after: Spot | None, envelope: Envelope) -> int:
    """When a word before a pause ends at the earliest.

    Words are drawn out there, and their last sound is often so weak that it drowns in noise, or is
    too high for a telephone: neither the recogniser nor the envelope knows of it.
    """
    room = after.start if after else start + length
    if room - spot.end < _PAUSE:
        return start
    clear = envelope.clarity(spot.end) >= _CLEAR
    least = start + int(length * (_CUT_SHORT if clear else _DRAWN_OUT))
    return min(room, least, spot.end + (_WEAK if clear else 2 * _WEAK))


def _shortened(spot: Spot, length: int, before: Spot | None, after: Spot | None) -> Spot:
    """A word that cannot be as long as it was found: on which side it lies tell its neighbours."""
    most = int(_LONGEST * length)
    if spot.end - spot.start <= most:
        return spot
    to_before = spot.start - before.end if before else None
    to_after = after.start - spot.end if after else None
    if to_after is not None and (to_before is None or to_after <= to_before):
        return replace(spot, start=spot.end - most)
    return replace(spot, end=spot.start + most)
