"""Times of words against the truth, speed and memory: python benchmarks/alignment.py [--case NAME]

Each case is a recording, a transcript and the true start and end of its clauses. Printed for each:
how many clauses were found, how far their starts and ends are from the truth, how many words were
placed outside of their clause, how fast it went and how much memory it took. What each column says
exactly and where the truth comes from is in benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from subtitler.alignment.aligner import align
from subtitler.data import SAMPLE_RATE, Sentence, Word
from subtitler.errors import SubtitlerError
from subtitler.media import read_recording
from subtitler.transcript import parse_transcript, read_transcript

ROOT = Path(__file__).resolve().parent.parent
SPEECH = ROOT.parent / "shared/speech"
SAMPLE = ROOT / "samples/nato-2023-09-07"

STRAY = 300  # ms outside of its clause from which on a word is at a wrong place
NUMBERS = {
    "fourteen fifty-five": "1455",
    "fourteen sixty-two": "1462",
    "fourteen sixty-five": "1465",
}

Samples = NDArray[np.int16]


# --- Cases ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Clause:
    """Words of the transcript and when they are spoken, in ms of the recording."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Case:
    """A recording, its transcript in the language `language`, and the truth about it.

    `watched` are words of the transcript of which the table says whether each was found.
    """

    samples: Samples
    sentences: Sequence[Sentence]
    truth: Sequence[Clause]
    language: str = "en"
    watched: tuple[str, ...] = ()


def sample(speech: Path) -> Case:
    """The project's sample: the video and its page, which covers one of two speakers."""
    recording = read_recording(SAMPLE.with_suffix(".mp4"))
    sentences = read_transcript(SAMPLE.with_suffix(".txt")).sentences
    return Case(recording.samples, sentences, read_truth(SAMPLE.with_suffix(".truth.json")))


def reader(speech: Path) -> Case:
    """A reader of English, alone: 222 s, 32 clauses."""
    return Case(
        read_recording(speech / "reader.flac").samples,
        parse_transcript((speech / "reader.txt").read_text(encoding="utf-8")).sentences,
        read_truth(speech / "reader.truth.json"),
    )


def buried(speech: Path) -> Case:
    """The reader between 60 s of other people's speech on each side, in four languages."""
    case = reader(speech)
    before = [_excerpt(speech / name, 30) for name in ("corrupted.wav", "sonnet.de.mp3")]
    after = [_excerpt(speech / name, 30) for name in ("interview.fr.m4a", "sonnet.es.mp3")]
    later = sum(map(len, before)) * 1000 // SAMPLE_RATE
    truth = [Clause(c.text, c.start + later, c.end + later) for c in case.truth]
    return Case(np.concatenate([*before, case.samples, *after]), case.sentences, truth)


def noise(speech: Path) -> Case:
    """The reader in white noise, 10 dB below the voice."""
    case = reader(speech)
    return Case(add_noise(case.samples, 10), case.sentences, case.truth)


def digits(speech: Path) -> Case:
    """The reader with the years of the text written as digits, as a page has them."""
    case = reader(speech)
    return Case(
        case.samples,
        [Sentence(_with_digits(s.text), s.speaker) for s in case.sentences],
        [Clause(_with_digits(c.text), c.start, c.end) for c in case.truth],
        watched=tuple(NUMBERS.values()),
    )


CASES: Mapping[str, Callable[[Path], Case]] = {
    "sample": sample,
    "reader": reader,
    "buried": buried,
    "noise": noise,
    "digits": digits,
}


