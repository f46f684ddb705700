"""The embedded recogniser: pocketsphinx with a dictionary of the transcript's words, on all cores.

It does two things.  `hear` writes down what it hears in a stretch of audio, under the language
model of the transcript; `align` finds given words, in order, in a short window of audio.  Each
stretch and each window is one utterance of its own, decoded from the same fresh state, so that
the result is the same for any number of cores.
"""

import os
import re
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from subtitler.alignment.energy import RATE
from subtitler.alignment.language_model import arpa

_FRAME = 10  # ms
_SHORTEST = 60  # ms of audio under which there is nothing to decode

# In a window the beams are wide, since a narrow one loses the only path that there is, and the
# model's fillers for noise and for speech (SPN) take up what is in none of the window's words.
_WINDOW = {"beam": 1e-90, "pbeam": 1e-90, "wbeam": 1e-70, "fillprob": 1e-2, "silprob": 1e-1}
_SKIP = 1e-3  # the chance that a word of the transcript was left out


@dataclass(frozen=True, slots=True)
class Heard:
    """A word that was heard, by its dictionary key, and when, in ms of the whole recording.

    `score` is how far, on average over its frames, the sound is from the word's phones: 0 is the
    best that the model can hear at all, about -15 a clear word, below -30 hardly the word.  The
    recogniser's first hearing leaves it at 0.
    """

    key: str
    start: int
    end: int
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Window:
    """Words, by their dictionary keys, to be found in order between two moments (ms)."""

    keys: tuple[str, ...]
    start: int
    end: int


class Recogniser:
    """Hears and aligns the words of one transcript in one recording.  Made by `recogniser`."""

    def __init__(self, samples: NDArray[np.int16], pool: Executor | None) -> None:
        self._samples = samples
        self._pool = pool

    def hear(self, stretches: Sequence[tuple[int, int]]) -> Iterator[list[Heard]]:
        """What is heard in each stretch (start, end in ms), one list a stretch, in order."""
        return self._each(_hear, [(start, self._sound(start, end)) for start, end in stretches])

    def align(self, windows: Sequence[Window]) -> Iterator[list[Heard | None]]:
        """For each window its words, in order: when each was said, None where it was not."""
        return self._each(_align, [(w, self._sound(w.start, w.end)) for w in windows])

    def _sound(self, start: int, end: int) -> NDArray[np.int16]:
        return self._samples[max(0, start) * RATE // 1000 : end * RATE // 1000]

    def _each(self, work: Callable[..., Any], calls: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        if self._pool is None:
            yield from (work(*call) for call in calls)
            return
        # Only a few calls lie waiting with their sound: memory stays flat in the length.
        waiting: list[Future[Any]] = []
        for call in calls:
            waiting.append(self._pool.submit(work, *call))
            if len(waiting) > 4 * _cores():
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()


@contextmanager
def recogniser(
    samples: NDArray[np.int16],
    entries: Mapping[str, Sequence[str]],
    words: Sequence[str],
) -> Iterator[Recogniser]:
    """A recogniser for a recording (mono, RATE samples a second) and a transcript.

    `entries`: dictionary key -> pronunciations; `words`: the transcript as keys, not empty.
    """
    with tempfile.TemporaryDirectory(prefix="subtitler-") as folder:
        _write_dictionary(Path(folder, "words.dict"), entries)
        Path(folder, "words.arpa").write_text(arpa(words), encoding="utf-8")
        if _cores() == 1 or len(samples) < 60 * RATE:
            _start(folder)
            yield Recogniser(samples, None)
            return
        # Started afresh, not forked: the same on every system, and safe beside other threads.
        pool = ProcessPoolExecutor(_cores(), get_context("spawn"), _start, (folder, True))
        try:
            yield Recogniser(samples, pool)
        finally:
            pool.shutdown(cancel_futures=True)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _write_dictionary(path: Path, entries: Mapping[str, Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8") as out:
        for key, pronunciations in entries.items():
            for n, phones in enumerate(pronunciations, 1):
                out.write(f"{key}{f'({n})' if n > 1 else ''} {phones}\n")


# What follows runs in the workers.  The decoder is one for each process: it takes time to load.

_decoder: Any = None


def _start(folder: str, in_pool: bool = False) -> None:
    global _decoder
    if in_pool:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    from pocketsphinx import Config, Decoder, get_model_path

    _decoder = Decoder(
        Config(
            hmm=get_model_path("en-us/en-us"),
            dict=os.path.join(folder, "words.dict"),
            lm=os.path.join(folder, "words.arpa"),
            fwdflat=False,  # the second pass costs a third of the time and gains nothing here
            loglevel="FATAL",
        )
    )


def _decode(sound: NDArray[np.int16]) -> None:
    _decoder.start_utt()
    _decoder.process_raw(sound.tobytes(), full_utt=True)
    _decoder.end_utt()


def _plain(key: str) -> str:
    """A dictionary key without the number of its pronunciation."""
    return re.sub(r"\(\d+\)$", "", key)


def _hear(begin: int, sound: NDArray[np.int16]) -> list[Heard]:
    if len(sound) < _SHORTEST * RATE // 1000:
        return []
    _decode(sound)
    return [
        Heard(
            _plain(segment.word),
            begin + segment.start_frame * _FRAME,
            begin + (segment.end_frame + 1) * _FRAME,
        )
        for segment in _decoder.seg() or ()
        if not segment.word.startswith(("<", "[", "("))
    ]


def _align(window: Window, sound: NDArray[np.int16]) -> list[Heard | None]:
    nothing: list[Heard | None] = [None] * len(window.keys)
    if len(sound) < _SHORTEST * RATE // 1000:
        return nothing
    transitions: list[tuple[Any, ...]] = []
    for state, key in enumerate(window.keys):
        transitions += [(state, state + 1, 1.0, key), (state, state + 1, _SKIP)]
    for name, value in _WINDOW.items():
        _decoder.config[name] = value
    _decoder.add_fsg("window", _decoder.create_fsg("window", 0, len(window.keys), transitions))
    _decoder.activate_search("window")
    try:
        # The first pass finds which words and which pronunciations, the second each phone's place.
        _decode(sound)
        if _decoder.hyp() is None:
            return nothing
        _decoder.set_alignment()
        _decode(sound)
        heard = [
            Heard(
                _plain(word.name),
                window.start + word.start * _FRAME,
                window.start + (word.start + word.duration) * _FRAME,
                word.score / word.duration,
            )
            for word in _decoder.get_alignment()
        ]
    except RuntimeError:  # pocketsphinx's word for "there is no path": the words are not there
        return nothing
    finally:
        _decoder.activate_search()
        _decoder.remove_search("window")
    return _in_order(window.keys, [h for h in heard if h.key in window.keys])


def _in_order(keys: Sequence[str], heard: Sequence[Heard]) -> list[Heard | None]:
    """Which of `keys` each word heard is, when some keys were passed over and some come twice.

    The path through the grammar went forward, so a longest common subsequence is the path itself
    but for keys that stand twice running.
    """
    found: list[Heard | None] = [None] * len(keys)
    matcher = SequenceMatcher(None, keys, [h.key for h in heard], autojunk=False)
    for block in matcher.get_matching_blocks():
        for n in range(block.size):
            found[block.a + n] = heard[block.b + n]
    return found
