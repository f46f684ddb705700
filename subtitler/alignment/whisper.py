"""The second ear: Whisper, where the extra `subtitler[whisper]` and a model of it are at hand.

Whisper writes down what it hears without knowing the transcript, in some hundred languages, and
understands what the embedded recogniser does not: speech in loud noise, in a hall, under another
voice.  It takes three times as long, and its times are rough.  So it takes the place of the first
pass only: its words are turned into words of the transcript, and everything after that is done as
with the embedded recogniser.
"""

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from subtitler.alignment.pronunciation import dictionary, spoken_form
from subtitler.alignment.recogniser import Heard
from subtitler.cores import core_count
from subtitler.data import SAMPLE_RATE
from subtitler.errors import SubtitlerError

MODEL_VARIABLE = "SUBTITLER_WHISPER_MODEL"

# What a folder must hold; without its tokenizer the library would look for one on the network.
_FILES = ("model.bin", "config.json", "tokenizer.json")

_HUB_NAME = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")  # owner/model

# Greedy, and the same at every run.  Whisper's own remedy for a stretch that it understands badly
# is to guess again at random; what was understood before would lead it astray where it repeats.
_DECODING = {"beam_size": 1, "temperature": 0.0, "condition_on_previous_text": False}

_SHORTEST = 100  # ms of audio under which there is nothing to hear
_MOST_JOINED = 4  # words written apart that may be one word of the transcript
_SHORTEST_PART = 2  # phones of a word of the transcript that is a part of what was written as one


def find_model(name: str, allow_download: bool = False) -> Path:
    """The folder of a model: `name` itself, or where a model of this name lies in the user's cache.

    Without a name it is that of the environment variable MODEL_VARIABLE.
    Raises SubtitlerError if the library is not installed, no model is named, or there is none of
    this name; only with `allow_download` is one fetched from the network.
    """
    if find_spec("faster_whisper") is None:
        raise SubtitlerError(
            "Whisper is not installed here: pip install 'subtitler[whisper]' installs it"
        )
    name = name or os.environ.get(MODEL_VARIABLE, "")
    if not name:
        raise SubtitlerError(
            "No Whisper model is named: give the folder of one, or a name such as “small”, with"
            f" --whisper-model or in the environment variable {MODEL_VARIABLE}"
        )
    folder = Path(name)
    if not folder.is_dir():
        folder = _by_name(name, allow_download)
    for file in _FILES:
        if not (folder / file).is_file():
            raise SubtitlerError(f"“{folder}” holds no Whisper model for faster-whisper: no {file}")
    return folder


def _by_name(name: str, allow_download: bool) -> Path:
    from faster_whisper.utils import available_models, download_model

    is_known = name in available_models()
    if Path(name).exists() or not (is_known or _HUB_NAME.fullmatch(name)):
        raise SubtitlerError(
            f"“{name}” is neither a folder with a Whisper model nor the name of one, such as"
            " “small” or “large-v3”"
        )
    try:
        return Path(download_model(name, local_files_only=not allow_download))
    except Exception as error:  # of many kinds, which change with the version of the Hub's client
        if allow_download:
            reason = str(error).strip().partition("\n")[0]
            raise SubtitlerError(
                f"The Whisper model “{name}” could not be fetched: {reason}"
            ) from None
    raise SubtitlerError(
        f"The Whisper model “{name}” is not on this computer: --allow-download fetches it once"
        if is_known
        else f"There is no folder “{name}”, and no Whisper model of this name on this computer:"
        " --allow-download fetches one by its name on the Hugging Face Hub"
    )


@dataclass(frozen=True, slots=True)
class Written:
    """A word as Whisper wrote it, and when, in ms of the whole recording."""

    text: str
    start: int
    end: int


class Whisper:
    """A model, loaded: on the CPU, in 8-bit integers, on all cores."""

    def __init__(self, folder: Path) -> None:
        """`folder`: see `find_model`.  Raises SubtitlerError if it cannot be loaded."""
        from faster_whisper import WhisperModel

        try:
            self._model = WhisperModel(
                str(folder),
                device="cpu",
                compute_type="int8",
                cpu_threads=core_count(),
                local_files_only=True,
            )
        except Exception as error:  # the tokenizer's and CTranslate2's own, and what JSON lacks
            reason = str(error).strip().partition("\n")[0]
            raise SubtitlerError(
                f"The Whisper model in “{folder}” cannot be loaded: {reason}"
            ) from None

    def listener(
        self,
        samples: NDArray[np.int16],
        pronunciations: Mapping[str, Sequence[str]],
        language: str,
    ) -> "Listener":
        """An ear for one recording (mono, SAMPLE_RATE samples a second) and one transcript.

        `pronunciations`: those of the transcript's words, see `dictionary`.
        Raises SubtitlerError if the model does not know the language, a two-letter code.
        """
        known = self._model.supported_languages
        if language not in known:
            only = ", only English" if known == ["en"] else ""
            raise SubtitlerError(
                f"This Whisper model does not know the language '{language}'{only}: name another"
                " model with --whisper-model, or leave --aligner out"
            )
        return Listener(self._model, samples, pronunciations, language)


