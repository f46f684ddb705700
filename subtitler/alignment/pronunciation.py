"""How the words of a transcript may be spoken: a pronouncing dictionary made for each transcript.

eSpeak NG reads every word, by itself and beside its neighbours; CMUdict, which comes with the
acoustic model, adds what Americans say; and what a page writes in short (1244, UN, 7) is offered in
each way in which people read it (see `spoken`).
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise, zip_longest
from pathlib import Path

from subtitler.alignment.espeak import Reader, accents, voice_for
from subtitler.alignment.phones import to_arpabet
from subtitler.alignment.spoken import Reading, readings, unit_after

# The recogniser tries all pronunciations of a word; more than these cost time, find little, and let
# it hear the word where it is not.
_MOST = 10
_MOST_OF_A_WORD = 5

# Signs that are read as words, alone too: "5 %" is how most of Europe writes it.
_SIGNS = "%&€$£¥"


def spoken_form(token: str) -> str:
    """`token` without the punctuation around it and with plain apostrophes; "" if nothing is said.

    This is what makes two words of the transcript the same word to the recogniser.
    """
    inner = re.sub(r"^[^\w$€£¥%&+]+|[^\w%€$£¥&+]+$", "", token.replace("’", "'").replace("_", " "))
    return inner if any(c.isalnum() or c in _SIGNS for c in inner) else ""


def dictionary(tokens: Iterable[str], language: str) -> dict[str, list[str]]:
    """Pronunciations of each token: spoken form -> phones divided by spaces, the likeliest first.

    `tokens`: the words of the transcript in order, since a word may be said otherwise beside
    another; `language`: a two-letter code.  A token of which nothing can be said is left out.
    Raises SubtitlerError if eSpeak NG does not speak the language.
    """
    voice = voice_for(language)
    tokens = list(tokens)
    forms = dict.fromkeys(filter(None, map(spoken_form, tokens)))
    american = _cmudict({form.lower() for form in forms}) if language == "en" else {}
    names = _names(tokens, language)
    reader = Reader()
    beside = {} if language == "en" else _beside_others(tokens, voice, reader)
    units = _units(tokens) if language == "en" else {}
    entries = {}
    for form in forms:
        known = american.get(form.lower(), [])
        if form.isupper() and len(form) > 1:
            known = []  # US is not us
        sources = [known] if known else []
        sources += [_said(ipa, voice) for ipa in beside.get(form, ())]
        ways = list(readings(form, language, bool(known), form in names))
        ways += [Reading(text, voice) for text in units.get(form, ())]
        sources += [_sounds(way, reader, voice) for way in ways]
        most = _MOST if len(sources) > 3 else _MOST_OF_A_WORD
        ranked = dict.fromkeys(known)
        ranked |= dict.fromkeys(s for rank in zip_longest(*sources) for s in rank if s)
        if ranked:
            entries[form] = list(ranked)[:most]
    return entries


def _sounds(reading: Reading, reader: Reader, voice: str) -> list[str]:
    ipa = reader.ipa(reading.text, reading.voice)
    if not ipa:
        return []
    if reading.ending:
        ipa = f"{ipa}_{reading.ending}"
    if reading.voice.startswith("en"):
        # English needs no second guess at its own sounds; CMUdict writes the flap as T.
        return to_arpabet(ipa.replace("ɾ", "t"), 1)
    if reading.voice != voice:
        return to_arpabet(ipa, 1)
    return _said(ipa, voice)


def _said(ipa: str, voice: str) -> list[str]:
    ranks = zip_longest(*(to_arpabet(accent) for accent in accents(ipa, voice)))
    return list(dict.fromkeys(sounds for rank in ranks for sounds in rank if sounds))


def _names(tokens: Sequence[str], language: str) -> set[str]:
    """The forms with a capital letter that stand elsewhere than at the beginning of a sentence.

    In English even those at the beginning: a dictionary tells what is no name.  Not in German,
    which writes every noun so.
    """
    begins = [True, *(token.endswith((".", "!", "?", "…", ":")) for token in tokens)]
    forms = map(spoken_form, tokens)
    return {
        form
        for form, first in zip(forms, begins, strict=False)
        if form[:1].isupper() and (language == "en" or (not first and language != "de"))
    }


def _beside_others(tokens: Sequence[str], voice: str, reader: Reader) -> dict[str, dict[str, None]]:
    """What eSpeak NG makes of each form beside its neighbours: "nous avons" has a z between.

    Spoken form -> IPA, each in the order of the transcript.
    """
    found: dict[str, dict[str, None]] = {}
    for before, token, after in zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False):
        words = [word for word in (before, token, after) if spoken_form(word)]
        form = spoken_form(token)
        if not form or not all(map(_is_word, map(spoken_form, words))):
            continue
        said = [part for part in reader.ipa(" ".join(words), voice).split(" ") if part.strip("_")]
        if len(said) == len(words):  # else two words are read as one
            found.setdefault(form, {}).setdefault(said[bool(spoken_form(before))])
    return found


def _units(tokens: Sequence[str]) -> dict[str, dict[str, None]]:
    """What is said for a form with the unit of the sum of money before it, in English."""
    found: dict[str, dict[str, None]] = {}
    for before, form in pairwise(map(spoken_form, tokens)):
        text = unit_after(before, form)
        if text:
            found.setdefault(form, {}).setdefault(text)
    return found


def _is_word(form: str) -> bool:
    return all(c.isalpha() or c == "'" for c in form)


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
