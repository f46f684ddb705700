"""The second ear: its words in the transcript's, its models, and with a real one, what it hears."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from subtitler.alignment import whisper
from subtitler.alignment.aligner import align
from subtitler.alignment.pronunciation import dictionary
from subtitler.alignment.whisper import Listener, Vocabulary, Whisper, Written, find_model, plain
from subtitler.data import SAMPLE_RATE, Sentence, Word
from subtitler.errors import SubtitlerError
from subtitler.media import read_recording

from .conftest import SampleSpeech

# --- What Whisper writes, in words of the transcript ----------------------------------------------


def heard(language: str, transcript: str, written: str) -> list[str]:
    words = Vocabulary(dictionary(transcript.split(), language), language)
    row = [Written(text, 100 * n, 100 * n + 100) for n, text in enumerate(written.split())]
    return [word.key for word in words.heard(row)]


@pytest.mark.parametrize(
    ("language", "transcript", "written"),
    [
        ("en", "It’s “Great”, NATO!", "its great Nato."),
        ("en", "the colour of the defence organisation", "the color of the defense organization"),
        ("en", "in twenty thirteen", "in 2013"),
        ("en", "in 2013", "in twenty thirteen"),
        ("en", "about fourteen fifty-five has", "about 1455 has"),
        ("en", "ninety-three of them", "93 of them"),
        ("en", "the blockbooks were", "the block books were"),
        ("en", "the block books were", "the blockbooks were"),
        ("en", "KFOR is there", "K-4 is there"),
        ("fr", "l'équipe des technologies était là", "l’equipe des technologies etait la"),
        ("de", "daß die Straße frei ist", "dass die Strasse frei ist"),
        ("sr", "ђаци и људи", "đaci i ljudi"),
    ],
)
def test_what_is_written_otherwise_is_the_same_word(
    language: str, transcript: str, written: str
) -> None:
    assert heard(language, transcript, written) == [
        plain(word) for word in transcript.split() if plain(word)
    ]


def test_words_that_the_transcript_has_not_stay_as_they_are() -> None:
    assert heard("en", "a peaceful dialogue", "– a rather peaceful, dialogue …") == [
        *("a", "rather", "peaceful", "dialogue"),
    ]


def test_parts_of_a_word_share_its_time() -> None:
    words = Vocabulary(dictionary(["fourteen", "fifty-five"], "en"), "en")
    first, second = words.heard([Written("1455", 1000, 2000)])
    assert (first.start, second.end) == (1000, 2000)
    assert 1000 < first.end == second.start < 2000


@dataclass(frozen=True)
class Piece:
    word: str
    start: float
    end: float


@dataclass(frozen=True)
class Segment:
    words: Sequence[Piece] | None


class Model:
    """Writes the same of every sound."""

    def transcribe(self, sound: np.ndarray, **options: object) -> tuple[list[Segment], None]:
        assert sound.dtype == np.float32
        assert abs(sound).max() <= 1
        pieces = [Piece(" m", 0.1, 0.2), Piece("'appelle", 0.2, 0.5), Piece(" Éric.", 0.5, 1.0)]
        return [Segment(pieces), Segment(None)], None


def test_times_count_from_the_start_of_the_recording() -> None:
    samples = np.full(4 * SAMPLE_RATE, -32768, dtype=np.int16)
    listener = Listener(Model(), samples, dictionary(["m'appelle", "Éric"], "fr"), "fr")
    nothing, words = listener.hear([(0, 50), (2000, 4000)])
    assert nothing == []
    assert [(word.key, word.start, word.end) for word in words] == [
        ("mappelle", 2100, 2500),
        ("eric", 2500, 3000),
    ]


# --- Models that are there and that are not -------------------------------------------------------


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A library of models of which none is on this computer, and no network."""
    utils = ModuleType("faster_whisper.utils")

    def download_model(name: str, local_files_only: bool = False) -> str:
        raise OSError("not in the cache" if local_files_only else "no network\nand more")

    utils.available_models = lambda: ["small", "large-v3"]  # type: ignore[attr-defined]
    utils.download_model = download_model  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "faster_whisper", ModuleType("faster_whisper"))
    monkeypatch.setitem(sys.modules, "faster_whisper.utils", utils)
    monkeypatch.setattr(whisper, "find_spec", lambda name: object())
    monkeypatch.delenv(whisper.MODEL_VARIABLE, raising=False)
    return utils


