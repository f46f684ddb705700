"""IPA, as eSpeak NG writes it for any language, in the 39 phones of the acoustic model.

The embedded acoustic model knows American English in the ARPAbet of CMUdict.  A sound of another
language is written as the phones that are nearest to it by their features (see `segments`), and
where several are about equally near all are kept: the recogniser tries every pronunciation of a
word and takes the one that it hears.
"""

import heapq
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, count

from subtitler.alignment.segments import (
    LONG,
    NASAL,
    PALATAL,
    SYLLABIC,
    Features,
    distance,
    segments,
)

# What Americans say for each phone (Ladefoged and Johnson, A Course in Phonetics, 2014), and what
# else stands for it in some words or for some speakers, with its distance from the phone.
_CONSONANTS = {
    "P": "p", "B": "b", "T": "t", "D": "d", "K": "k", "G": "ɡ", "CH": "tʃ", "JH": "dʒ", "F": "f",
    "V": "v", "TH": "θ", "DH": "ð", "S": "s", "Z": "z", "SH": "ʃ", "ZH": "ʒ", "HH": "h", "M": "m",
    "N": "n", "NG": "ŋ", "L": "l", "R": "ɹ", "Y": "j", "W": "w",
}  # fmt: skip
_VOWELS = {
    "AA": "ɑː", "AE": "æ", "AH": "ʌ", "AO": "ɔː", "EH": "ɛ", "ER": "ɝː", "IH": "ɪ", "IY": "iː",
    "UH": "ʊ", "UW": "uː", "AW": "aʊː", "AY": "aɪː", "EY": "eɪː", "OW": "oʊː", "OY": "ɔɪː",
}  # fmt: skip
_ALSO = {
    "ə": ("AH", 0.0), "ɨ": ("IH", 0.2), "ɾ": ("D", 0.5), "r": ("D", 1.2), "ɦ": ("HH", 0.0),
    "ɜː": ("ER", 0.0), "əʊ": ("OW", 0.0),
}  # fmt: skip

# How much farther than the nearest a phone may be to be tried too (see `segments.distance`), how
# much more than the nearest is off itself, and how many are tried.
_UNSURE = 1.0
_SLACK = 0.2
_CHOICES = 3

# The same for a sound that some leave out, and for what some make of one sound in two.
_NO_SCHWA = 0.6
_NASAL_HEARD = 0.3
_GLIDE_HEARD = 0.6

# Sounds that are two of English, and what is heard where only one of the two is.
_SEQUENCES = {
    "ɲ": ("N Y", "N", "Y"), "ʎ": ("L Y", "L", "Y"), "c": ("K Y", "K", "CH"),
    "ɟ": ("G Y", "G", "JH"), "ts": ("T S",), "dz": ("D Z",), "pf": ("P F", "F"),
    "tθ": ("T TH",), "dð": ("D DH",), "kx": ("K HH", "K"), "ɬ": ("SH L", "L"),
    "ʔ": ("",), "ʕ": ("", "AA"),
}  # fmt: skip
_ONE_OF_TWO = 0.5

_PALATAL_ALREADY = ("SH", "ZH", "CH", "JH", "Y")

# How a diphthong begins and ends, and the glides that are written for its end.
_GLIDING_FROM, _GLIDING = "aɑɐæʌɛeɔo", "ɪiʊuyʏø"
_GLIDES = {"j": "ɪ", "w": "ʊ"}

_STRESS = str.maketrans("", "", "ˈˌ'‖|͜͡-")
_Sound = tuple[str, str]  # letters and marks
_Choices = tuple[tuple[float, str], ...]  # how much farther than the nearest, phones


def to_arpabet(ipa: str, most: int = 4) -> list[str]:
    """Pronunciations of a word, the likeliest first, each as phones divided by spaces.

    `ipa` is what eSpeak NG gives: phonemes divided by "_" and words by spaces.  There are `most`
    pronunciations at most; a sound that stands in a word twice is the same in both places, since
    one speaker is consistent.  Stress and tone, which the model does not hear, are dropped; a
    symbol of no known sound is passed over.  Empty if nothing is left to say.
    """
    sounds = _sounds(ipa)
    kinds = list(dict.fromkeys(sounds))
    vowels = sum(_is_vowel(letters) for letters, _ in sounds)
    options = [_choices(letters, marks, vowels > 1) for letters, marks in kinds]
    found: dict[str, None] = {}
    for chosen in chain(_together(options), _best(options, 4 * most)):
        phones = dict(zip(kinds, chosen, strict=True))
        word = _joined(" ".join(phones[sound] for sound in sounds))
        if word:
            found.setdefault(word)
        if len(found) == most:
            break
    return list(found)


def _together(options: Sequence[_Choices]) -> Iterator[list[str]]:
    """The nearest of every sound, then the second of every sound that has one, and so on.

    A speaker whose e is not that of English has another o too.
    """
    for n in range(_CHOICES):
        yield [choices[min(n, len(choices) - 1)][1] for choices in options]


def _best(options: Sequence[_Choices], most: int) -> Iterator[list[str]]:
    """The combinations of one choice of each, by the sum of their distances, at most so many."""
    order = count()
    first = (0,) * len(options)
    heap = [(0.0, next(order), first)]
    seen = {first}
    while heap and most:
        total, _, picks = heapq.heappop(heap)
        yield [choices[pick][1] for choices, pick in zip(options, picks, strict=True)]
        most -= 1
        for n, pick in enumerate(picks):
            if pick + 1 < len(options[n]):
                after = (*picks[:n], pick + 1, *picks[n + 1 :])
                if after not in seen:
                    seen.add(after)
                    farther = options[n][pick + 1][0] - options[n][pick][0]
                    heapq.heappush(heap, (total + farther, next(order), after))


