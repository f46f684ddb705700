"""Who listens: --aligner and --whisper-model, with Whisper and without."""

import json
from pathlib import Path

import numpy as np
import pytest
from conftest import SAMPLE, Subtitler
from recordings import encode_sound

from subtitler.data import SAMPLE_RATE
from subtitler.media import read_recording
from subtitler.pipeline import Ears, align_recording, read_page

# What is None there is not found.
ABSENT = "import sys\nsys.modules['faster_whisper'] = None\n"
ANOTHER_TEXT = "Fishing boats were waiting beyond the harbour until the early morning came.\n"


@pytest.fixture
def without_library(subtitler: Subtitler, tmp_path: Path) -> Subtitler:
    """The program where faster-whisper is not installed."""
    folder = tmp_path / "start"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(ABSENT, encoding="utf-8")
    subtitler.environment["PYTHONPATH"] = str(folder)
    return subtitler


# --- Without Whisper ------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["generate", "align"])
@pytest.mark.parametrize(
    "options", [["--aligner", "whisper"], ["--whisper-model", "small"]], ids=["asked", "named"]
)
def test_without_the_library_its_installation_is_named(
    without_library: Subtitler, page: Path, voice: Path, command: str, options: list[str]
) -> None:
    without_library.refuses(
        command, voice, page, *options, saying="pip install 'subtitler[whisper]'"
    )


def test_without_the_library_nobody_hears_of_it(
    without_library: Subtitler, page: Path, voice: Path
) -> None:
    for options in ([], ["--aligner", "sphinx"]):
        result = without_library("-v", "align", voice, page, *options)
        assert result.returncode == 0
        assert "hisper" not in result.stderr


def test_where_little_is_found_the_option_is_named(
    without_library: Subtitler, page: Path, voice: Path
) -> None:
    page.write_text(ANOTHER_TEXT, encoding="utf-8")
    without_library.refuses("align", voice, page, saying="--aligner whisper")


# --- With a real model ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first 34 s of the sample in white noise that is as loud as they are."""
    samples = read_recording(SAMPLE).samples[: 34 * SAMPLE_RATE].astype(np.float64)
    noise = np.random.default_rng(0).normal(0, np.sqrt(np.mean(samples**2)), len(samples))
    path = tmp_path_factory.mktemp("noisy") / "noisy.wav"
    encode_sound(path, ((samples + noise) * 0.7).astype(np.int16), SAMPLE_RATE)
    return path


@pytest.fixture
def noisy_page(subtitler: Subtitler, truth: list[tuple[str, int, int]]) -> Path:
    path = subtitler.folder / "noisy.txt"
    path.write_text("\n".join(text for text, _, end in truth if end < 34_000), encoding="utf-8")
    return path


def test_whisper_listens_where_the_recogniser_hears_little(
    subtitler: Subtitler,
    whisper_model: Path,
    noisy: Path,
    noisy_page: Path,
    truth: list[tuple[str, int, int]],
) -> None:
    subtitler.environment["SUBTITLER_WHISPER_MODEL"] = str(whisper_model)
    result = subtitler("align", noisy, noisy_page, "--all-text", "--words", "words.json")
    assert result.returncode in (0, 1)
    assert "Whisper listened too, and heard more." in result.stderr
    assert "--aligner" not in result.stderr
    words = json.loads((subtitler.folder / "words.json").read_text(encoding="utf-8"))
    assert sum(word["start"] is not None for word in words) > 0.6 * len(words)
    firsts = {word["sentence"]: word["start"] for word in reversed(words)}
    near = [
        start is not None and abs(start * 1000 - truth[n][1]) <= 100 for n, start in firsts.items()
    ]
    assert sum(near) >= 4


def test_whisper_is_not_asked_where_the_recogniser_hears_enough(
    whisper_model: Path, voice: Path, page: Path
) -> None:
    transcript, language = read_page(page, None)
    ears = Ears("auto", str(whisper_model))
    assert not align_recording(voice, transcript, language, ears=ears).whisper_listened


def test_another_text_is_refused_by_both(
    subtitler: Subtitler, whisper_model: Path, page: Path, voice: Path
) -> None:
    page.write_text(ANOTHER_TEXT, encoding="utf-8")
    for aligner in ("auto", "whisper"):
        result = subtitler(
            "align", voice, page, "--aligner", aligner, "--whisper-model", whisper_model
        )
        assert result.returncode == 2
        assert "Hardly a word of the transcript" in result.stderr.splitlines()[-1]
        assert "--aligner" not in result.stderr


@pytest.mark.usefixtures("whisper_model")
@pytest.mark.parametrize("aligner", ["auto", "whisper"])
def test_a_model_that_is_not_there(
    subtitler: Subtitler, page: Path, voice: Path, aligner: str
) -> None:
    arguments = ("align", voice, page, "--aligner", aligner, "--whisper-model")
    subtitler.refuses(*arguments, "no/such/folder", saying="“no/such/folder” is neither a folder")
    subtitler.refuses(*arguments, "small", saying="“small” is not on this computer")