def test_without_the_library_its_installation_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whisper, "find_spec", lambda name: None)
    with pytest.raises(SubtitlerError, match=r"pip install 'subtitler\[whisper\]'"):
        find_model("small")


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    ("name", "allow_download", "saying"),
    [
        ("", False, "No Whisper model is named"),
        ("small", False, "“small” is not on this computer: --allow-download fetches it"),
        ("owner/model", False, "There is no folder “owner/model”"),
        ("small", True, "“small” could not be fetched: no network$"),
        ("smal", True, "“smal” is neither a folder"),
        ("/no/such/folder", True, "neither a folder"),
        ("../model", True, "neither a folder"),
    ],
)
def test_a_model_that_is_not_here(name: str, allow_download: bool, saying: str) -> None:
    with pytest.raises(SubtitlerError, match=saying):
        find_model(name, allow_download)


@pytest.mark.usefixtures("library")
def test_a_folder_must_hold_all_of_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("model.bin", "config.json"):
        (tmp_path / name).touch()
    with pytest.raises(SubtitlerError, match=r"no tokenizer\.json"):
        find_model(str(tmp_path))
    (tmp_path / "tokenizer.json").touch()
    assert find_model(str(tmp_path)) == tmp_path
    monkeypatch.setenv(whisper.MODEL_VARIABLE, str(tmp_path))
    assert find_model("") == tmp_path


def test_a_model_in_the_cache_is_found_by_its_name(library: ModuleType, tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).touch()
    asked = []

    def download_model(name: str, local_files_only: bool = False) -> str:
        asked.append((name, local_files_only))
        return str(tmp_path)

    library.download_model = download_model  # type: ignore[attr-defined]
    assert find_model("small") == find_model("owner/model", allow_download=True) == tmp_path
    assert asked == [("small", True), ("owner/model", False)]


# --- With a real model ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model(whisper_model: Path) -> Whisper:
    return Whisper(whisper_model)


def starts(words: Sequence[Word], sentence: int) -> int | None:
    return next(word.start for word in words if word.sentence == sentence)


def test_the_sample_is_timed_as_exactly_as_by_the_recogniser(
    model: Whisper, sample: SampleSpeech
) -> None:
    clip = sample.clip(0, 45_000)
    told: list[tuple[int, int]] = []
    words = align(
        clip.sentences, clip.samples, "en", lambda *done: told.append(done), whisper=model
    )
    assert sum(word.start is None for word in words) <= 1
    for n, (start, _) in enumerate(clip.times):
        assert starts(words, n) == pytest.approx(start, abs=80)
    assert told[-1] == (45_000, 45_000)
    assert words == align(clip.sentences, clip.samples, "en", whisper=model)


def test_what_is_not_spoken_gets_no_times(model: Whisper, sample: SampleSpeech) -> None:
    """The guest of the sample, who says nothing of it, and the applause before him."""
    clip = sample.clip(60_000, 95_000)
    samples = sample.samples[150_000 * 16 : 185_000 * 16]
    words = align(clip.sentences, samples, "en", whisper=model)
    assert sum(word.start is not None for word in words) <= 2


@pytest.mark.parametrize(
    ("name", "language", "least"), [("interview.fr.m4a", "fr", 0.85), ("sonnet.de.mp3", "de", 0.9)]
)
def test_other_languages_are_heard(
    model: Whisper, speech: Path, name: str, language: str, least: float
) -> None:
    text = (speech / name).with_suffix(".txt").read_text(encoding="utf-8")
    sentences = [Sentence(" ".join(line.split())) for line in text.splitlines() if line.strip()]
    samples = read_recording(speech / name).samples
    words = align(sentences, samples, language, whisper=model)
    assert sum(word.start is not None for word in words) >= least * len(words)


def test_a_language_that_the_model_does_not_know(model: Whisper, sample: SampleSpeech) -> None:
    clip = sample.clip(28_000, 34_000)
    with pytest.raises(SubtitlerError, match="does not know the language 'eo'"):
        align(clip.sentences, clip.samples, "eo", whisper=model)


@pytest.mark.usefixtures("whisper_model")
def test_a_broken_model_is_one_sentence(tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_text("broken", encoding="utf-8")
    with pytest.raises(SubtitlerError, match="cannot be loaded") as error:
        Whisper(find_model(str(tmp_path)))
    assert "\n" not in str(error.value)
