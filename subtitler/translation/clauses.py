"""Sentences too long for a model, taken apart at their clauses and put together again."""

import re
from collections.abc import Callable, Sequence

# Best places first: the end of a clause, a comma, a conjunction, any space.
_PLACES = (
    re.compile(r"(?<=[.;:!?…—–])\s+"),
    re.compile(r"(?<=,)\s+"),
    re.compile(r"\s+(?=(?:and|but|or|because|which|while|dhe|por|sepse|i|ali|jer|и|али|јер)\s)"),
    re.compile(r"\s+"),
)
_MIDDLE = 0.2  # a place counts if this share of the text stands on either side of it
_END = re.compile(r"[.!?…]+$")


def split_clauses(text: str, fits: Callable[[str], bool]) -> list[str]:
    """The text in as few parts as `fits` allows, divided near the middle at the best place.

    A single word that does not fit is divided between letters.
    """
    if not text:
        return []
    if fits(text) or len(text) < 2:
        return [text]
    middle = len(text) / 2
    for place in _PLACES:
        breaks = [found for found in place.finditer(text) if found.start() and found.end()]
        if place is not _PLACES[-1]:
            low, high = _MIDDLE * len(text), (1 - _MIDDLE) * len(text)
            breaks = [found for found in breaks if low < found.start() < high]
        if breaks:
            best = min(breaks, key=lambda found: abs(found.start() - middle))
            parts = (text[: best.start()], text[best.end() :])
            break
    else:
        parts = (text[: len(text) // 2], text[len(text) // 2 :])
    return [piece for part in parts for piece in split_clauses(part, fits)]


def join_clauses(sources: Sequence[str], translations: Sequence[str]) -> str:
    """The translations of a sentence's clauses as one sentence.

    A model that sees a clause takes it for a sentence: full stops and capitals that the clause
    does not have are taken back.
    """
    parts: list[str] = []
    for i, (source, text) in enumerate(zip(sources, translations, strict=True)):
        if i + 1 < len(sources) and not _END.search(source):
            text = _END.sub("", text)
            if source[-1:] in ",;:" and text[-1:].isalnum():
                text += source[-1]
        if i and source[:1].islower() and text[:1].isupper() and not text[:2].isupper():
            text = text[0].lower() + text[1:]
        parts.append(text)
    return " ".join(part for part in parts if part)
