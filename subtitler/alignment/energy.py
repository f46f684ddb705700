"""The loudness of a recording over time: where to cut it, and where a word really begins and ends.

A recogniser's word boundaries lie some tens of milliseconds inside the silence around a phrase;
the envelope of the sound tells the boundary itself wherever speech stands out from what is behind.
"""

import numpy as np
from numpy.typing import NDArray

RATE = 16_000  # samples a second, in all of subtitler
HOP = 5  # ms between values of the envelope
_WINDOW = 20  # ms of sound in each value

# Speech is where the level is nearer to the voice than this share of the way up from the floor.
_RISE = 0.25
# Below this distance between voice and floor, in dB, the envelope knows no better than the model.
_STANDS_OUT = 15.0
_LEAST_PAUSE = 80  # ms; shorter dips follow the click of an opening mouth or a stop consonant
_FARTHEST = 250  # ms that a boundary is moved at most


class Envelope:
    """Level in dB for every HOP ms, with the noise floor and the voice level around each moment."""

    def __init__(self, samples: NDArray[np.int16]) -> None:
        """`samples`: mono, RATE samples a second."""
        hop, window = RATE * HOP // 1000, RATE * _WINDOW // 1000
        count = max(1, len(samples) // hop)
        self.level = np.full(count, -20.0, dtype=np.float32)
        # Pre-emphasis lifts the weak high beginnings (s, f, t) and drops the rumble of a hall.
        for start in range(0, count, 60_000):  # five minutes at a time: memory stays flat
            stop = min(count, start + 60_000)
            low = max(0, start * hop - window // 2 - 1)
            piece = samples[low : stop * hop + window].astype(np.float32)
            emphasised = np.empty_like(piece)
            emphasised[:1] = 0
            np.subtract(piece[1:], 0.95 * piece[:-1], out=emphasised[1:])
            power = np.concatenate(([0.0], np.cumsum(emphasised.astype(np.float64) ** 2)))
            centres = np.arange(start, stop) * hop + hop // 2 - low
            first = np.clip(centres - window // 2, 0, len(piece))
            last = np.clip(centres + window // 2, 0, len(piece))
            mean = (power[last] - power[first]) / np.maximum(1, last - first)
            self.level[start:stop] = 10 * np.log10(mean + 0.01)
        self.floor, self.voice = _floor_and_voice(self.level)
        self.threshold = self.floor + np.maximum(4.0, _RISE * (self.voice - self.floor))

    def cuts(self, shortest: int, longest: int) -> list[int]:
        """Moments (ms) that cut the recording into stretches of `shortest` to `longest` ms.

        Each is the quietest moment that there is; the first is 0, the last the end.
        """
        smooth = np.convolve(self.level, np.full(200 // HOP, HOP / 200), "same")
        cuts = [0]
        end = len(self.level)
        while end - cuts[-1] > longest // HOP:
            low = cuts[-1] + shortest // HOP
            high = min(cuts[-1] + longest // HOP, end - shortest // HOP)
            cuts.append(low + int(np.argmin(smooth[low : max(low + 1, high)])))
        return [cut * HOP for cut in cuts] + [end * HOP]

    def is_silent(self) -> bool:
        """Whether there is nothing to hear: hardly ever louder than -66 dB of full scale."""
        return bool(np.percentile(self.level, 99.5) < 24)

    def onset(self, time: int, earliest: int, latest: int) -> int:
        """Where the sound begins that a word begins with, given about when (all in ms).

        Looks for a pause near `time`, no farther than `earliest` and `latest`; where there is
        none, or the voice does not stand out from the noise, `time` itself comes back.
        """
        pauses = self._pauses(max(earliest, time - _FARTHEST), min(latest, time + _FARTHEST))
        ends = [last for first, last in pauses if last < min(latest, time + _FARTHEST)]
        return min(ends, key=lambda end: abs(end - time), default=time)

    def offset(self, time: int, earliest: int, latest: int) -> int:
        """Where the sound ends that a word ends with, given about when (all in ms); see `onset`."""
        pauses = self._pauses(max(earliest, time - _FARTHEST), min(latest, time + _FARTHEST))
        starts = [first for first, last in pauses if first > max(earliest, time - _FARTHEST)]
        return min(starts, key=lambda start: abs(start - time), default=time)

    def _pauses(self, begin: int, end: int) -> list[tuple[int, int]]:
        """Runs of quiet of at least _LEAST_PAUSE in [begin, end), as (first, last) in ms."""
        low, high = max(0, begin // HOP), min(len(self.level), end // HOP)
        if high <= low or self.voice[low] - self.floor[low] < _STANDS_OUT:
            return []
        quiet = self.level[low:high] < self.threshold[low:high]
        edges = np.flatnonzero(np.diff(np.concatenate(([0], quiet.astype(np.int8), [0]))))
        runs = edges.reshape(-1, 2) + low
        return [
            (int(first) * HOP, int(last) * HOP)
            for first, last in runs
            if (last - first) * HOP >= _LEAST_PAUSE
        ]


def _floor_and_voice(level: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The 10th and 95th percentile of the level over the eight seconds around each moment."""
    block = 1000 // HOP
    reach = 4  # blocks to each side
    count = max(1, -(-len(level) // block))
    floors, voices = np.empty(count), np.empty(count)
    for n in range(count):
        around = level[max(0, (n - reach) * block) : (n + reach + 1) * block]
        floors[n], voices[n] = np.percentile(around, (10, 95))
    centres = (np.arange(count) + 0.5) * block
    moments = np.arange(len(level))
    return (
        np.interp(moments, centres, floors).astype(np.float32),
        np.interp(moments, centres, voices).astype(np.float32),
    )
