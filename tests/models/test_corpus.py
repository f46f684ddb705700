"""The parallel text that the packages are trained on and measured with."""

import re
from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parents[2] / "models/corpus"
TRAINED_ON = ("podium.train", "vocabulary.train")
MEASURED_WITH = ("podium.dev", "podium.test", "sample.reference")


def rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (CORPUS / f"{name}.tsv").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("name", [*TRAINED_ON, *MEASURED_WITH])
def test_every_line_is_a_triple_in_the_right_letters(name: str) -> None:
    for row in rows(name):
        assert len(row) == 3, row
        assert all(text == text.strip() != "" for text in row), row
        assert not re.search("[\u0400-\u04ff]", "".join(row)), row
        english, albanian, serbian = (set(text.lower()) for text in row)
        # A name keeps its letters.
        assert not (albanian & set("čćšžđ")) - english, row
        assert not (serbian & set("ëç")) - english, row


def test_nothing_measured_with_is_trained_on() -> None:
    trained = {row[0].lower() for name in TRAINED_ON for row in rows(name)}
    assert not trained & {row[0].lower() for name in MEASURED_WITH for row in rows(name)}


# The first part has eight that differ on purpose: 0600 hours is 06:00 and 6.00 časova.
@pytest.mark.parametrize("name", ["vocabulary.train", *MEASURED_WITH])
def test_figures_are_the_same_in_every_language(name: str) -> None:
    for row in rows(name):
        figures = [sorted(re.findall(r"\d", text)) for text in row]
        assert figures[0] == figures[1] == figures[2], row
