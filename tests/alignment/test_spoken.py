"""In which words people read what is written in short."""

import pytest

from subtitler.alignment.spoken import readings


def texts(form: str, language: str = "en", voice: str | None = None) -> list[str]:
    """What is offered for a form, with single spaces; `voice`: only what this voice reads."""
    found = readings(form, language, known=False, name=False)
    return [" ".join(r.text.split()) for r in found if voice in (None, r.voice)]


@pytest.mark.parametrize(
    ("form", "language", "said"),
    [
        # abbreviations, with a dot inside or without any
        ("Dr", "en", "doctor"),
        ("St", "en", "street"),
        ("z.B", "de", "zum Beispiel"),
        ("Mme", "fr", "madame"),
        ("EE.UU", "es", "Estados Unidos"),
        ("tzv", "sr", "takozvani"),
        ("проф", "sr", "професор"),
        ("p.sh", "sq", "për shembull"),
        ("млрд", "ru", "миллиардов"),
        # Roman numerals
        ("XIV", "en", "the 14th"),
        ("II", "de", "2"),
        ("XIXe", "fr", "19ème"),
        # numbers
        ("2013", "en", "20 13"),
        ("2005", "en", "20 oh 5"),
        ("1900", "en", "19 hundred"),
        ("1999", "de", "19-hundert 99"),
        ("1999", "fr", "19 cent 99"),
        ("2013", "sr", "2013-e"),
        ("14", "en", "the 14th"),
        ("14", "ru", "14-го"),
        ("12.000", "sr", "12000"),
        ("12,000", "en", "12000"),
        ("3.5", "en", "3 point 5"),
        ("3,5", "sr", "3 koma 5"),
        ("12%", "sr", "12 odsto"),
        ("10-15", "fr", "10 à 15"),
        ("+38138222333", "en", "38 13 82 22 33 3"),
        ("1990s", "en", "19 90s"),
        # money
        ("$5", "en", "5 dollars"),
        ("€3.5bn", "en", "3.5 billion euros"),
        ("€5", "de", "5 €"),
        # times of day
        ("9:30", "en", "9 30"),
        ("9:30", "en", "half past 9"),
        ("9:05", "en", "9 oh 5"),
        ("9:30", "sr", "9 i 30"),
        ("18:00", "de", "18 Uhr"),
        # letters
        ("OSCE", "en", "O S C E"),
        ("OSCE", "en", "osce"),
        ("U.S", "en", "U S"),
        ("KFOR", "en", "K for"),
        # addresses and signs
        ("www.example.org", "en", "w w w dot example dot org"),
        ("www.example.org", "sq", "example pikë org"),
        ("https://example.org/news", "en", "example dot org"),
        ("press@example.org", "en", "press example org"),
        ("R&D", "sr", "R i D"),
        ("high-level", "en", "high level"),
    ],
)
def test_offered(form: str, language: str, said: str) -> None:
    assert said in texts(form, language)


def test_letters_of_a_foreign_acronym_are_offered_in_english_too() -> None:
    assert "E U" in texts("EU", "sq", "sq")
    assert "E U" in texts("EU", "sq", "en-us")


def test_a_plural_and_a_possessive_keep_their_s() -> None:
    for form in ("MPs", "NATO's"):
        assert any(r.ending == "z" for r in readings(form, "en", known=False, name=False))


@pytest.mark.parametrize(
    ("name", "voice"),
    [("Thaçi", "sq"), ("Xhaferi", "sq"), ("Vučić", "sr"), ("Đorđević", "sr"), ("Müller", "de")],
)
def test_a_name_is_read_as_where_it_comes_from(name: str, voice: str) -> None:
    voices = [r.voice for r in readings(name, "en", known=False, name=True)]
    assert voice in voices
    assert voice not in [r.voice for r in readings(name, "en", known=True, name=True)]


def test_an_english_name_is_read_in_english_elsewhere() -> None:
    assert "en-us" in [r.voice for r in readings("Smith", "sr", known=False, name=True)]
    assert "en-us" not in [r.voice for r in readings("kuća", "sr", known=False, name=False)]


@pytest.mark.parametrize("form", ["word", "I", "Vjosa", "isn't", "and"])
def test_plain_words_are_left_alone(form: str) -> None:
    assert set(texts(form, "en", "en-us")) == {form}
    assert set(texts(form, "sq", "sq")) == {form}


def test_a_sentence_in_capitals_is_not_an_abbreviation() -> None:
    assert "saturday" not in texts("SAT")
    assert "saturday" in texts("Sat")
