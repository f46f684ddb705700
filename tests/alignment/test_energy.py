"""The envelope, on tone bursts at known places."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from subtitler.alignment.energy import HOP, Envelope
from subtitler.data import SAMPLE_RATE

# Bursts of a voice-like tone, in ms, among pauses of all lengths.
BURSTS = [(1000, 2000), (2300, 2800), (3300, 5000), (5200, 6500), (8000, 9400), (9700, 11000)]
DURATION = 13_000
WITHIN = 15  # ms


def bursts(noise: float, places: Sequence[tuple[int, int]] = BURSTS) -> NDArray[np.int16]:
    """A buzz with harmonics of 150 Hz at the places, in noise so far below it (dB)."""
    time = np.arange(DURATION * SAMPLE_RATE // 1000) / SAMPLE_RATE
    buzz = sum(np.sin(2 * np.pi * 150 * n * time) / n for n in range(1, 40))
    on = np.zeros(len(time))
    for start, end in places:
        on[start * SAMPLE_RATE // 1000 : end * SAMPLE_RATE // 1000] = 1
    voice = buzz * on
    power = np.mean(voice[on > 0] ** 2)
    hiss = np.random.default_rng(1).normal(0, np.sqrt(power / 10 ** (noise / 10)), len(time))
    sound: NDArray[np.int16] = ((voice + hiss) * 4000).astype(np.int16)
    return sound


@pytest.fixture(scope="module", params=[90, 40, 20, 10], ids="{} dB".format)
def envelope(request: pytest.FixtureRequest) -> Envelope:
    return Envelope(bursts(request.param))


# A recogniser errs into the pause, by up to 250 ms, and hardly into the word.
@pytest.mark.parametrize("error", [-180, -60, -20, 0, 20])
def test_the_beginning_of_a_sound_is_found_near_a_guess(envelope: Envelope, error: int) -> None:
    for start, end in BURSTS:
        assert envelope.onset(start + error, start - 200, end) == pytest.approx(start, abs=WITHIN)


@pytest.mark.parametrize("error", [180, 60, 20, 0, -20])
def test_the_end_of_a_sound_is_found_near_a_guess(envelope: Envelope, error: int) -> None:
    for start, end in BURSTS:
        assert envelope.offset(end + error, start, end + 200) == pytest.approx(end, abs=WITHIN)


def test_in_the_middle_of_a_sound_a_guess_stands(envelope: Envelope) -> None:
    assert envelope.onset(4200, 4000, 4500) == 4200
    assert envelope.offset(4200, 4000, 4500) == 4200


def test_a_boundary_stays_between_its_limits(envelope: Envelope) -> None:
    assert 3400 <= envelope.onset(3420, 3400, 4000) <= 4000
    assert 4000 <= envelope.offset(4900, 4000, 4950) <= 4950


def test_a_stop_consonant_is_no_pause() -> None:
    closed = Envelope(bursts(30, [(1000, 2000), (2050, 3000)]))
    assert closed.onset(2100, 1000, 3000) == 2100
    assert closed.offset(1950, 1000, 3000) == 1950


def test_noise_alone_says_nothing() -> None:
    hiss = np.random.default_rng(2).normal(0, 500, 10 * SAMPLE_RATE).astype(np.int16)
    envelope = Envelope(hiss)
    for time in range(500, 9500, 250):
        assert envelope.onset(time, time - 300, time + 300) == time
        assert envelope.offset(time, time - 300, time + 300) == time


def test_limits_outside_of_the_recording_do_no_harm(envelope: Envelope) -> None:
    assert envelope.onset(30, -500, 200) in range(201)
    assert envelope.offset(DURATION, DURATION - 100, DURATION + 2000) <= DURATION + 2000
    assert envelope.onset(DURATION + 900, DURATION + 800, DURATION + 1000) == DURATION + 900


def test_cuts_lie_in_pauses(envelope: Envelope) -> None:
    cuts = envelope.cuts(1500, 4000)
    for cut in cuts[1:-1]:
        assert not any(start < cut < end for start, end in BURSTS)


def test_a_short_recording_is_not_cut(envelope: Envelope) -> None:
    assert envelope.cuts(12_000, 30_000) == [0, DURATION]


@settings(max_examples=30, deadline=None)
@given(st.integers(240, 400_000), st.integers(0, 3))
def test_cuts_cover_the_recording_and_respect_the_lengths(length: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    sound = rng.normal(0, 1000, length) * (rng.random(length // 4000 + 1).repeat(4000)[:length])
    cuts = Envelope(sound.astype(np.int16)).cuts(1200, 3000)
    assert cuts[0] == 0
    assert cuts[-1] == pytest.approx(length * 1000 / SAMPLE_RATE, abs=HOP)
    lengths = [b - a for a, b in pairwise(cuts)]
    assert max(lengths) <= 3000
    assert len(lengths) == 1 or min(lengths) >= 1200


@pytest.mark.parametrize("length", [0, 1, 79, 80, 1000])
def test_next_to_nothing_is_silent(length: int) -> None:
    assert Envelope(np.zeros(length, dtype=np.int16)).is_silent


def test_silence_and_its_dither_are_silent() -> None:
    dither = np.random.default_rng(3).integers(-2, 3, 20 * SAMPLE_RATE).astype(np.int16)
    assert Envelope(dither).is_silent


def test_a_quiet_voice_is_not_silent() -> None:
    assert not Envelope((bursts(40) // 100).astype(np.int16)).is_silent


def test_one_word_in_a_long_silence_is_not_silent() -> None:
    assert not Envelope(bursts(90, [(5000, 5400)])).is_silent


def test_the_result_does_not_depend_on_what_is_far_away() -> None:
    """Blocks of a minute are joined without a seam."""
    once = bursts(40)
    many = np.tile(once, 6)
    lone, tiled = Envelope(once), Envelope(many)
    for n in range(1, 5):
        for start, end in BURSTS[1:-1]:
            shift = n * DURATION
            assert tiled.onset(start + 30 + shift, start - 200 + shift, end + shift) - shift == (
                pytest.approx(lone.onset(start + 30, start - 200, end), abs=HOP)
            )
