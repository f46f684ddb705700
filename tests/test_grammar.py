"""What is looked up in the tables of small words."""

import pytest

from subtitler.grammar import UNKNOWN, Kind, grammar_of, table_form


@pytest.mark.parametrize(
    ("language", "kinds"),
    [
        ("en", {"the": Kind.ARTICLE, "of": Kind.LINKING, "without": Kind.PREPOSITION}),
        ("sq", {"një": Kind.ARTICLE, "e": Kind.PARTICLE, "por": Kind.CONJUNCTION}),
        ("sr", {"njihovoj": Kind.ARTICLE, "ćemo": Kind.TRAILING, "novog": Kind.ADJECTIVE}),
        ("de", {"dem": Kind.ARTICLE, "sich": Kind.TRAILING, "wegen": Kind.PREPOSITION}),
        ("fr", {"une": Kind.ARTICLE, "d'": Kind.LINKING, "qu'": Kind.CONJUNCTION}),
        ("es", {"nuestra": Kind.ARTICLE, "del": Kind.LINKING, "hacia": Kind.PREPOSITION}),
        ("it", {"quell'": Kind.ARTICLE, "dell'": Kind.LINKING, "perché": Kind.CONJUNCTION}),
    ],
)
def test_small_words_have_their_kind(language: str, kinds: dict[str, Kind]) -> None:
    grammar = grammar_of(language)
    assert {word: grammar.kind(word) for word in kinds} == kinds


def test_longer_words_are_known_by_their_endings() -> None:
    english = grammar_of("en")
    assert english.kind("municipal") is Kind.ADJECTIVE
    assert english.kind("quickly") is Kind.ADVERB
    assert english.kind("fly") is None  # too short to be an adverb
    assert english.kind("troops") is None


def test_an_apostrophe_may_divide_a_small_word_from_the_next() -> None:
    french = grammar_of("fr")
    assert french.kind("qu'une") is None
    assert french.first_kind("qu'une") is Kind.CONJUNCTION
    assert french.first_kind("pour") is Kind.PREPOSITION
    assert french.first_kind("maison") is None


@pytest.mark.parametrize("code", ["sr", "sr-Cyrl", "sr_RS", "SR-latn", "hr", "bs", "cnr"])
def test_regions_scripts_and_close_relatives_share_a_grammar(code: str) -> None:
    assert grammar_of(code) is grammar_of("sr")


@pytest.mark.parametrize("code", ["", "xx", "pl"])
def test_a_language_without_tables_has_a_grammar_that_knows_no_word(code: str) -> None:
    assert grammar_of(code) is UNKNOWN
    assert UNKNOWN.kind("the") is None


def test_cyrillic_is_looked_up_in_latin() -> None:
    assert table_form("Њихове") == "njihove"
    assert table_form("ЉУБАВ") == "ljubav"
    assert table_form("Është") == "është"
