"""Real speech for the tests of the alignment: the project's sample, with its truth."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from subtitler.data import SAMPLE_RATE, Sentence
from subtitler.media import read_recording

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples/nato-2023-09-07"
SPEECH = ROOT.parent / "shared/speech"


@dataclass(frozen=True)
class Clip:
    """A part of the sample, and the sentences that are spoken in it whole, with their times."""

    samples: NDArray[np.int16]
    sentences: list[Sentence]
    times: list[tuple[int, int]]


@dataclass(frozen=True)
class SampleSpeech:
    """The sound of the sample and when each of its sentences is spoken, in ms."""

    samples: NDArray[np.int16]
    sentences: list[Sentence]
    times: list[tuple[int, int]]

    def clip(self, start: int, end: int) -> Clip:
        """The sample from `start` to `end` (ms)."""
        inside = [n for n, (s, e) in enumerate(self.times) if start <= s and e <= end]
        return Clip(
            self.samples[start * SAMPLE_RATE // 1000 : end * SAMPLE_RATE // 1000],
            [self.sentences[n] for n in inside],
            [(self.times[n][0] - start, self.times[n][1] - start) for n in inside],
        )


@pytest.fixture(scope="session")
def sample() -> SampleSpeech:
    truth = json.loads(SAMPLE.with_suffix(".truth.json").read_text(encoding="utf-8"))
    return SampleSpeech(
        read_recording(SAMPLE.with_suffix(".mp4")).samples,
        [Sentence(row["text"]) for row in truth],
        [(row["start_ms"], row["end_ms"]) for row in truth],
    )


@pytest.fixture(scope="session")
def speech() -> Path:
    """The folder of recordings that lies beside the project where it is developed."""
    if not SPEECH.is_dir():
        pytest.skip(f"the recordings of {SPEECH} are absent")
    return SPEECH
