"""The embedded recogniser: pocketsphinx with a dictionary of the transcript's words, on all cores.

It does two things.  `hear` writes down what it hears in a stretch of audio, under the language
model of the transcript; `align` finds given words, in order, in a short window of audio.  Each
stretch and each window is one utterance of its own, decoded from the same fresh state, so that
the result is the same for any number of cores.
"""

import math
import os
import re
import signal
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
from numpy.typing import NDArray

from subtitler.alignment.language_model import arpa
from subtitler.cores import core_count
from subtitler.data import SAMPLE_RATE

_FRAME = 10  # ms
_SHORTEST = 60  # ms of audio under which there is nothing to decode
_LEAD = 300  # ms of silence before the recording

# In a window the beams are wide, since a narrow one loses the only path that there is, and the
# model's fillers for noise and for speech (SPN) take up what is in none of the window's words.
_WINDOW = {"beam": 1e-90, "pbeam": 1e-90, "wbeam": 1e-70, "fillprob": 1e-2, "silprob": 1e-1}
_SKIP = 1e-3  # the chance that a word of the transcript was left out


@dataclass(frozen=True, slots=True)
class Heard:
    """A word that was heard, by its dictionary key, and when, in ms of the whole recording.

    `score` is the acoustic log likelihood a frame, against the best sound that the model knows: 0
    at best, about -1.3 for a clear word, -2.5 in 10 dB of noise.
    """

    key: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Window:
    """Words, by their dictionary keys, to be found in order between two moments (ms).

    `known` says of each word whether it is there for sure; the others may be left out.
    """

    keys: tuple[str, ...]
    known: tuple[bool, ...]
    start: int
    end: int


