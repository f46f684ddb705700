"""Times of words against the truth, speed and memory: python benchmarks/alignment.py [--case NAME]

Each case (cases.py) is a recording, a transcript and the true start and end of its clauses. Printed
for each: how many clauses were found, how far their starts and ends are from the truth, how many
words were placed where they are not spoken, how fast it went and how much memory it took; then the
sum over the English cases and over the other languages. What each column says exactly and where the
truth comes from is in benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from cases import CASES, ENGLISH, OTHERS, Case, Clause

from subtitler.alignment.aligner import align
from subtitler.data import SAMPLE_RATE, Word
from subtitler.errors import SubtitlerError

CERTAIN = 0.98
STRAY = 300  # ms outside of its clause from which on a word is at a wrong place


# --- Score ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Score:
    """How near timed words are to the truth.

    `starts` and `ends`: ms from the truth, later is positive, of the clauses that were found (most
    of whose words have times), by the first and the last word with a time. `strays`: words whose
    middle lies more than STRAY ms outside of their clause. `unspoken`: words of the transcript that
    belong to no clause of the truth; `placed`: those of them that were given a time. `certain`: the
    clauses whose first word has a confidence of at least CERTAIN; `certain_right`: those of them
    that start within two frames (80 ms) of the truth.
    """

    clauses: int
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    words: int
    words_found: int
    strays: int
    unspoken: int = 0
    placed: int = 0
    certain: int = 0
    certain_right: int = 0
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
    certain = []
    parts = divide(words, truth)
    for clause, spoken in zip(truth, parts, strict=True):
        times = [(w.start, w.end) for w in spoken if w.start is not None and w.end is not None]
        strays += sum(
            not clause.start - STRAY <= (start + end) / 2 <= clause.end + STRAY
            for start, end in times
        )
        if spoken[0].start is not None and spoken[0].confidence >= CERTAIN:
            certain.append(abs(spoken[0].start - clause.start) <= 80)
        if 2 * len(times) > len(spoken):
            starts.append(times[0][0] - clause.start)
            ends.append(times[-1][1] - clause.end)
    timed = [word for word in words if word.start is not None]
    in_truth = {id(word) for part in parts for word in part}
    unspoken = [word for word in words if _bare(word.text) and id(word) not in in_truth]
    heard = {_bare(word.text) for word in timed}
    return Score(
        clauses=len(truth),
        starts=tuple(starts),
        ends=tuple(ends),
        words=len(words),
        words_found=len(timed),
        strays=strays,
        unspoken=len(unspoken),
        placed=sum(word.start is not None for word in unspoken),
        certain=len(certain),
        certain_right=sum(certain),
        watched={word: _bare(word) in heard for word in watched},
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
    "end p95", "words", "strays", "unspoken", "certain", "speed", "CPU", "memory",
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
        "unspoken": result.unspoken,
        "placed": result.placed,
        "certain": result.certain,
        "certain_right": result.certain_right,
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
    cells.append(f"{result.placed}/{result.unspoken}")
    cells.append(f"{result.certain_right}/{result.certain}")
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


def total(name: str, results: Sequence[tuple[str, Score, Cost]]) -> list[str]:
    """A line for all of them together: shares of all clauses, distances over all clauses."""
    scores = [result for _, result, _ in results]
    whole = Score(
        clauses=sum(s.clauses for s in scores),
        starts=tuple(e for s in scores for e in s.starts),
        ends=tuple(e for s in scores for e in s.ends),
        words=sum(s.words for s in scores),
        words_found=sum(s.words_found for s in scores),
        strays=sum(s.strays for s in scores),
        unspoken=sum(s.unspoken for s in scores),
        placed=sum(s.placed for s in scores),
        certain=sum(s.certain for s in scores),
        certain_right=sum(s.certain_right for s in scores),
    )
    costs = [cost for *_, cost in results]
    cost = Cost(
        sum(c.audio_s for c in costs),
        sum(c.wall_s for c in costs),
        sum(c.cpu_s for c in costs),
        max((c.memory for c in costs if c.memory), default=None),
    )
    cells = row(name, whole, cost)
    for place, ms in ((2, 40), (3, 80), (4, 200)):
        cells[place] = f"{whole.within(ms) / whole.clauses:.1%}"
    return cells


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--case", choices=CASES, action="append", help="only this (repeatable)")
    parser.add_argument("--json", action="store_true", help="print all numbers as JSON")
    options = parser.parse_args()
    results = []
    for name in options.case or CASES:
        try:
            case = CASES[name]()
        except (SubtitlerError, FileNotFoundError) as error:
            print(f"{name}: skipped: {error}", file=sys.stderr)
            continue
        print(f"{name} ...", file=sys.stderr, flush=True)
        results.append((name, *measure(case)))
    if options.json:
        print(json.dumps([numbers(*result) for result in results], indent=1))
        return
    rows = [COLUMNS, *(row(*result) for result in results)]
    for name, group in (("all English", ENGLISH), ("other languages", OTHERS)):
        own = [result for result in results if result[0] in group]
        if len(own) > 1:
            rows.append(total(name, own))
    print(table(rows))
    for name, result, _ in results:
        for word, found in result.watched.items():
            print(f"{name}: {word} {'found' if found else 'NOT FOUND'}")


if __name__ == "__main__":
    main()
