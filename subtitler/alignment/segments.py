"""The sounds of the International Phonetic Alphabet as features, and how far apart two of them are.

Consonants and vowels stand here as in the chart of the International Phonetic Association (revised
2020).  The features are multivalued and weighted as in ALINE (Kondrak, "A New Algorithm for the
Alignment of Phonetic Sequences", NAACL 2000), changed where ears go by the sound and not by the
mouth: fricatives from the velum downwards are alike, hissing (s, ʃ) counts, and lips rounded at a
front vowel darken it.
"""

from dataclasses import astuple, dataclass, replace
from functools import cache

# Where the mouth is narrowest, from the lips to the throat.
_PLACES = (1.3, 1.25, 0.9, 0.85, 0.8, 0.75, 0.75, 0.6, 0.45, 0.35, 0.3, 0.25)

# A line: how, how closed (1: shut), then voiceless and voiced at each of the places: lips, lip and
# teeth, teeth, ridge, curled back (retroflex), behind the ridge, the same with raised tongue,
# palate, velum, uvula, pharynx, glottis.
_CONSONANTS = """
stop        1.0   p b   · ·   · ·   t d   ʈ ɖ   · ·   · ·   c ɟ   k ɡ   q ɢ   · ·   ʔ ·
implosive   1.0   · ɓ   · ·   · ·   · ɗ   · ᶑ   · ·   · ·   · ʄ   · ɠ   · ʛ   · ·   · ·
hissing     0.9   · ·   · ·   · ·   ts dz ʈʂ ɖʐ tʃ dʒ tɕ dʑ · ·   · ·   · ·   · ·   · ·
affricate   0.9   · ·   pf bv tθ dð · ·   · ·   · ·   · ·   cç ɟʝ kx ɡɣ qχ · · ·    · ·
fricative   0.8   ɸ ·   f v   θ ð   · ·   · ·   · ·   · ·   · ·   x ɣ   χ ·   ħ ʕ   h ɦ
hissing     0.8   · ·   · ·   · ·   s z   ʂ ʐ   ʃ ʒ   ɕ ʑ   · ·   · ·   · ·   · ·   · ·
sharp       0.8   · ·   · ·   · ·   · ·   · ·   · ·   · ·   ç ʝ   · ·   · ·   · ·   · ·
soft        0.7   · β   · ·   · ·   · ·   · ·   · ·   · ·   · ·   · ·   · ·   · ·   · ·
lateral     0.8   · ·   · ·   · ·   ɬ ɮ   · ·   · ·   · ·   · ·   · ·   · ·   · ·   · ·
rhotic      0.8   · ·   · ·   · ·   · ·   · ·   · ·   · ·   · ·   · ·   · ʁ   · ·   · ·
rhotic      0.7   · ʙ   · ⱱ   · ·   · r   · ɽ   · ·   · ·   · ·   · ·   · ʀ   · ·   · ·
rhotic      0.75  · ·   · ·   · ·   · ɾ   · ·   · ·   · ·   · ·   · ·   · ·   · ·   · ·
rhotic      0.6   · ·   · ·   · ·   · ·   · ɻ   · ɹ   · ·   · ·   · ·   · ·   · ·   · ·
lateral     0.6   · ·   · ·   · ·   · l   · ɭ   · ·   · ·   · ʎ   · ʟ   · ·   · ·   · ·
glide       0.6   · ·   · ʋ   · ·   · ·   · ·   · ·   · ·   · j   · ɰ   · ·   · ·   · ·
round       0.6   · ·   · ·   · ·   · ·   · ·   · ·   · ·   · ɥ   ʍ w   · ·   · ·   · ·
nasal       1.0   · m   · ɱ   · ·   · n   · ɳ   · ·   · ·   · ɲ   · ŋ   · ɴ   · ·   · ·
"""

# Height of the tongue (1: close), how far back it is, whether the lips are round.  The letters e, o
# and a are used for the middle and for the low vowel of languages that have one of each.
_VOWELS = """
i 1 0 0      y 1 .3 1      ɨ 1 .5 0     ʉ 1 .5 1     ɯ 1 .8 0     u 1 1 1
ɪ .82 .15 0  ʏ .82 .3 1    ᵻ .75 .35 0  ʊ .82 .8 1   e .6 0 0     ø .6 .3 1
ɘ .67 .5 0   ɵ .67 .5 1    ɤ .67 .9 0   o .6 1 1     ə .5 .5 0    ɛ .33 0 0
œ .33 .3 1   ɜ .35 .5 0    ɞ .33 .5 1   ʌ .37 .65 0  ɔ .3 1 1     æ .12 .1 0
ɐ .17 .5 0   a 0 .45 0     ɶ 0 .3 1     ɑ 0 .85 0    ɒ .08 .9 .5  ɚ .5 .5 .9
ɝ .45 .5 .9
"""
_R_VOWELS = "ɚɝ"

_ALIASES = {"g": "ɡ", "ɫ": "l", "ε": "ɛ", "ʦ": "ts", "ʣ": "dz", "ʧ": "tʃ", "ʤ": "dʒ", "ʨ": "tɕ"}

LONG, NASAL, SYLLABIC, PALATAL = "ː", "\u0303", "\u0329", "ʲ"


@dataclass(frozen=True, slots=True)
class Features:
    """A sound: every feature from 0 to 1.  A vowel has height, a consonant place and manner."""

    vowel: float = 0.0
    place: float = 0.0
    manner: float = 0.0
    voice: float = 1.0
    nasal: float = 0.0
    lateral: float = 0.0
    hissing: float = 0.0
    rhotic: float = 0.0
    height: float = 0.0
    back: float = 0.0
    round: float = 0.0
    long: float = 0.5  # for sure 1, for sure not 0: a language may not tell

    def lengthened(self) -> "Features":
        return replace(self, long=1.0)

    def shortened(self) -> "Features":
        return replace(self, long=0.0)


_WEIGHTS = Features(
    vowel=10, place=4, manner=5, voice=0.8, nasal=2, lateral=2, hissing=1, rhotic=1,
    height=4, back=3, round=1.5, long=0.5,
)  # fmt: skip


def distance(one: Features, other: Features) -> float:
    """The weighted sum of the differences; 0.8 is voiced against voiceless."""
    values = zip(astuple(_WEIGHTS), astuple(one), astuple(other), strict=True)
    return sum((weight * abs(a - b) for weight, a, b in values), 0.0)


@cache
def segments() -> dict[str, Features]:
    """Every letter, and every pair of letters that is one sound, without marks."""
    table = {}
    for line in _CONSONANTS.split("\n")[1:-1]:
        kind, closed, *cells = line.split()
        for n, cell in enumerate(cells):
            if cell != "·":
                table[cell] = Features(
                    place=_PLACES[n // 2],
                    manner=float(closed),
                    voice=n % 2,
                    nasal=kind == "nasal",
                    lateral=kind == "lateral",
                    hissing={"hissing": 1.0, "sharp": 0.5}.get(kind, 0.0),
                    rhotic=kind == "rhotic",
                    round=kind == "round",
                )
    values = _VOWELS.split()
    for letter, height, back, rounded in zip(*(values[n::4] for n in range(4)), strict=True):
        table[letter] = Features(
            vowel=1,
            height=float(height),
            back=float(back),
            round=float(rounded),
            rhotic=0.5 if letter in _R_VOWELS else 0.0,
        )
    table |= {alias: table[letter] for alias, letter in _ALIASES.items()}
    return table