def read_truth(path: Path) -> list[Clause]:
    """The clauses of a list of {"text", "start_ms", "end_ms"}."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [Clause(row["text"], row["start_ms"], row["end_ms"]) for row in rows]


def add_noise(samples: Samples, decibels: float) -> Samples:
    """White noise, always the same, so far below the mean power of the whole; 3 dB of headroom."""
    power = np.mean(samples.astype(np.float64) ** 2)
    hiss = np.random.default_rng(0).normal(0, np.sqrt(power / 10 ** (decibels / 10)), len(samples))
    return np.clip((samples + hiss) * 0.7, -32768, 32767).astype(np.int16)


def _excerpt(path: Path, seconds: int) -> Samples:
    samples = read_recording(path).samples
    return np.resize(samples, seconds * SAMPLE_RATE)  # a recording a little shorter begins again


def _with_digits(text: str) -> str:
    for spelled, number in NUMBERS.items():
        text = text.replace(spelled, number)
    return text


# --- Score ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Score:
    """How near timed words are to the truth.

    `starts` and `ends`: ms from the truth, later is positive, of the clauses that were found (most
    of whose words have times), by the first and the last word with a time. `strays`: words whose
    middle lies more than STRAY ms outside of their clause.
    """

    clauses: int
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    words: int
    words_found: int
    strays: int
    watched: dict[str, bool] = field(default_factory=dict)

    def within(self, ms: int) -> int:
        """How many clauses start within `ms` of the truth; one not found does not."""
        return sum(abs(error) <= ms for error in self.starts)

    def beyond(self, ms: int) -> int:
        """How many of the clauses found start more than `ms` from the truth."""
        return len(self.starts) - self.within(ms)


def score(words: Sequence[Word], truth: Sequence[Clause], watched: Sequence[str] = ()) -> Score:
    """The score of timed words; the clauses stand in the transcript in the order of `truth`.

    Raises ValueError if the words of a clause do not stand in the transcript.
    """
    starts, ends, strays = [], [], 0
    for clause, spoken in zip(truth, divide(words, truth), strict=True):
        times = [(w.start, w.end) for w in spoken if w.start is not None and w.end is not None]
        strays += sum(
            not clause.start - STRAY <= (start + end) / 2 <= clause.end + STRAY
            for start, end in times
        )
        if 2 * len(times) > len(spoken):
            starts.append(times[0][0] - clause.start)
            ends.append(times[-1][1] - clause.end)
    timed = [word for word in words if word.start is not None]
    heard = {_bare(word.text) for word in timed}
    return Score(
        clauses=len(truth),
        starts=tuple(starts),
        ends=tuple(ends),
        words=len(words),
        words_found=len(timed),
        strays=strays,
        watched={word: word in heard for word in watched},
    )


def divide(words: Sequence[Word], truth: Sequence[Clause]) -> list[list[Word]]:
    """The words of each clause, found by their letters and in order.

    Raises ValueError if those of some clause are not there.
    """
    spoken = [word for word in words if _bare(word.text)]
    letters = [_bare(word.text) for word in spoken]
    parts = []
    at = 0
    for clause in truth:
        wanted = [bare for bare in map(_bare, clause.text.split()) if bare]
        while letters[at : at + len(wanted)] != wanted:
            at += 1
            if at >= len(letters):
                raise ValueError(f"not in the transcript: {clause.text}")
        parts.append(spoken[at : at + len(wanted)])
        at += len(wanted)
    return parts


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


# --- Measurement ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cost:
    """What an alignment took: seconds of the clock and of all cores, bytes at the peak (None where
    the system does not tell), of the process and its workers together."""

    audio_s: float
    wall_s: float
    cpu_s: float
    memory: int | None


def measure(case: Case) -> tuple[Score, Cost]:
    """Aligns a case. Reading the media file is not part of the cost, its samples in memory are."""
    with _MemoryWatch() as memory:
        wall, cpu = time.monotonic(), _cpu_seconds()
        words = align(case.sentences, case.samples, case.language)
        wall, cpu = time.monotonic() - wall, _cpu_seconds() - cpu
    cost = Cost(len(case.samples) / SAMPLE_RATE, wall, cpu, memory.peak)
    return score(words, case.truth, case.watched), cost


def _cpu_seconds() -> float:
    """Of this process and of those of its children that have ended."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


