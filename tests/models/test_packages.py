"""The packages that ship with the project, in plain Argos and against copying the source."""

from collections import Counter
from pathlib import Path

import pytest
from argostranslate import package
from argostranslate.package import Package
from argostranslate.translate import Language, PackageTranslation

MODELS = Path(__file__).resolve().parents[2] / "models"
PACKAGES = MODELS / "packages"
COLUMNS = {"sq": 1, "sr": 2}  # of the corpus files
LARGEST = 20_000_000  # bytes on disk


def installed() -> list[Package]:
    return package.get_installed_packages(path=[PACKAGES])


def translation(found: Package) -> PackageTranslation:
    source, target = Language("en", "English"), Language(found.to_code, found.to_name)
    return PackageTranslation(source, target, found)


def likeness(texts: list[str], references: list[str]) -> float:
    """F-score of character trigrams over a corpus, 0 to 1: a plain relative of chrF."""

    def trigrams(text: str) -> Counter[str]:
        return Counter(text[i : i + 3] for i in range(len(text) - 2))

    pairs = [(trigrams(a), trigrams(b)) for a, b in zip(texts, references, strict=True)]
    shared = sum((a & b).total() for a, b in pairs)
    return 2 * shared / sum(a.total() + b.total() for a, b in pairs)


def test_both_languages_are_there() -> None:
    assert sorted((p.from_code, p.to_code) for p in installed()) == [("en", "sq"), ("en", "sr")]


@pytest.mark.parametrize("language", ["sq", "sr"])
class TestPackage:
    @pytest.fixture
    def found(self, language: str) -> Package:
        return next(p for p in installed() if p.to_code == language)

    def test_is_complete_and_small(self, found: Package) -> None:
        files = [file for file in found.package_path.rglob("*") if file.is_file()]
        assert sum(file.stat().st_size for file in files) <= LARGEST
        assert (found.package_path / "model/model.bin").exists()
        assert "not checked by native speakers" in found.get_readme()
        assert found.package_version
        assert found.from_name == "English"

    def test_translates_a_paragraph_in_plain_argos(self, found: Package) -> None:
        text = translation(found).translate("Welcome to Kosovo. We stand ready to help.")
        assert "Kosov" in text
        assert text.count(".") == 2
        assert "_" not in text
        assert "<unk>" not in text

    def test_splits_sentences_with_its_own_file(self, found: Package) -> None:
        text = (
            "Ms. Osmani, dear Vjosa, welcome. It’s great! Mr. J. Smith of the U.S. Army paid 5.50 "
            'on No. 5 Street. "Really?" He said so (twice.) 93 were hurt. No. Never'
        )
        assert translation(found).sentencizer.split_sentences(text) == [
            "Ms. Osmani, dear Vjosa, welcome.",
            "It’s great!",
            "Mr. J. Smith of the U.S. Army paid 5.50 on No. 5 Street.",
            '"Really?"',
            "He said so (twice.)",
            "93 were hurt.",
            "No.",
            "Never",
        ]

    def test_beats_copying_the_source_by_far(self, found: Package, language: str) -> None:
        lines = (MODELS / "corpus/podium.dev.tsv").read_text(encoding="utf-8").splitlines()[:40]
        rows = [line.split("\t") for line in lines]
        english = [row[0] for row in rows]
        references = [row[COLUMNS[language]] for row in rows]
        translator = translation(found)
        translations = [translator.translate(sentence) for sentence in english]
        copied, translated = likeness(english, references), likeness(translations, references)
        assert translated > copied + 0.2, f"copy {copied:.2f}, translation {translated:.2f}"
