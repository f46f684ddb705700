"""Scores Argos packages that translate from English: python benchmarks/packages.py PACKAGE...

A PACKAGE is an unpacked folder or an .argosmodel file. Printed for each: chrF and BLEU (sacrebleu)
on the project's test part, on the sample speech and on Tatoeba's everyday sentences, beside what
copying the source would score; chrF by sentence length; figures and names kept; repetitions; speed.
Needs sacrebleu, which is not among the program's requirements: pip install sacrebleu
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
from argostranslate.package import Package

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "models/recipe"))

from text import latin, tidy  # noqa: E402  (the recipe is a folder of scripts, not a package)

try:
    import sacrebleu
except ImportError:
    sys.exit("benchmarks/packages.py needs sacrebleu: pip install sacrebleu")

COLUMNS = {"sq": 1, "sr": 2}  # of the corpus files
LENGTHS = ((1, 5), (6, 10), (11, 15), (16, 99))  # words of the English sentence


@dataclass(frozen=True)
class Decoding:
    """How a package is asked to translate."""

    beam: int
    length_penalty: float
    threads: int


@dataclass
class Result:
    """One test set: English, references, what the package made of it, and the time it took."""

    name: str
    english: list[str]
    references: list[str]
    translations: list[str]
    seconds: float

    def scores(self) -> tuple[float, float, float]:
        """chrF, BLEU, and the chrF of the English left as it is."""
        return (
            chrf(self.translations, self.references),
            sacrebleu.corpus_bleu(self.translations, [self.references]).score,
            chrf(self.english, self.references),
        )


def chrf(translations: list[str], references: list[str]) -> float:
    return sacrebleu.corpus_chrf(translations, [references]).score


def open_package(path: Path, scratch: Path) -> Package:
    """A package from a folder, or from an .argosmodel file unpacked into `scratch`."""
    if path.is_file():
        with zipfile.ZipFile(path) as archive:
            archive.extractall(scratch)
        path = next(scratch.glob("*/metadata.json")).parent
    return Package(path)


def translate(package: Package, sentences: list[str], decoding: Decoding) -> list[str]:
    """All sentences in one batch, by CTranslate2, as Argos joins the pieces."""
    translator = ctranslate2.Translator(
        str(package.package_path / "model"), intra_threads=decoding.threads
    )
    prefix = [[package.target_prefix]] * len(sentences) if package.target_prefix else None
    results = translator.translate_batch(
        [package.tokenizer.encode(sentence) for sentence in sentences],
        target_prefix=prefix,
        beam_size=decoding.beam,
        length_penalty=decoding.length_penalty,
        max_batch_size=32,
        max_decoding_length=200,
    )
    texts = [package.tokenizer.decode(result.hypotheses[0]) for result in results]
    return [text.removeprefix(package.target_prefix).strip() for text in texts]


def read_set(path: Path, column: int) -> tuple[list[str], list[str]]:
    """English and references; Serbian references come in Latin letters."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [row[0] for row in rows], [latin(row[column]) for row in rows]


def test_sets(language: str, corpus: Path, tatoeba: Path) -> list[tuple[str, Path, int]]:
    """(name, file, column of the references) of the sets that there are for a language."""
    sets = [
        ("corpus, test part", corpus / "podium.test.tsv", COLUMNS.get(language, 0)),
        ("sample speech", corpus / "sample.reference.tsv", COLUMNS.get(language, 0)),
        ("Tatoeba", tatoeba / f"tatoeba-test.en-{language}.tsv", 1),
    ]
    present = []
    for name, path, column in sets:
        if column and path.exists():
            present.append((name, path, column))
        else:
            print(f"{name}: skipped, no {language} text at {path}", file=sys.stderr)
    return present


def names(text: str) -> list[str]:
    """First letters of capitalised words that do not begin a sentence; endings vary by case."""
    return [word[:4] for word in re.findall(r"(?<![.!?:\"] )(?<!^)\b[^\W\d_a-z]\w{2,}", text)]


