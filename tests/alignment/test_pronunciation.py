"""Pronunciations, against those that CMUdict gives for the words as they are spoken."""

from functools import cache
from itertools import product
from pathlib import Path

import pytest

from subtitler.alignment.pronunciation import dictionary, spoken_form
from subtitler.errors import SubtitlerError


@cache
def cmudict() -> dict[str, list[str]]:
    from pocketsphinx import get_model_path

    words: dict[str, list[str]] = {}
    path = Path(get_model_path("en-us"), "cmudict-en-us.dict")
    for line in path.read_text(encoding="utf-8").splitlines():
        word, _, phones = line.partition(" ")
        words.setdefault(word.partition("(")[0], []).append(phones)
    return words


def as_spoken(words: str) -> set[str]:
    """All that CMUdict has for words read one after the other."""
    readings = product(*(cmudict()[word] for word in words.split()))
    return {" ".join(reading) for reading in readings}


def distance(a: str, b: str) -> int:
    """How many phones to change, add or drop."""
    left, right = a.split(), b.split()
    row = list(range(len(right) + 1))
    for i, phone in enumerate(left, 1):
        last, row[0] = row[0], i
        for j, other in enumerate(right, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (phone != other))
    return row[-1]


def nearest(written: str, spoken: str, language: str = "en") -> int:
    """By how many phones the pronunciations of a token miss what is spoken."""
    (sounds,) = dictionary([written], language).values()
    return min(distance(sound, truth) for sound in sounds for truth in as_spoken(spoken))


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("1244", "twelve forty four"),
        ("1244", "one thousand two hundred forty four"),
        ("1244", "twelve hundred forty four"),
        ("1244.", "one two four four"),
        ("2013", "twenty thirteen"),
        ("2013,", "two thousand thirteen"),
        ("1900", "nineteen hundred"),
        ("2005", "twenty oh five"),
        ("1455", "fourteen fifty five"),
        ("93", "ninety three"),
        ("7", "seven"),
        ("7", "seventh"),
        ("7", "the seventh"),
        ("21", "twenty first"),
        ("100,000", "one hundred thousand"),
        ("3.5", "three point five"),
        ("$5", "five dollars"),
        ("$5", "five"),
        ("€20", "twenty euros"),
        ("5%", "five percent"),
        ("%", "percent"),
        ("&", "and"),
        ("UN", "u n"),
        ("EU", "e u"),
        ("NATO", "nato"),
        ("U.S.", "u s"),
        ("G7", "g seven"),
        ("MH-17", "m h seventeen"),
        ("12%", "twelve percent"),
        ("OSCE", "o s c e"),
        ("9:30", "nine thirty"),
        ("9:30", "half past nine"),
        ("XIV", "the fourteenth"),
        ("Dr", "doctor"),
        ("No.", "number"),
        ("$5m", "five million dollars"),
        ("24/7", "twenty four seven"),
        ("MPs", "m p's"),
        ("1990s", "nineteen nineties"),
        ("www.example.org.", "w w w dot example dot org"),
        ("www.example.org.", "example dot org"),
        ("KFOR", "k for"),
        ("It’s", "it's"),
        ("NATO’s", "nato's"),
        ("EU-facilitated", "e u facilitated"),
        ("“high-level”", "high level"),
    ],
)
def test_what_is_written_short_is_offered_as_people_say_it(written: str, spoken: str) -> None:
    # One phone in eight may differ: unstressed vowels, and whether an r is heard.
    longest = max(len(sound.split()) for sound in as_spoken(spoken))
    assert nearest(written, spoken) <= longest // 8


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("1244", "one thousand two hundred and forty four"),
        ("2013", "two thousand and thirteen"),
    ],
)
def test_the_british_and_in_numbers(written: str, spoken: str) -> None:
    # "and" is reduced to a vowel and perhaps an n.
    assert nearest(written, spoken) <= 3


@pytest.mark.parametrize(
    ("name", "phones"),
    [
        ("KFOR", "K EY F AO R"),
        ("Vjosa", "V Y OW S AH"),
        ("Pristina", "P R IH SH T IY N AH"),
        ("Kosovo", "K AA S AH V OW"),
        ("Osmani", "AA S M AA N IY"),
    ],
)
def test_names_come_near_to_how_they_are_said(name: str, phones: str) -> None:
    (sounds,) = dictionary([name], "en").values()
    assert min(distance(sound, phones) for sound in sounds) <= 2


