"""How the words of a transcript may be spoken: a pronouncing dictionary made for each transcript.

eSpeak NG reads every word; CMUdict, which comes with the acoustic model, adds what Americans say;
and what a page writes in short (1244, UN, 7) is offered in each way in which people read it.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from subtitler.alignment.espeak import Reader, voice_for
from subtitler.alignment.phones import to_arpabet

# The recogniser tries all pronunciations of a word; more than these cost time and find little.
_MOST = 10

# Voices that read a foreign name by its letters, as most of Europe does: their spelling is phonemic
# and between them they know the letters of the whole Latin alphabet with its common accents.
_BY_THE_LETTER = ("sq", "sr", "es")

# Signs that are read as words, alone too: "5 %" is how most of Europe writes it.
_SIGNS = "%&€$£¥"
_CURRENCIES = {"$": "dollars", "€": "euros", "£": "pounds", "¥": "yen"}


def spoken_form(token: str) -> str:
    """`token` without the punctuation around it and with plain apostrophes; "" if nothing is said.

    This is what makes two words of the transcript the same word to the recogniser.
    """
    inner = re.sub(r"^[^\w$€£¥%&+]+|[^\w%€$£¥&+]+$", "", token.replace("’", "'").replace("_", " "))
    return inner if any(c.isalnum() or c in _SIGNS for c in inner) else ""


def dictionary(tokens: Iterable[str], language: str) -> dict[str, list[str]]:
    """Pronunciations of each token: spoken form -> phones divided by spaces, the likeliest first.

    `language` is a two-letter code.  A token of which nothing can be said is left out.
    Raises SubtitlerError if eSpeak NG does not speak the language.
    """
    voice = voice_for(language)
    forms = dict.fromkeys(filter(None, map(spoken_form, tokens)))
    american = _cmudict({form.lower() for form in forms}) if language == "en" else {}
    reader = Reader()
    entries = {}
    for form in forms:
        known = american.get(form.lower(), [])
        if form.isupper() and len(form) > 1:
            known = []  # US is not us
        sounds = dict.fromkeys(known)
        for text, by in _readings(form, language, voice, bool(known)):
            ipa = reader.ipa(text, by)
            if by.startswith("en"):
                # English needs no second guess at its own sounds; CMUdict writes the flap as T.
                candidates = to_arpabet(ipa.replace("ɾ", "t"))[:1]
            else:
                candidates = to_arpabet(ipa)
            sounds.update(dict.fromkeys(candidates))
        if sounds:
            entries[form] = list(sounds)[:_MOST]
    return entries


def _readings(form: str, language: str, voice: str, known: bool) -> Iterator[tuple[str, str]]:
    """What a reader may make of a written form, as (text, voice), the likeliest first."""
    yield form, voice
    if any(c.isdigit() for c in form):
        for text in _numbers(form, language):
            yield text, voice
            if language == "en":
                yield text, "en-gb"  # "two hundred and forty-four"
    if language == "en":
        yield form, "en-gb"
    if re.search(r"[-/–—.&]", form):
        yield re.sub(r"[-/–—.&]+", " ", form), voice
    letters = form.replace(".", "")
    if letters.isupper() and 2 <= len(letters) <= 6:
        yield " ".join(letters), voice
        yield letters.lower(), voice
    if form[0].isupper() and not known and not letters.isupper() and form.isascii() | _latin(form):
        if language != "en":
            yield form, "en-us"
        for foreign in _BY_THE_LETTER:
            if foreign != language:
                yield form, foreign


def _latin(text: str) -> bool:
    return all(ord(c) < 0x250 for c in text)


def _numbers(form: str, language: str) -> Iterator[str]:
    """Other ways to write a number so that a reader says it as people do."""
    digits = form.replace(",", "")
    if form[0] in _CURRENCIES:  # $5 is "five dollars", and "five" before "billion dollars"
        unit = _CURRENCIES[form[0]] if language == "en" else form[0]
        yield f"{form[1:]} {unit}"
        yield form[1:]
    if re.fullmatch(r"(1[1-9]|20)\d\d", digits):  # a year, or a number said like one
        high, low = digits[:2], digits[2:]
        if low == "00":
            yield f"{high} hundred" if language == "en" else high
        elif low[0] == "0":
            yield f"{high} oh {low[1]}" if language == "en" else f"{high} {low}"
        else:
            yield f"{high} {low}"
            if language == "en":
                yield f"{high} hundred {int(low)}"
    if re.fullmatch(r"\d{1,2}", digits) and 1 <= int(digits) <= 31:  # a day of the month
        yield _ordinal(int(digits)) if language == "en" else f"{int(digits)}."
        if language == "en":
            yield f"the {_ordinal(int(digits))}"
    if re.fullmatch(r"\d{4,}", digits) and digits != form:
        yield digits
    if re.fullmatch(r"\d{2,6}", digits):
        yield " ".join(digits)


def _ordinal(n: int) -> str:
    suffix = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{suffix}"


def _cmudict(words: set[str]) -> dict[str, list[str]]:
    """What CMUdict, in the recogniser's own folder, has for these words in lower case."""
    from pocketsphinx import get_model_path

    found: dict[str, list[str]] = {}
    path = Path(get_model_path("en-us"), "cmudict-en-us.dict")
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            word, _, phones = line.strip().partition(" ")
            word = word.partition("(")[0]
            if word in words:
                found.setdefault(word, []).append(phones)
    return found