class _MemoryWatch:
    """The most memory that this process and its children took at a time, while it is entered.

    Memory that several processes share counts once (Linux's "proportional set size").
    """

    def __init__(self) -> None:
        self.peak: int | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> _MemoryWatch:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.2):
            used = sum(map(_memory, _family()))
            if used:
                self.peak = max(self.peak or 0, used)


def _family() -> list[int]:
    """This process and its children, by id; only itself where /proc does not tell."""
    own = os.getpid()
    family = [own]
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended
            continue
        if parent == own:
            family.append(int(status.parent.name))
    return family


def _memory(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


# --- Report ---------------------------------------------------------------------------------------

COLUMNS = (
    "case", "found", "≤ 40 ms", "≤ 80 ms", "≤ 200 ms", "> 300 ms", "median", "p95", "max",
    "end p95", "words", "strays", "speed", "CPU", "memory",
)  # fmt: skip


def numbers(name: str, result: Score, cost: Cost) -> dict[str, object]:
    """Everything that the table shows, as plain numbers (ms, seconds, bytes)."""
    starts, ends = np.abs(result.starts or (0,)), np.abs(result.ends or (0,))
    return {
        "case": name,
        "clauses": result.clauses,
        "found": len(result.starts),
        "within_40": result.within(40),
        "within_80": result.within(80),
        "within_200": result.within(200),
        "beyond_300": result.beyond(300),
        "median": float(np.median(starts)),
        "p95": float(np.percentile(starts, 95)),
        "max": int(starts.max()),
        "end_p95": float(np.percentile(ends, 95)),
        "words": result.words,
        "words_found": result.words_found,
        "strays": result.strays,
        "watched": result.watched,
        **asdict(cost),
        "speed": cost.audio_s / cost.wall_s,
    }


def row(name: str, result: Score, cost: Cost) -> list[str]:
    """The cells of the table's line."""
    all_of_it = numbers(name, result, cost)
    cells = [name, f"{len(result.starts)}/{result.clauses}"]
    cells += [str(result.within(ms)) for ms in (40, 80, 200)]
    cells.append(str(result.beyond(300)))
    cells += [f"{all_of_it[key]:.0f}" for key in ("median", "p95", "max", "end_p95")]
    cells += [f"{result.words_found}/{result.words}", str(result.strays)]
    cells += [f"{cost.audio_s / cost.wall_s:.1f} x", f"{cost.cpu_s:.1f} s"]
    cells.append("-" if cost.memory is None else f"{cost.memory / 1e6:.0f} MB")
    return cells


def table(rows: Sequence[Sequence[str]]) -> str:
    """Markdown, in columns that line up."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    head, *body = (
        "| " + " | ".join(cell.rjust(w) for cell, w in zip(cells, widths, strict=True)) + " |"
        for cells in rows
    )
    return "\n".join([head, "|" + "|".join("-" * (w + 1) + ":" for w in widths) + "|", *body])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--case", choices=CASES, action="append", help="only this (repeatable)")
    parser.add_argument("--speech", type=Path, default=SPEECH, help="folder of recordings")
    parser.add_argument("--json", action="store_true", help="print all numbers as JSON")
    options = parser.parse_args()
    results = []
    for name in options.case or CASES:
        try:
            case = CASES[name](options.speech)
        except (SubtitlerError, FileNotFoundError) as error:
            print(f"{name}: skipped: {error}", file=sys.stderr)
            continue
        print(f"{name} ...", file=sys.stderr)
        results.append((name, *measure(case)))
    if options.json:
        print(json.dumps([numbers(*result) for result in results], indent=1))
        return
    print(table([COLUMNS, *(row(*result) for result in results)]))
    for name, result, _ in results:
        for word, found in result.watched.items():
            print(f"{name}: {word} {'found' if found else 'NOT FOUND'}")


if __name__ == "__main__":
    main()