@pytest.mark.parametrize("language", ["en", "de", "es", "sq", "fr", "no"])
def test_names_from_everywhere_have_a_voice(language: str) -> None:
    names = "René Müller Erdoğan Wałęsa Ørsted João Erdős Dvořák Ceaușescu Đinđić Hoxha Muñoz"
    assert set(dictionary(f"said {names}".split(), language)) == {"said", *names.split()}


def test_american_words_are_cmudicts() -> None:
    entries = dictionary("We discussed the tensions".split(), "en")
    for word, sounds in entries.items():
        assert sounds[: len(cmudict()[word.lower()])] == cmudict()[word.lower()]


def test_letters_in_capitals_are_not_the_word_that_they_spell() -> None:
    entries = dictionary(["US", "us", "IT", "it"], "en")
    assert entries["US"][0] in as_spoken("u s")
    assert entries["us"][0] in as_spoken("us")
    assert entries["IT"] != entries["it"]


def test_no_entry_without_a_sound_none_twice_and_few() -> None:
    tokens = "— 1244 Ms Osmani-Sadriu, ... www.nato.int 24/7 ‘quoted’ 5 % x² ½ № 🗣 C++ @ #".split()
    for language in ("en", "de", "sq", "sr", "ru"):
        for form, sounds in dictionary(tokens, language).items():
            assert form
            assert 1 <= len(sounds) <= 10
            assert all(sounds)
            assert len(set(sounds)) == len(sounds)


@pytest.mark.parametrize(
    ("language", "year", "phones"),
    [
        ("de", "1999", "N OY N T S EH N HH UH N D ER T N OY N UH N T N OY N T S IH SH"),
        ("es", "2013", "D OW S M IH L T R EY S EY"),
        ("it", "7", "S EH T EH"),
    ],
)
def test_digits_are_read_in_the_language(language: str, year: str, phones: str) -> None:
    (sounds,) = dictionary([year], language).values()
    assert min(distance(sound, phones) for sound in sounds) <= len(phones.split()) // 3


def test_a_word_is_offered_as_it_is_said_beside_others() -> None:
    alone = dictionary(["nous"], "fr")["nous"]
    beside = dictionary("nous avons".split(), "fr")["nous"]
    assert all(not sounds.endswith(" Z") for sounds in alone)
    assert any(sounds.endswith(" Z") for sounds in beside)
    assert any(not sounds.endswith(" Z") for sounds in beside)


def test_the_unit_of_a_sum_is_said_behind_its_millions() -> None:
    entries = dictionary("It cost $5 million, or €2 billion more".split(), "en")
    dollars, euros = as_spoken("million dollars"), as_spoken("billion euros")
    assert min(distance(s, t) for s in entries["million"] for t in dollars) <= 2
    assert min(distance(s, t) for s in entries["billion"] for t in euros) <= 2
    assert len(dictionary(["million"], "en")["million"]) < len(entries["million"])


def test_germans_make_their_r_in_the_throat() -> None:
    entries = dictionary("der Rat".split(), "de")
    assert "D EH AH" in entries["der"]
    assert any(sounds.startswith("HH ") for sounds in entries["Rat"])
    assert any("R" in sounds.split() or "D" in sounds.split()[1:] for sounds in entries["der"])


def test_the_dictionary_is_the_same_every_time() -> None:
    tokens = "Thaçi said on the 14th: 3.5 % of $5m, and www.example.org is KFOR’s".split()
    for language in ("en", "fr", "sr"):
        first, second = (dictionary(tokens, language) for _ in range(2))
        assert list(first.items()) == list(second.items())


def test_a_language_without_a_voice_is_refused() -> None:
    with pytest.raises(SubtitlerError, match="--from"):
        dictionary(["word"], "xx")


@pytest.mark.parametrize(
    ("token", "form"),
    [
        ("Kosovo.", "Kosovo"),
        ("“Welcome”,", "Welcome"),
        ("It’s", "It's"),
        ("(which", "which"),
        ("NATO's", "NATO's"),
        ("¿Qué?", "Qué"),
        ("$5,", "$5"),
        ("5%.", "5%"),
        ("%", "%"),
        ("Euro-Atlantic", "Euro-Atlantic"),
        ("—", ""),
        ("...", ""),
        ("-", ""),
        ("🗣", ""),
        ("", ""),
    ],
)
def test_the_spoken_form_is_without_punctuation(token: str, form: str) -> None:
    assert spoken_form(token) == form
