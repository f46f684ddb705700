"""Confidence is a chance: what is called certain must hold, and what is doubtful must be told."""

import numpy as np
import pytest

from subtitler.alignment.aligner import align
from subtitler.alignment.confidence import rate_starts
from subtitler.alignment.energy import Envelope
from subtitler.alignment.spots import LOOKED_FOR, SURE, Spot, Spots, Text
from subtitler.data import SAMPLE_RATE

from .conftest import SampleSpeech

CERTAIN = 0.98


def noisy(samples: np.ndarray, decibels: float) -> np.ndarray:
    power = np.mean(samples.astype(float) ** 2)
    hiss = np.random.default_rng(5).normal(0, np.sqrt(power / 10 ** (decibels / 10)), len(samples))
    return np.clip(samples + hiss, -32768, 32767).astype(np.int16)


def test_clear_starts_are_certain_and_right(sample: SampleSpeech) -> None:
    clip = sample.clip(7_000, 67_000)
    words = align(clip.sentences, clip.samples, "en")
    firsts = [next(w for w in words if w.sentence == n) for n in range(len(clip.sentences))]
    certain = [
        (word, start)
        for word, (start, _) in zip(firsts, clip.times, strict=True)
        if word.confidence >= CERTAIN
    ]
    assert len(certain) >= 0.8 * len(firsts)
    for word, start in certain:
        assert word.start == pytest.approx(start, abs=80)


def test_in_noise_nothing_is_certain(sample: SampleSpeech) -> None:
    clip = sample.clip(7_000, 40_000)
    words = align(clip.sentences, noisy(clip.samples, 5), "en")
    assert any(word.start is not None for word in words)
    assert all(word.confidence < CERTAIN for word in words)


@pytest.fixture(scope="module")
def tones() -> Envelope:
    """Two seconds of a tone every four seconds, in faint noise."""
    rng = np.random.default_rng(1)
    time = np.arange(20 * SAMPLE_RATE) / SAMPLE_RATE
    tone = 8000 * np.sin(2 * np.pi * 400 * time) * (time % 4 < 2)
    return Envelope((tone + rng.normal(0, 8, len(time))).astype(np.int16))


def test_what_makes_a_start_doubtful(tones: Envelope) -> None:
    text = Text([f"w{n}" for n in range(4)], [0, 0, 1, 1], 4 * [300])

    def first(spots: Spots, at_edge: set[int]) -> float:
        return rate_starts(text, spots, at_edge, tones)[0]

    sure: Spots = [Spot(4000, 4300, SURE, -1), Spot(4310, 4600, SURE, -1), None, None]
    certain = first(sure, {0})
    assert certain >= CERTAIN
    assert first(sure, set()) < certain  # the sound shows no edge
    looked_for: Spots = [Spot(4000, 4300, LOOKED_FOR, -1), *sure[1:]]
    assert first(looked_for, {0}) < certain
    begun_twice: Spots = [sure[0], Spot(4900, 5200, SURE, -1), None, None]
    assert first(begun_twice, {0}) < certain
    assert 1 not in rate_starts(text, sure, {0}, tones)  # it follows without a pause
