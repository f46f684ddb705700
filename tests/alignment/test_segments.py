"""The chart of sounds, and how far apart they are."""

import pytest

from subtitler.alignment.segments import distance, segments


def test_every_line_of_the_chart_was_read() -> None:
    table = segments()
    assert len(table) > 120
    for (
        letters
    ) in "p b t d k ɡ q ʔ m ɱ n ɲ ŋ r ʀ ɾ f v θ ð s z ʃ ʒ ç x ɣ χ ʁ h j w l ʎ tʃ dʒ".split():
        assert table[letters].vowel == 0
        assert table[letters].place > 0
    for letter in "i y ɨ ʉ ɯ u ɪ ʊ e ø ə o ɛ œ ʌ ɔ æ a ɑ ɚ".split():
        assert table[letter].vowel == 1


@pytest.mark.parametrize("letters", "pb td kɡ fv θð sz ʃʒ".split())
def test_pairs_differ_by_the_voice_alone(letters: str) -> None:
    table = segments()
    voiceless, voiced = (table[letter] for letter in letters)
    assert (voiceless.voice, voiced.voice) == (0, 1)
    assert 0 < distance(voiceless, voiced) <= 1


@pytest.mark.parametrize(
    ("sound", "near", "far"),
    [
        ("x", "h", "s"),
        ("ʁ", "ɹ", "z"),
        ("β", "v", "ð"),
        ("ç", "ʃ", "f"),
        ("r", "ɹ", "l"),
        ("ø", "ɚ", "i"),
        ("y", "u", "ɑ"),
        ("ɨ", "ɪ", "ɔ"),
        ("ɲ", "n", "m"),
    ],
)
def test_what_sounds_alike_is_near(sound: str, near: str, far: str) -> None:
    table = segments()
    assert distance(table[sound], table[near]) < distance(table[sound], table[far])


def test_the_distance_is_a_distance() -> None:
    table = segments()
    for letters in ("a", "ʃ", "ŋ"):
        assert distance(table[letters], table[letters]) == 0
        for other in ("i", "k", "w"):
            there = distance(table[letters], table[other])
            assert there == distance(table[other], table[letters])
            assert there > 0