def _joined(phones: str) -> str:
    """Tidied: an r that closes a vowel and opens the next (euro) is one r."""
    return re.sub(r"\b(ER|R) R\b", r"\1", " ".join(phones.split()))


def _sounds(ipa: str) -> list[_Sound]:
    # Marks stand by themselves, but for the cedilla that makes another sound.
    plain = unicodedata.normalize("NFD", ipa).replace("c\u0327", "ç").translate(_STRESS)
    found: list[_Sound] = []
    for word in plain.split(" "):
        here = list(chain.from_iterable(map(_parse, word.split("_"))))
        found += _with_diphthongs(here)
    return found


@cache
def _parse(phoneme: str) -> tuple[_Sound, ...]:
    """The sounds of one phoneme: letters of the table, each with the marks behind it that count."""
    found: list[_Sound] = []
    at = 0
    while at < len(phoneme):
        letter = next((p for n in (2, 1) if (p := phoneme[at : at + n]) in segments()), "")
        if letter:
            found.append((letter, ""))
        elif found and phoneme[at] in (LONG, NASAL, SYLLABIC, PALATAL):
            letters, marks = found[-1]
            if phoneme[at] not in marks:
                found[-1] = (letters, marks + phoneme[at])
        at += max(1, len(letter))
    joined: list[_Sound] = []
    for sound in found:
        if joined and joined[-1] == sound and not _is_vowel(sound[0]):
            continue  # a long consonant
        # Two vowels in one phoneme are a diphthong, if it ends as one can.
        before = joined[-1][0] if joined else ""
        if len(before) == 1 and _is_vowel(before) and sound[0] in _GLIDING:
            joined[-1] = (before + sound[0], "")
        else:
            joined.append(sound)
    return tuple(joined)


def _with_diphthongs(sounds: list[_Sound]) -> list[_Sound]:
    """A vowel with a glide behind it, and no vowel behind that, is a diphthong: "aj" is "aɪ"."""
    found: list[_Sound] = []
    for n, (letters, marks) in enumerate(sounds):
        if letters == "ɾ" and n and not _is_vowel(sounds[n - 1][0]):
            letters = "r"  # tapped, but beside a consonant as far from a d as any r
        closes = n + 1 == len(sounds) or not _is_vowel(sounds[n + 1][0])
        before = found[-1][0] if found else ""
        if letters in _GLIDES and closes and len(before) == 1 and before in _GLIDING_FROM:
            found[-1] = (before + _GLIDES[letters], "")
        else:
            found.append((letters, marks))
    return found


def _is_vowel(letters: str) -> bool:
    return segments()[letters[0]].vowel == 1


@cache
def _choices(letters: str, marks: str, may_go: bool) -> _Choices:
    """What may stand for a sound, the nearest first; `may_go`: the word has another vowel."""
    if letters in _SEQUENCES:
        return _few([(_ONE_OF_TWO * n, phones) for n, phones in enumerate(_SEQUENCES[letters])])
    choices = list(_nearest(letters, marks))
    if SYLLABIC in marks and not _is_vowel(letters):
        if segments()[letters].rhotic:
            return ((0.0, "ER"),)
        choices = [(far, f"AH {phone}") for far, phone in choices]
    if NASAL in marks:
        choices += [(far + _NASAL_HEARD, f"{phone} N") for far, phone in choices]
    if PALATAL in marks and _nearest(letters, "")[0][1] not in _PALATAL_ALREADY:
        choices += [(far + _GLIDE_HEARD, f"{phone} Y") for far, phone in choices]
    if letters == "ə" and may_go:
        choices.append((_NO_SCHWA, ""))
    return _few(choices)


def _few(choices: list[tuple[float, str]]) -> _Choices:
    choices.sort(key=lambda choice: choice[0])
    return tuple((far, phones) for far, phones in choices if far <= _UNSURE)[:_CHOICES]


@cache
def _nearest(letters: str, marks: str) -> _Choices:
    beginning, end = _phases(letters, marks)
    far = {
        phone: (distance(beginning, first) + distance(end, last)) / 2
        for phone, (first, last) in _phones().items()
    }
    for also, (phone, penalty) in _ALSO.items():
        if letters == also.rstrip(LONG) and (LONG in marks or LONG not in also):
            far[phone] = min(far[phone], penalty)
    least = min(far.values())
    ranked = sorted((value - least, phone) for phone, value in far.items())
    # A sound that English has is sure; the farther off the nearest is, the more are as near.
    return tuple((value, phone) for value, phone in ranked if value <= least + _SLACK)


def _phases(letters: str, marks: str) -> tuple[Features, Features]:
    """How a sound begins and ends."""
    table = segments()
    first, last = (letters, letters) if letters in table else (letters[0], letters[-1])
    both = table[first], table[last]
    if LONG in marks or (len(letters) == 2 and letters not in table):
        return both[0].lengthened(), both[1].lengthened()
    return both


@cache
def _phones() -> dict[str, tuple[Features, Features]]:
    found = {}
    for phone, letters in chain(_CONSONANTS.items(), _VOWELS.items()):
        marks = LONG if letters.endswith(LONG) else ""
        first, last = _phases(letters.rstrip(LONG), marks)
        if phone in _VOWELS and not marks:
            first, last = first.shortened(), last.shortened()
        found[phone] = first, last
    return found
