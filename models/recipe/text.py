"""Parallel text: reading, cleaning, and the kinds of noise that speech and pages have."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

LANGUAGES = ("sq", "sr")

CYRILLIC = dict(zip("абвгдђежзијклмнопрстћуфхцчш", "abvgdđežzijklmnoprstćufhcčš", strict=True))
CYRILLIC |= {"љ": "lj", "њ": "nj", "џ": "dž"}
IJEKAVIAN = re.compile(
    r"\b(lijep|uvijek|gdje|ovdje|ondje|nedjelj|ponedjelj|djevoj|djec|djet|dijete|vrijem|mlijek|"
    r"vidje|htje|živje|poslije|prije\b|sjeć|sjed(?!inj)|mjes|dvije|riječ|cijel|bijel|svijet|voljel|"
    r"smjel)",
    re.IGNORECASE,
)
MARKUP = re.compile(r"[<>{}\[\]%$@|\\_#*=~^]|https?:|www\.|&\w+;")


@dataclass(frozen=True)
class Pair:
    """One English sentence and its translation into `language`."""

    english: str
    language: str
    target: str


def latin(text: str) -> str:
    """Serbian Cyrillic -> Latin; other characters stay."""

    def letter(c: str) -> str:
        small = CYRILLIC.get(c.lower(), c)
        return small if c in CYRILLIC else small.capitalize() if c.lower() in CYRILLIC else c

    return "".join(map(letter, text))


def tidy(text: str) -> str:
    """One kind of quotation mark, apostrophe, dash and space."""
    text = re.sub(r"[\u2018\u2019\u201b`\u00b4]", "'", text)
    text = re.sub(r"[\u201c\u201d\u201e\u00ab\u00bb]", '"', text)
    text = re.sub(r"\s+-+\s+|\s*[\u2013\u2014]\s*", " \u2013 ", text).replace("\u2026", "...")
    return re.sub(r"\s+", " ", text).strip()


def sound(pair: Pair) -> bool:
    """Whether a pair from elsewhere is a translation worth learning: no markup, no placeholders,
    the same figures on both sides, lengths that fit, Serbian in the ekavian standard."""
    english, target = pair.english, pair.target
    ratio = (len(target) + 5) / (len(english) + 5)
    return (
        not MARKUP.search(english + target)
        and 2 <= len(english) <= 300
        and 0.5 <= ratio <= 2
        and re.search(r"[a-z]", english) is not None
        and english.lower() != target.lower()
        and sorted(re.findall(r"\d+", english)) == sorted(re.findall(r"\d+", target))
        and not (pair.language == "sr" and IJEKAVIAN.search(target))
    )


def read_triples(path: Path) -> list[tuple[str, str, str]]:
    """(English, Albanian, Serbian) of each line of a corpus file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    triples = [tuple(map(tidy, line.split("\t"))) for line in lines if line]
    return [(english, albanian, serbian) for english, albanian, serbian in triples]


def read_pairs(path: Path, language: str) -> Iterator[Pair]:
    """The sound pairs of a file of English and one other language; Serbian comes in Latin."""
    for line in path.read_text(encoding="utf-8").splitlines():
        english, _, target = line.partition("\t")
        target = latin(target) if language == "sr" else target
        pair = Pair(tidy(english), language, tidy(target))
        if sound(pair):
            yield pair


def fragments(triple: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The two halves of a sentence that has exactly one comma or semicolon in each language,
    with halves of like proportion: speech is cut up so, and pages print it so."""
    halves = [re.split(r"[,;] ", text) for text in triple]
    if any(len(parts) != 2 or min(map(len, parts)) < 8 for parts in halves):
        return
    shares = [len(parts[0]) / sum(map(len, parts)) for parts in halves]
    if max(shares) - min(shares) > 0.12:
        return
    yield tuple(f"{first}," for first, _ in halves)
    yield tuple(second[0].upper() + second[1:] for _, second in halves)


def noisy(triple: tuple[str, ...], rng: random.Random) -> tuple[str, ...]:
    """A sentence as careless pages have it: no full stop, no capital, neither, or all in
    capitals; the translation follows the same habit."""
    kind = rng.choices(range(4), weights=(6, 1, 1, 1))[0]
    if kind == 0:
        return tuple(text.rstrip(".") for text in triple)
    if kind == 1:
        return tuple(text[0].lower() + text[1:] for text in triple)
    if kind == 2:
        return tuple(text.rstrip(".").lower() for text in triple)
    return tuple(text.upper() for text in triple)


def augment(triples: list[tuple[str, str, str]], rng: random.Random) -> Iterator[tuple[str, ...]]:
    """Fragments, two sentences joined (a sixth of the corpus), noise (a sixth), and English with
    typographic apostrophes."""
    for triple in triples:
        yield from fragments(triple)
        if "'" in triple[0]:
            yield (triple[0].replace("'", "\u2019"), *triple[1:])
    for _ in range(len(triples) // 6):
        pair = rng.sample(triples, 2)
        if sum(len(triple[0]) for triple in pair) < 160:
            yield tuple(" ".join(texts) for texts in zip(*pair, strict=True))
    for triple in rng.sample(triples, len(triples) // 6):
        yield noisy(triple, rng)


def pairs_of(triples: Iterable[tuple[str, ...]]) -> Iterator[Pair]:
    """Each triple as one pair for each language."""
    for english, *targets in triples:
        for language, target in zip(LANGUAGES, targets, strict=True):
            yield Pair(english, language, target)


def write_pairs(path: Path, pairs: Iterable[Pair]) -> None:
    lines = (f"{pair.language}\t{pair.english}\t{pair.target}\n" for pair in pairs)
    path.write_text("".join(lines), encoding="utf-8")


def load_pairs(path: Path) -> list[Pair]:
    """What `write_pairs` wrote."""
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return [Pair(english, language, target) for language, english, target in rows]
