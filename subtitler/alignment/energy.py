"""How far the sound stands out over time: where to cut it, where a word begins and ends.

A recogniser's word boundaries lie some tens of milliseconds inside the silence around a phrase;
the sound itself tells the boundary wherever the voice stands out from what is behind it.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from subtitler.data import SAMPLE_RATE

HOP = 5  # ms between values of the envelope
_WINDOW = 20  # ms of sound in each value

# In each of these bands the level is taken against the noise of that band, so that a voice is seen
# in a hum, in hiss and in a hall.
_BANDS = 18
_LOWEST, _HIGHEST = 120, 7000  # Hz
_CEILING = 40.0  # dB over the noise above which a band says no more
_REACH = 4000  # ms to each side in which the noise is looked for

# Speech is where the envelope is nearer to the voice than this share of the way up from the noise.
_RISE = 0.2
_LEAST_RISE = 2.0  # dB
# Below this distance between voice and noise, in dB, the envelope knows no better than the model.
_STANDS_OUT = 8.0
_LEAST_PAUSE = 80  # ms; shorter dips follow the click of an opening mouth or a stop consonant
# How far (ms) a boundary is moved at most: the recogniser errs into the pause, seldom the word.
_INWARD, _OUTWARD = 250, 120


class Envelope:
    """How far the sound stands out, in dB, for every HOP ms of a recording."""

    def __init__(self, samples: NDArray[np.int16]) -> None:
        """`samples`: mono, SAMPLE_RATE samples a second."""
        loudness = _loudness(samples)
        self._peak = float(np.percentile(loudness.max(axis=0), 99.5))
        power = np.zeros(loudness.shape[1], dtype=np.float32)
        for band in loudness:  # one at a time: hours of sound have room in the memory
            power += np.clip(band - _around(band, 10), 0, _CEILING) ** 2
        level = np.sqrt(power / _BANDS)
        self._level = np.convolve(level, [0.25, 0.5, 0.25], "same")
        floor = _around(self._level, 10)
        self._voice = _around(self._level, 95) - floor
        self._threshold = floor + np.maximum(_LEAST_RISE, _RISE * self._voice)

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to hear: hardly ever louder than some 70 dB under full scale."""
        return self._peak < 55

    @property
    def duration(self) -> int:
        """Of the recording, in ms."""
        return len(self._level) * HOP

    def cuts(self, shortest: int, longest: int) -> list[int]:
        """Moments (ms) that cut the recording into stretches of `shortest` to `longest` ms.

        Each is the quietest moment that there is; the first is 0, the last the end.
        """
        smooth = np.convolve(self._level, np.full(200 // HOP, HOP / 200), "same")
        cuts = [0]
        end = len(self._level)
        while end - cuts[-1] > longest // HOP:
            low = cuts[-1] + shortest // HOP
            high = min(cuts[-1] + longest // HOP, end - shortest // HOP)
            cuts.append(low + int(np.argmin(smooth[low : max(low + 1, high)])))
        return [cut * HOP for cut in cuts] + [end * HOP]

    def clarity(self, time: int) -> float:
        """How far, in dB, the voice stands out from the noise around a moment (ms)."""
        return float(self._voice[min(max(0, time // HOP), len(self._voice) - 1)])

    def onset(self, time: int, earliest: int, latest: int) -> int:
        """Where the sound begins that a word begins with, given about when (all in ms).

        Looks for a pause near `time`, no farther than `earliest` and `latest`; where there is
        none, or the voice does not stand out from the noise, `time` itself comes back.
        """
        low, high = max(earliest, time - _OUTWARD), min(latest, time + _INWARD)
        ends = [last for _, last in self._pauses(low, high) if last < high]
        return min(ends, key=lambda end: abs(end - time), default=time)

    def offset(self, time: int, earliest: int, latest: int) -> int:
        """Where the sound ends that a word ends with, given about when (all in ms); see `onset`."""
        low, high = max(earliest, time - _INWARD), min(latest, time + _OUTWARD)
        starts = [first for first, _ in self._pauses(low, high) if first > low]
        return min(starts, key=lambda start: abs(start - time), default=time)

    def _pauses(self, begin: int, end: int) -> list[tuple[int, int]]:
        """Runs of quiet of at least _LEAST_PAUSE in [begin, end), as (first, last) in ms."""
        low, high = max(0, begin // HOP), min(len(self._level), end // HOP)
        if high <= low or self._voice[low] < _STANDS_OUT:
            return []
        quiet = self._level[low:high] < self._threshold[low:high]
        edges = np.flatnonzero(np.diff(np.concatenate(([0], quiet.astype(np.int8), [0]))))
        runs = edges.reshape(-1, 2) + low
        return [
            (int(first) * HOP, int(last) * HOP)
            for first, last in runs
            if (last - first) * HOP >= _LEAST_PAUSE
        ]


def _loudness(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """The power in dB of each band (rows) at each moment (columns)."""
    hop, window, size = SAMPLE_RATE * HOP // 1000, SAMPLE_RATE * _WINDOW // 1000, 512
    edges = np.geomspace(_LOWEST, _HIGHEST, _BANDS + 1)
    frequencies = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    weights = np.zeros((len(frequencies), _BANDS), dtype=np.float32)
    for band, (low, high) in enumerate(pairwise(edges)):
        inside = (frequencies >= low) & (frequencies < high)
        if not inside.any():
            inside[np.argmin(np.abs(frequencies - (low + high) / 2))] = True
        weights[inside, band] = 1 / inside.sum()
    taper = np.hanning(window).astype(np.float32)
    count = max(1, len(samples) // hop)
    result = np.empty((_BANDS, count), dtype=np.float32)
    lead = (window - hop) // 2  # the middle of a window is the middle of its hop
    for start in range(0, count, 12_000):  # a minute at a time: memory stays flat
        stop = min(count, start + 12_000)
        piece = np.zeros((stop - start) * hop + window, dtype=np.float32)
        low = start * hop - lead
        taken = samples[max(0, low) : low + len(piece)]
        piece[max(0, -low) : max(0, -low) + len(taken)] = taken
        frames = np.lib.stride_tricks.sliding_window_view(piece, window)[::hop][: stop - start]
        power = np.abs(np.fft.rfft(frames * taper, size)) ** 2
        result[:, start:stop] = 10 * np.log10(power @ weights + 1).T
    return result


def _around(values: NDArray[np.float32], percentile: int) -> NDArray[np.float32]:
    """The percentile of the values within _REACH to each side of every moment."""
    block = 1000 // HOP
    reach = _REACH // 1000
    count = -(-len(values) // block)
    blocks = [
        np.percentile(values[max(0, n - reach) * block : (n + reach + 1) * block], percentile)
        for n in range(count)
    ]
    centres = (np.arange(count) + 0.5) * block
    return np.interp(np.arange(len(values)), centres, blocks).astype(np.float32)