def kept(results: list[Result]) -> tuple[float, float]:
    """Percent of the figures, and of the names in the references, that the translations have."""
    figures, found_figures, known, found_names = 0, 0, 0, 0
    for result in results:
        for reference, translation in zip(result.references, result.translations, strict=True):
            for figure in re.findall(r"\d+", reference):
                figures += 1
                found_figures += figure in translation
            for name in names(reference):
                known += 1
                found_names += name in translation
    return 100 * found_figures / max(1, figures), 100 * found_names / max(1, known)


def repeats(translation: str) -> bool:
    """Whether a word, or a run of up to four, comes three times in a row."""
    return re.search(r"(\b\w+(?:\W+\w+){0,3})(?:\W+\1\b){2}", translation.lower()) is not None


def score(package: Package, corpus: Path, tatoeba: Path, decoding: Decoding) -> list[Result]:
    results = []
    for name, path, column in test_sets(package.to_code, corpus, tatoeba):
        english, references = read_set(path, column)
        began = time.perf_counter()
        translations = translate(package, english, decoding)
        seconds = time.perf_counter() - began
        results.append(Result(name, english, references, translations, seconds))
    return results


def report(package: Package, results: list[Result], decoding: Decoding) -> str:
    """The table of one package, in Markdown."""
    size = sum(f.stat().st_size for f in package.package_path.rglob("*") if f.is_file())
    lines = [
        f"## {package.from_name} to {package.to_name}, version {package.package_version}",
        "",
        f"{size / 1e6:.1f} MB; beam {decoding.beam}, length penalty {decoding.length_penalty}, "
        f"{decoding.threads} threads",
        "",
        "| set | sentences | chrF | BLEU | chrF of the source copied | repetitions | words/s |",
        "|---|---|---|---|---|---|---|",
    ]
    for result in results:
        good, bleu, copied = result.scores()
        words = sum(len(sentence.split()) for sentence in result.english)
        lines.append(
            f"| {result.name} | {len(result.english)} | {good:.1f} | {bleu:.1f} | {copied:.1f} | "
            f"{sum(map(repeats, result.translations))} | {words / result.seconds:.0f} |"
        )
    first = results[0]
    lines += [
        "",
        "| words in the sentence | " + first.name + ": sentences | chrF |",
        "|---|---|---|",
    ]
    for low, high in LENGTHS:
        rows = [i for i, s in enumerate(first.english) if low <= len(s.split()) <= high]
        if rows:
            part = chrf([first.translations[i] for i in rows], [first.references[i] for i in rows])
            lines.append(f"| {low} to {high} | {len(rows)} | {part:.1f} |")
    figures, found = kept(results)
    lines += ["", f"All sets: figures kept {figures:.0f} %, names kept {found:.0f} %.", ""]
    return "\n".join(lines)


def examples(result: Result, count: int) -> str:
    """The sentences with the highest and the lowest chrF of a set, `count` of each, as a table."""

    def quality(i: int) -> float:
        return sacrebleu.sentence_chrf(result.translations[i], [result.references[i]]).score

    ranked = sorted(range(len(result.english)), key=quality, reverse=True)
    lines = []
    for title, rows in (("Highest", ranked[:count]), ("Lowest", ranked[-count:])):
        lines += [
            f"{title} chrF of the {len(ranked)} sentences of the {result.name}:",
            "",
            "| chrF | English | package | reference |",
            "|---|---|---|---|",
        ]
        for i in rows:
            cells = (result.english[i], result.translations[i], result.references[i])
            lines.append(f"| {quality(i):.0f} | " + " | ".join(map(tidy, cells)) + " |")
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("packages", type=Path, nargs="+", metavar="PACKAGE")
    parser.add_argument("--corpus", type=Path, default=ROOT / "models/corpus")
    parser.add_argument("--tatoeba", type=Path, default=ROOT / "../shared/corpus/extra")
    parser.add_argument("--beam", type=int, default=4)
    parser.add_argument("--length-penalty", type=float, default=1.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--examples", type=int, default=0, help="print so many best and worst")
    options = parser.parse_args()
    decoding = Decoding(options.beam, options.length_penalty, options.threads)
    for path in options.packages:
        with tempfile.TemporaryDirectory() as scratch:
            package = open_package(path, Path(scratch))
            results = score(package, options.corpus, options.tatoeba, decoding)
            if results:
                print(report(package, results, decoding))
            if results and options.examples:
                print(examples(results[0], options.examples))


if __name__ == "__main__":
    main()