class Recogniser:
    """Hears and aligns the words of one transcript in one recording.  Made by `recogniser`."""

    def __init__(self, samples: NDArray[np.int16], pool: Executor | None) -> None:
        self._samples = samples
        self._pool = pool

    def hear(
        self, stretches: Sequence[tuple[int, int]], words: Sequence[str] = ()
    ) -> Iterator[list[Heard]]:
        """What is heard in each stretch (start, end in ms), one list a stretch, in order.

        `words`: the keys that are expected there, in order; without them, the whole transcript.
        """
        model = arpa(words) if words else ""
        return self._each(_hear, [(*self._sound(*stretch), model) for stretch in stretches])

    def align(self, windows: Sequence[Window]) -> Iterator[list[Heard | None]]:
        """For each window its words, in order: when each was said, None where it was not."""
        return self._each(_align, [(w, *self._sound(w.start, w.end)) for w in windows])

    def _sound(self, start: int, end: int) -> tuple[int, NDArray[np.int16]]:
        """The sound from `start` to `end`, and when it really begins, in ms.

        Words can only be found where there is something before them: a recording that begins with
        a word is given a moment of silence.
        """
        sound = self._samples[max(0, start) * SAMPLE_RATE // 1000 : end * SAMPLE_RATE // 1000]
        if start >= _LEAD:
            return start, sound
        silence = np.zeros(_LEAD * SAMPLE_RATE // 1000, sound.dtype)
        return max(0, start) - _LEAD, np.concatenate([silence, sound])

    def _each(self, work: Callable[..., Any], calls: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        if self._pool is None:
            yield from (work(*call) for call in calls)
            return
        # Only a few calls lie waiting with their sound: memory stays flat in the length.
        waiting: list[Future[Any]] = []
        for call in calls:
            with _deaf_to_interrupts():  # a worker that starts here stays so: its parent stops it
                waiting.append(self._pool.submit(work, *call))
            if len(waiting) > 4 * core_count():
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()


@contextmanager
def recogniser(
    samples: NDArray[np.int16],
    entries: Mapping[str, Sequence[str]],
    words: Sequence[str],
) -> Iterator[Recogniser]:
    """A recogniser for a recording (mono, SAMPLE_RATE samples a second) and a transcript.

    `entries`: dictionary key -> pronunciations; `words`: the transcript as keys, not empty.
    A recording under a minute is heard in this process: others would take longer to start.
    """
    with tempfile.TemporaryDirectory(prefix="subtitler-") as folder:
        _write_dictionary(Path(folder, "words.dict"), entries)
        Path(folder, "words.arpa").write_text(arpa(words), encoding="utf-8")
        if core_count() == 1 or len(samples) < 60 * SAMPLE_RATE:
            _start(folder)
            yield Recogniser(samples, None)
            return
        # Started afresh, not forked: the same on every system, and safe beside other threads.
        pool = ProcessPoolExecutor(core_count(), get_context("spawn"), _start_in_pool, (folder,))
        try:
            yield Recogniser(samples, pool)
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Keeps Ctrl-C back for a moment, where the system can; new processes keep it back for good."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _write_dictionary(path: Path, entries: Mapping[str, Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8") as out:
        for key, pronunciations in entries.items():
            for n, phones in enumerate(pronunciations, 1):
                out.write(f"{key}{f'({n})' if n > 1 else ''} {phones}\n")


# What follows runs in the workers.  The decoder is one for each process: it takes time to load.

_decoder: Any = None


def _start_in_pool(folder: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    Thread(target=_end_with_parent, daemon=True).start()
    _start(folder)


def _end_with_parent() -> None:
    """A parent that is killed tells nobody; its workers would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _start(folder: str) -> None:
    global _decoder
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


def _decode(sound: NDArray[np.int16], begin: int, twice: bool = False) -> list[Heard]:
    # The front end tracks the noise and keeps what it learned from one utterance to the next, so
    # that the result would depend on the order: it starts afresh here.  A short sound is first
    # heard without searching, so that the noise is known from its first word on; in a stretch
    # this gains nothing and doubles the time.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # "unnecessary": not for this
        _decoder.start_stream()
    data = sound.tobytes()
    for no_search in (True, False) if twice else (False,):
        _decoder.start_utt()
        _decoder.process_raw(data, no_search=no_search, full_utt=True)
        _decoder.end_utt()
    if _decoder.hyp() is None:  # no path through the grammar
        return []
    return [
        Heard(
            re.sub(r"\(\d+\)$", "", segment.word),  # without the number of its pronunciation
            begin + segment.start_frame * _FRAME,
            begin + (segment.end_frame + 1) * _FRAME,
            _score(segment.ascore, segment.end_frame + 1 - segment.start_frame),
        )
        for segment in _decoder.seg()
        if not segment.word.startswith(("<", "[", "("))
    ]


def _score(likelihood: float, frames: int) -> float:
    """Log likelihood a frame; a likelihood too small for a float is as bad as any."""
    return math.log(likelihood) / frames if likelihood > 0 else -math.inf


def _hear(begin: int, sound: NDArray[np.int16], model: str) -> list[Heard]:
    if len(sound) < _SHORTEST * SAMPLE_RATE // 1000:
        return []
    if not model:
        return _decode(sound, begin)
    with tempfile.TemporaryDirectory(prefix="subtitler-") as folder:
        path = Path(folder, "gap.arpa")
        path.write_text(model, encoding="utf-8")
        _decoder.add_lm_file("gap", str(path))
    _decoder.activate_search("gap")
    try:
        return _decode(sound, begin)
    finally:
        _decoder.activate_search()
        _decoder.remove_search("gap")


def _align(window: Window, begin: int, sound: NDArray[np.int16]) -> list[Heard | None]:
    nothing: list[Heard | None] = [None] * len(window.keys)
    if len(sound) < _SHORTEST * SAMPLE_RATE // 1000:
        return nothing
    transitions: list[tuple[Any, ...]] = []
    for state, (key, known) in enumerate(zip(window.keys, window.known, strict=True)):
        transitions.append((state, state + 1, 1.0, key))
        if not known:
            transitions.append((state, state + 1, _SKIP))
    for name, value in _WINDOW.items():
        _decoder.config[name] = value
    _decoder.add_fsg("window", _decoder.create_fsg("window", 0, len(window.keys), transitions))
    _decoder.activate_search("window")
    try:
        heard = _decode(sound, begin, twice=True)
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
