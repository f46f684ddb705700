"""Translations that cannot be right, told by their look: cheap signs of a decoder gone astray."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from subtitler.languages import Language

EMPTY, REPEATS, COPY = "is empty", "repeats itself", "is the source again"
SHORT = "leaves out most of the sentence"
LACKS = "lacks the number"

# A word may stand twice in a row ("very, very"), a phrase may not, unless the source repeats too.
_ALLOWED_RUN = {1: 2}
_LONGEST_PHRASE = 12
_LETTER_RUN = re.compile(r"(.{1,4}?)\1{7,}", re.DOTALL)

# So many lowercase words make a sentence that has something to translate.
_TELLING_WORDS = 3
_COPIED_WORDS = 0.8
_COPIED_LETTERS = 0.85

# "Thank you very much" is one word in many languages; a longer sentence is never so short.
_MIN_LENGTH, _MIN_SHARE = 30, 0.33
_DENSE = frozenset({"zh", "ja", "ko"})

# The same sentence is often right in both of these.
_SISTERS = (
    frozenset({"sr", "hr", "bs"}),
    frozenset({"nb", "da", "sv"}),
    frozenset({"ms", "id"}),
    frozenset({"bg", "mk"}),
)

_EDGES = ".,;:!?…\"'“”„«»()[]"
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+")
# 1,244 and 1.244 and 1 244 are one number, 3.5 and 3,5 another.
# "In 2023 500 soldiers" are two: only a number of up to three digits goes on in groups of three.
_NUMBER = re.compile(r"(?<!\d)\d{1,3}(?:[.,\u00a0\u202f ]\d{3}(?!\d))+|\d+")
_LONG_NUMBER = 3
_ALIKE = 0.6


def problem_of(source: str, text: str, languages: tuple[Language, Language]) -> str | None:
    """What is wrong with `text` as a translation of the sentence `source`; None if nothing is.

    `languages` are those of `source` and `text`. The answer is a phrase that completes "the
    translation ...": EMPTY, REPEATS, COPY, SHORT, or LACKS and the number.
    """
    if not _WORD.search(text):
        return EMPTY if _WORD.search(source) else None
    if _repeats(source, text):
        return REPEATS
    if _is_copy(source, text, languages):
        return COPY
    dense = languages[1].code in _DENSE
    if not dense and len(source) >= _MIN_LENGTH and len(text) < _MIN_SHARE * len(source):
        return SHORT
    return _wrong_number(source, text)


def _repeats(source: str, text: str) -> bool:
    words, original = _words(text), _words(source)
    for length in range(1, min(_LONGEST_PHRASE, len(words) // 2) + 1):
        # What the speaker repeats, the translation may.
        allowed = max(_ALLOWED_RUN.get(length, 1), _longest_run(original, length))
        if _longest_run(words, length) > allowed:
            return True
    return bool(_LETTER_RUN.search(text)) and not _LETTER_RUN.search(source)


def without_loops(text: str, source: str) -> str:
    """The text with each phrase that it repeats in a row said once (or as often as allowed)."""
    words = text.split()
    keys = [word.casefold().strip(_EDGES) for word in words]
    original = _words(source)
    for length in range(1, min(_LONGEST_PHRASE, len(words) // 2) + 1):
        allowed = max(_ALLOWED_RUN.get(length, 1), _longest_run(original, length))
        kept: list[int] = []
        for i in range(len(words)):
            kept.append(i)
            tail = [keys[j] for j in kept[-length * (allowed + 1) :]]
            if len(tail) == length * (allowed + 1) and tail == tail[:length] * (allowed + 1):
                del kept[-length:]
        words, keys = [words[i] for i in kept], [keys[i] for i in kept]
    return _LETTER_RUN.sub(r"\1", " ".join(words))


def _longest_run(words: Sequence[str], length: int) -> int:
    """How many times in a row some phrase of `length` words stands in `words`."""
    best = 1 if len(words) >= length else 0
    same = 0
    for i in range(length, len(words)):
        same = same + 1 if words[i] == words[i - length] else 0
        best = max(best, same // length + 1)
    return best


def _is_copy(source: str, text: str, languages: tuple[Language, Language]) -> bool:
    codes = {language.code for language in languages}
    if any(codes <= sisters for sisters in _SISTERS):
        return False
    # Names, and headings all in capitals, may stay as they are.
    source, text = _ADDRESS.sub(" ", source), _ADDRESS.sub(" ", text)
    telling = [word for word in _WORD.findall(source) if word[0].islower()]
    if len(telling) < _TELLING_WORDS:
        return False
    original, words = _words(source), _words(text)
    matcher = SequenceMatcher(None, original, words, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    if same >= _COPIED_WORDS * max(len(original), len(words)):
        return True
    letters = SequenceMatcher(None, " ".join(original), " ".join(words), autojunk=False)
    return letters.quick_ratio() > _COPIED_LETTERS and letters.ratio() > _COPIED_LETTERS


def _wrong_number(source: str, text: str) -> str | None:
    """A number of three digits or more that is lost, or a shorter one that became another.

    Small numbers are often written out, and a number may be written otherwise ("2,5 million"),
    so that a short one that is missing says nothing by itself.
    """
    wanted, found = _numbers(source), _numbers(text)
    lost = sorted(wanted.keys() - found.keys(), key=len, reverse=True)
    changed = bool(found.keys() - wanted.keys())
    for number in lost:
        if len(number) >= _LONG_NUMBER or (changed and len(number) > 1):
            return f"{LACKS} {wanted[number]}"
    return None


def with_right_number(source: str, text: str) -> str:
    """The text with the one number that it changed written as in the source.

    Small models spell a number out of pieces and slip ("93" becomes "933").  Where one number of
    the source is missing and one much like it stands in the text, they are the same; otherwise
    ("10 p.m.", "22 Uhr") the text comes back as it is.
    """
    wanted, found = _numbers(source), _numbers(text)
    lost, strange = wanted.keys() - found.keys(), found.keys() - wanted.keys()
    if len(lost) != 1 or len(strange) != 1:
        return text
    there, here = lost.pop(), strange.pop()
    if SequenceMatcher(None, there, here, autojunk=False).ratio() < _ALIKE:
        return text
    wrong, right = found[here], wanted[there]
    return re.sub(rf"(?<!\d){re.escape(wrong)}(?!\d)", right, text)


def _numbers(text: str) -> dict[str, str]:
    """The numbers of a text as digits alone, and how each is written."""
    return {re.sub(r"\D", "", number): number for number in _NUMBER.findall(text)}


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]
