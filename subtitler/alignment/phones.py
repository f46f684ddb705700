"""IPA, as eSpeak NG writes it for any language, in the 39 phones of the acoustic model.

The embedded acoustic model knows American English in the ARPAbet of CMUdict.  A sound that English
lacks is written as the English sound nearest to it in place and manner (International Phonetic
Association, Handbook, 1999), and where two are about equally near both are kept: the recogniser
tries every pronunciation of a word and takes the one that it hears.
"""

import re
import unicodedata
from collections.abc import Iterable

# Longest match first.  Alternatives are ordered, the nearest first; "" is a sound best left out.
_ARPABET: dict[str, tuple[str, ...]] = {
    # plosives
    "p": ("P",), "b": ("B",), "t": ("T",), "d": ("D",), "k": ("K",), "ɡ": ("G",), "g": ("G",),
    "ʈ": ("T",), "ɖ": ("D",), "c": ("K Y", "CH"), "ɟ": ("G Y", "JH"), "q": ("K",), "ɢ": ("G",),
    "ʔ": ("",), "ɓ": ("B",), "ɗ": ("D",), "ɠ": ("G",),
    # affricates
    "tʃ": ("CH",), "dʒ": ("JH",), "tɕ": ("CH",), "dʑ": ("JH",), "ʈʂ": ("CH",), "ɖʐ": ("JH",),
    "ts": ("T S",), "ʦ": ("T S",), "dz": ("D Z",), "pf": ("P F", "F"), "cç": ("CH",), "ɟʝ": ("JH",),
    # fricatives
    "f": ("F",), "v": ("V",), "θ": ("TH",), "ð": ("DH",), "s": ("S",), "z": ("Z",), "ʃ": ("SH",),
    "ʒ": ("ZH",), "ʂ": ("SH",), "ʐ": ("ZH",), "ɕ": ("SH",), "ʑ": ("ZH",), "ç": ("SH", "HH"),
    "ʝ": ("Y",), "x": ("HH", "K"), "ɣ": ("G", "HH"), "χ": ("HH", "K"), "ʁ": ("R", "HH"),
    "ħ": ("HH",), "ʕ": ("", "AA"), "h": ("HH",), "ɦ": ("HH",), "ɸ": ("F",), "β": ("V", "B"),
    "ɬ": ("SH L", "L"), "ɧ": ("SH", "HH"),
    # nasals, laterals, rhotics, glides
    "m": ("M",), "ɱ": ("M",), "n": ("N",), "ɳ": ("N",), "ɲ": ("N Y", "N"), "ŋ": ("NG",),
    "ɴ": ("NG",), "l": ("L",), "ɭ": ("L",), "ʎ": ("L Y", "L"), "ʟ": ("L",), "ɫ": ("L",),
    "ɹ": ("R",), "r": ("R", "D"), "ɾ": ("D", "R"), "ɽ": ("R", "D"), "ɻ": ("R",), "ʀ": ("R", "HH"),
    "ʋ": ("V", "W"), "j": ("Y",), "ɥ": ("W",), "w": ("W",), "ʍ": ("W",), "ɰ": ("W",),
    # vowels
    "i": ("IY", "IH"), "y": ("UW", "IY"), "ɨ": ("IH",), "ʉ": ("UW",), "ɯ": ("UH", "IH"),
    "u": ("UW", "UH"), "ɪ": ("IH", "IY"), "ᵻ": ("IH", "AH"), "ʏ": ("UH", "IH"), "ʊ": ("UH", "UW"),
    "e": ("EH", "EY"), "ø": ("ER", "UH"), "ɘ": ("AH",), "ɵ": ("UH",), "ɤ": ("AH",),
    "o": ("AO", "OW"), "ə": ("AH", "IH"), "ɐ": ("AH", "AA"), "ɛ": ("EH",), "œ": ("ER", "EH"),
    "ɜ": ("ER", "AH"), "ʌ": ("AH",), "ɔ": ("AO", "OW"), "æ": ("AE",), "a": ("AA", "AE"),
    "ε": ("EH",), "ɶ": ("AA",), "ɑ": ("AA", "AO"), "ɒ": ("AA", "AO"), "ɚ": ("ER",), "ɝ": ("ER",),
    # diphthongs and vowels with r, which the model has as one phone or as a fixed pair
    "eɪ": ("EY",), "aɪ": ("AY",), "ɔɪ": ("OY",), "oʊ": ("OW",), "əʊ": ("OW",), "aʊ": ("AW",),
    "ei": ("EY",), "ai": ("AY",), "oi": ("OY",), "ɔi": ("OY",), "au": ("AW",), "ou": ("OW",),
    "ɔy": ("OY",), "ɔø": ("OY",), "ɜː": ("ER",), "eː": ("EY", "EH"), "oː": ("OW", "AO"),
    "iː": ("IY",), "uː": ("UW",), "ɔː": ("AO",), "ɑː": ("AA",),
    "iə": ("IH R", "IY AH"), "eə": ("EH R", "EH"), "ʊə": ("UH R", "UH"),
    "ɛɹ": ("EH R",), "ɔːɹ": ("AO R",), "oːɹ": ("AO R",), "ɑːɹ": ("AA R",), "ɪɹ": ("IH R",),
    "ʊɹ": ("UH R",), "aɪɚ": ("AY ER",), "aɪə": ("AY ER", "AY AH"),
}  # fmt: skip

_LONGEST = max(map(len, _ARPABET))
_STRESS = str.maketrans("", "", "ˈˌ'‖|")


def to_arpabet(ipa: str) -> list[str]:
    """Pronunciations of a word, the likeliest first, each as phones divided by spaces.

    `ipa` is what eSpeak NG gives: phonemes divided by "_" and words by spaces.  The list has one
    entry where the map is sure and two where some sound has a second candidate: all sounds of a
    word then take their second candidate, since one speaker is consistent.  Length, stress, tone
    and palatalisation marks, which the model does not hear, are dropped; a symbol of no known
    sound is passed over.  Empty if nothing is left to say.
    """
    # Marks stand by themselves, but for the cedilla that makes another sound.
    plain = unicodedata.normalize("NFD", ipa).replace("c\u0327", "ç").translate(_STRESS)
    sounds = [
        alternatives
        for phoneme in plain.replace(" ", "_").split("_")
        for alternatives in _segments(phoneme)
    ]
    first = _joined(s[0] for s in sounds)
    second = _joined(s[min(1, len(s) - 1)] for s in sounds)
    return list(dict.fromkeys(filter(None, (first, second))))


def _joined(sounds: Iterable[str]) -> str:
    """The phones of a word; an r that closes a vowel and opens the next (euro) is one r."""
    phones = " ".join(filter(None, sounds))
    return re.sub(r"\bR R\b", "R", phones)


def _segments(phoneme: str) -> list[tuple[str, ...]]:
    found = []
    at = 0
    while at < len(phoneme):
        for length in range(min(_LONGEST, len(phoneme) - at), 0, -1):
            piece = phoneme[at : at + length]
            if piece in _ARPABET:
                found.append(_ARPABET[piece])
                at += length
                break
        else:
            at += 1  # a mark, which modifies what stands before it
    return found
