"""What the alignment promises of a reader of English: alone, buried, in noise, with digits.

The cases and the score are those of benchmarks/alignment.py.
"""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from subtitler.data import Word

from .conftest import ROOT


@pytest.fixture(scope="module")
def benchmark() -> Iterator[ModuleType]:
    name = "alignment_benchmark"
    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks/alignment.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where dataclasses look for it
    sys.path.insert(0, str(ROOT / "benchmarks"))  # scripts beside one another, not a package
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(str(ROOT / "benchmarks"))
    del sys.modules[name], sys.modules["cases"]


@pytest.mark.parametrize(
    ("name", "least", "words", "farthest"),
    [
        # 95 % of the 32 clauses start within 80 ms, 90 % in noise; no start is off by more.
        ("reader", 0.95, 0.99, 300),
        ("buried", 0.95, 0.99, 300),
        ("digits", 0.95, 0.99, 300),
        ("noise", 0.90, 0.95, 300),
        ("first-half", 0.95, 0.99, 300),
        ("quiet", 0.95, 0.99, 300),
    ],
)
def test_a_reader_is_found(
    benchmark: ModuleType, speech: Path, name: str, least: float, words: float, farthest: int
) -> None:
    result, cost = benchmark.measure(benchmark.CASES[name]())
    assert len(result.starts) == result.clauses
    assert result.within(80) >= least * result.clauses
    assert result.certain_right >= 0.99 * result.certain
    assert result.beyond(farthest) == 0
    assert result.strays == 0
    assert result.words_found >= words * result.words
    assert all(result.watched.values())
    if cost.memory is not None:
        assert cost.memory < 1e9


@pytest.mark.usefixtures("speech")
def test_a_text_that_was_edited_is_found_where_it_is_spoken(benchmark: ModuleType) -> None:
    """Clauses that nobody says get no times, and do not draw their neighbours to them."""
    benchmarks = {
        name: benchmark.measure(benchmark.CASES[name]())[0] for name in ("cut", "reordered")
    }
    for result in benchmarks.values():
        assert len(result.starts) == result.clauses
        assert result.within(80) >= 0.95 * result.clauses
        assert result.unspoken > 50
        assert result.placed == 0
        assert result.strays == 0


def test_the_score_counts_what_it_says(benchmark: ModuleType) -> None:
    truth = [
        benchmark.Clause("One, two – three.", 1000, 2000),
        benchmark.Clause("Four five", 3000, 4000),
        benchmark.Clause("six", 5000, 6000),
    ]
    words = [
        Word("One,", 0, 1050, 1300, 1.0),
        Word("two", 0, 1300, 1600, 1.0),
        Word("–", 0),
        Word("three.", 0, 1600, 1970, 1.0),
        Word("Four", 1),
        Word("five", 1, 3500, 9000, 1.0),
        Word("six", 2, 4700, 5990, 1.0),
    ]
    result = benchmark.score(words, truth, ("six", "Four"))
    assert result.clauses == 3
    assert result.starts == (50, -300)  # of the second clause only half was found
    assert result.ends == (-30, -10)
    assert (result.within(40), result.within(80), result.within(300)) == (0, 1, 2)
    assert (result.beyond(80), result.beyond(300)) == (1, 0)
    assert (result.words, result.words_found) == (7, 5)
    assert result.strays == 1
    assert result.watched == {"six": True, "Four": False}


def test_a_truth_that_is_not_in_the_transcript_is_refused(benchmark: ModuleType) -> None:
    with pytest.raises(ValueError, match="seven eight"):
        benchmark.score([Word("six", 0)], [benchmark.Clause("seven eight", 0, 1)])


def test_noise_is_as_loud_as_asked(benchmark: ModuleType) -> None:
    tone = 8000 * np.sin(np.arange(160_000) / 10)
    noisy = sys.modules["cases"].add(tone, np.random.default_rng(0).normal(0, 1, len(tone)), 10)
    noise = noisy / 0.7 - tone
    ratio = 10 * np.log10(np.mean(tone**2) / np.mean(noise**2))
    assert ratio == pytest.approx(10, abs=0.1)