class Listener:
    """Whisper as an ear for the words of one transcript.  Made by `Whisper.listener`."""

    def __init__(
        self,
        model: Any,
        samples: NDArray[np.int16],
        pronunciations: Mapping[str, Sequence[str]],
        language: str,
    ) -> None:
        self._model = model
        self._samples = samples
        self._words = Vocabulary(pronunciations, language)
        self._language = language

    def hear(self, stretches: Sequence[tuple[int, int]]) -> Iterator[list[Heard]]:
        """What is heard in each stretch (start, end in ms), one list a stretch, in order.

        The key of a word is its `plain` form, as the transcript has it; `score` is 0, since what
        Whisper thinks of a word cannot be compared with the scores of the embedded recogniser.
        """
        for start, end in stretches:
            sound = self._samples[start * SAMPLE_RATE // 1000 : end * SAMPLE_RATE // 1000]
            long_enough = len(sound) >= _SHORTEST * SAMPLE_RATE // 1000
            yield self._words.heard(self._write(sound, start)) if long_enough else []

    def _write(self, sound: NDArray[np.int16], begin: int) -> list[Written]:
        segments, _ = self._model.transcribe(
            sound.astype(np.float32) / 32768,
            language=self._language,
            word_timestamps=True,
            **_DECODING,
        )
        written: list[Written] = []
        for segment in segments:
            for n, piece in enumerate(segment.words or ()):
                text, start = piece.word, begin + round(piece.start * 1000)
                if n and not text.startswith(" "):  # the word goes on: "m", "'appelle"
                    before = written.pop()
                    text, start = before.text + text, before.start
                written.append(Written(text.strip(), start, begin + round(piece.end * 1000)))
        return written


def plain(form: str) -> str:
    """A word without what people write differently: case, accents, apostrophes, hyphens, dots."""
    letters = unicodedata.normalize("NFKD", form.casefold())
    return "".join(c for c in letters if c.isalnum() or c in "%&€$£¥")


class Vocabulary:
    """The words of a transcript, by how they are written and by how they sound."""

    def __init__(self, pronunciations: Mapping[str, Sequence[str]], language: str) -> None:
        """`pronunciations`: spoken form -> phones divided by spaces, see `dictionary`."""
        self._language = language
        self._plain = {plain(form) for form in pronunciations}
        self._by_sound: dict[_Phones, str] = {}
        for form, readings in pronunciations.items():
            for phones in _parsed(readings):
                self._by_sound.setdefault(phones, plain(form))
        self._beginnings = {phones[:n] for phones in self._by_sound for n in range(len(phones))}

    def heard(self, written: Sequence[Written]) -> list[Heard]:
        """What was written, in words of the transcript as far as they are there, by `plain` form.

        A word that the transcript writes otherwise is known by its sound: numbers in digits,
        British spelling, other letters, compounds written apart ("block books") or together.
        """
        written = [word for word in written if spoken_form(word.text)]
        forms = [spoken_form(word.text) for word in written]
        sounds = {
            form: _parsed(readings) for form, readings in dictionary(forms, self._language).items()
        }
        heard = []
        at = 0
        while at < len(written):
            first = written[at]
            joined, name = 1, plain(forms[at])
            parts: list[tuple[str, int]] = []
            if name not in self._plain:
                joined, name = self._joined([sounds.get(form, []) for form in forms[at:]], name)
                parts = [] if name in self._plain else self._divided(sounds.get(forms[at], []))
            last = written[at + joined - 1]
            at += joined
            parts = parts or [(name, 1)]
            length = sum(size for _, size in parts)
            done = 0
            for part, size in parts:
                start = first.start + (last.end - first.start) * done // length
                done += size
                end = first.start + (last.end - first.start) * done // length
                heard.append(Heard(part, start, end, 0.0))
        return heard

    def _joined(self, sounds: Sequence[Sequence["_Phones"]], name: str) -> tuple[int, str]:
        """How many words from the first on sound like one of the transcript, and which.

        The fewest that do; (1, `name`) if none.
        """
        spoken: set[_Phones] = {()}
        for count, readings in enumerate(sounds[:_MOST_JOINED], 1):
            spoken = {before + phones for before in spoken for phones in readings}
            found = sorted(self._by_sound[phones] for phones in spoken & self._by_sound.keys())
            if found:
                return count, found[0]
            spoken &= self._beginnings
        return 1, name

    def _divided(self, readings: Sequence["_Phones"]) -> list[tuple[str, int]]:
        """The words of the transcript, with their length in phones, that together sound like one.

        The fewest that do; none if there is no such division.
        """
        for phones in readings:
            best: list[list[tuple[str, int]] | None] = [[]] + [None] * len(phones)
            for end in range(_SHORTEST_PART, len(phones) + 1):
                for start in range(end - _SHORTEST_PART + 1):
                    before, part = best[start], self._by_sound.get(phones[start:end])
                    known = best[end]
                    if before is None or part is None:
                        continue
                    if known is None or len(before) + 1 < len(known):
                        best[end] = [*before, (part, end - start)]
            if best[-1]:
                return best[-1]
        return []


_Phones = tuple[str, ...]


def _parsed(readings: Sequence[str]) -> list[_Phones]:
    return [tuple(phones.split()) for phones in readings]
