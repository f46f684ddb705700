"""What benchmarks/packages.py counts."""

import importlib.util
import sys
from pathlib import Path

import pytest

pytest.importorskip("sacrebleu", reason="benchmarks/packages.py needs it")

FILE = Path(__file__).resolve().parents[2] / "benchmarks/packages.py"
spec = importlib.util.spec_from_file_location("benchmark_of_packages", FILE)
benchmark = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = benchmark  # dataclasses look their module up
spec.loader.exec_module(benchmark)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ne ne ne", True),
        ("To je to je to je tako.", True),
        ("KFOR-a je tu, i tu ostaje.", False),
        ("Da, da.", False),
        ("", False),
    ],
)
def test_repetitions(text: str, expected: bool) -> None:
    assert benchmark.repeats(text) is expected


def test_names_are_capitals_inside_a_sentence() -> None:
    assert benchmark.names("Ministar Vučić je stigao. Danas je Šarl Mišel u EU.") == [
        "Vuči",
        "Šarl",
        "Miše",
    ]


def test_figures_and_names_kept() -> None:
    result = benchmark.Result(
        "set",
        english=["In 2013 and 1244, Osmani met Kurti."],
        references=["U 2013. i 1244. je Osmani srela Kurtija."],
        translations=["U 2013. je Osmani srela nekog."],
        seconds=1.0,
    )
    assert benchmark.kept([result]) == (50, 50)
