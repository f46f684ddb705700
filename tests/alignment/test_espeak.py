"""eSpeak NG in this process."""

import pytest

from subtitler.alignment.espeak import Reader, accents, voice_for
from subtitler.errors import SubtitlerError


@pytest.mark.parametrize(
    ("language", "word", "ipa"),
    [
        ("de", "Schiff", "ʃ_ˈɪ_f"),
        ("es", "mesa", "m_ˈe_s_a"),
        ("it", "pane", "p_ˈaː_n_e"),
        ("sr", "dom", "d_ˈo_m"),
    ],
)
def test_words_are_read_in_their_language(language: str, word: str, ipa: str) -> None:
    marks = str.maketrans("", "", "ˈː")
    read = Reader().ipa(word, voice_for(language))
    assert read.translate(marks) == ipa.translate(marks)


def test_one_reader_reads_several_languages_in_turn() -> None:
    reader = Reader()
    german = reader.ipa("die", "de")
    assert reader.ipa("die", "en-us") != german
    assert reader.ipa("die", "de") == german


@pytest.mark.parametrize(("language", "word"), [("fr", "weekend"), ("ru", "Brexit"), ("el", "BBC")])
def test_a_foreign_word_has_no_marks_of_the_other_voice(language: str, word: str) -> None:
    ipa = Reader().ipa(word, voice_for(language))
    assert ipa
    assert "(" not in ipa
    assert ")" not in ipa


def test_the_german_voice_is_heard_with_the_r_of_germans_too() -> None:
    assert accents("v_ˈɑː_s_ɜ", "de")[0] == "v_ˈɑː_s_ɐ"
    assert accents("ɾ_ˈoː_t", "de")[0] == "ʁ_ˈoː_t"
    assert accents("h_ˈɛ_ɾ", "de") == ["h_ˈɛ_ɐ", "h_ˈɛ_ɾ"]
    assert accents("h_ˈɛ_ɾ_ə_n", "de")[0] == "h_ˈɛ_ʁ_ə_n"
    assert accents("h_ˈɛ_ɾ", "es") == ["h_ˈɛ_ɾ"]


def test_silence() -> None:
    assert Reader().ipa("", "en-us") == ""


def test_a_language_without_a_voice_is_refused() -> None:
    with pytest.raises(SubtitlerError, match=r"'xx'.*--from"):
        voice_for("xx")


@pytest.mark.parametrize("language", ["en", "sq", "sr", "hr", "mk", "de", "fr", "el", "zh", "no"])
def test_two_letter_codes_have_voices(language: str) -> None:
    assert Reader().ipa("1", voice_for(language))
