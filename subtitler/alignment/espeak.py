"""eSpeak NG in this process: the phones of any word in over a hundred languages.

The library and its data come inside the `espeakng-loader` wheel, so nothing of the system is used.
"""

import re
from functools import cache
from typing import Any

from subtitler.errors import SubtitlerError

# Where eSpeak NG names a language otherwise than by its two-letter code.
_VOICES = {"en": "en-us", "fr": "fr-fr", "zh": "cmn", "no": "nb"}

_VOWELS = "aɑeɛiɪoɔøœuʊyʏəɐɜ"


@cache
def _wrapper() -> Any:
    import espeakng_loader
    from phonemizer.backend.espeak.wrapper import EspeakWrapper

    EspeakWrapper.set_library(espeakng_loader.get_library_path())
    EspeakWrapper.set_data_path(espeakng_loader.get_data_path())
    return EspeakWrapper()


@cache
def _voices() -> frozenset[str]:
    return frozenset(voice.language for voice in _wrapper().available_voices())


def voice_for(language: str) -> str:
    """The eSpeak NG voice that reads `language`, a two-letter code or a voice's own name.

    Raises SubtitlerError for a language that eSpeak NG does not speak.
    """
    voice = _VOICES.get(language, language)
    if voice not in _voices():
        raise SubtitlerError(
            f"eSpeak NG has no voice for the language '{language}', so its words cannot be found "
            "in the audio; name the language that is spoken with --from"
        )
    return voice


class Reader:
    """Reads words aloud, on paper: text in, IPA out (phonemes divided by "_", words by spaces)."""

    def __init__(self) -> None:
        self._voice = ""

    def ipa(self, text: str, voice: str) -> str:
        """The phonemes of `text` as `voice` (see `voice_for`) reads it; "" for silence."""
        wrapper = _wrapper()
        if voice != self._voice:
            wrapper.set_voice(voice)
            self._voice = voice
        # A word of another alphabet is read by another voice, between marks such as (en) and (fr).
        return re.sub(r"\([a-z-]+\)", "", wrapper.text_to_phonemes(text))


def accents(ipa: str, voice: str) -> list[str]:
    """The phonemes of a voice, preceded by those of the people where the voice has others.

    The German voice rolls its r; most who speak German make it in the throat or, behind a vowel, a
    vowel of it (Duden, Das Aussprachewörterbuch).  The vowel of the ending -er it writes as that of
    English "fur".
    """
    if voice != "de":
        return [ipa]
    voiced = ipa.replace("ɜ", "ɐ")
    spoken = re.sub(rf"([{_VOWELS}]ː?)_?[rɾ](?!_?[ˈˌ]?[{_VOWELS}])", r"\1_ɐ", voiced)
    return [re.sub("[rɾ]", "ʁ", spoken), voiced]
