"""The cases of benchmarks/alignment.py: each a recording, a transcript and the truth about it.

What each of them is for stands in its docstring, whose first line the table's README repeats.
Recordings lie in `../shared/speech` (real speech) and `build/voices` (made by voices.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from subtitler.data import SAMPLE_RATE, Sentence
from subtitler.errors import SubtitlerError
from subtitler.media import read_recording
from subtitler.transcript import parse_transcript, read_transcript

ROOT = Path(__file__).resolve().parent.parent
SPEECH = ROOT.parent / "shared/speech"
VOICES = ROOT / "build/voices"
SAMPLE = ROOT / "samples/nato-2023-09-07"

NUMBERS = {
    "fourteen fifty-five": "1455",
    "fourteen sixty-two": "1462",
    "fourteen sixty-five": "1465",
}
# The reader's clips were cut by energy. One begins with a click of his mouth, 25 ms long and 30 dB
# below the voice that follows it after 120 ms of silence: ms of the click -> of the voice.
VOICED = {164047: 164190}
LANGUAGES = ("ar", "de", "el", "es", "fr", "it", "mk", "ru", "sq", "sr", "tr", "uk")

Samples = NDArray[np.int16]


@dataclass(frozen=True)
class Clause:
    """Words of the transcript and when they are spoken, in ms of the recording."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Case:
    """A recording, its transcript in the language `language`, and the truth about it.

    `truth` has the clauses that are spoken, in the order of the transcript; words of the transcript
    outside of them are not spoken. `watched` are words of which the table says whether each was
    found.
    """

    samples: Samples
    sentences: Sequence[Sentence]
    truth: Sequence[Clause]
    language: str = "en"
    watched: tuple[str, ...] = ()


# --- One speaker, all of the transcript spoken ----------------------------------------------------


def sample() -> Case:
    """The project's sample: its page has none of the words of the guest who follows."""
    recording = read_recording(SAMPLE.with_suffix(".mp4"))
    sentences = read_transcript(SAMPLE.with_suffix(".txt")).sentences
    return Case(recording.samples, sentences, read_truth(SAMPLE.with_suffix(".truth.json")))


def reader() -> Case:
    """A reader of English, alone: 222 s, 32 clauses."""
    truth = read_truth(SPEECH / "reader.truth.json")
    return Case(
        read_recording(SPEECH / "reader.flac").samples,
        parse_transcript((SPEECH / "reader.txt").read_text(encoding="utf-8")).sentences,
        [replace(c, start=VOICED.get(c.start, c.start)) for c in truth],
    )


def digits() -> Case:
    """The reader with the years of the text written as digits, as a page has them."""
    case = reader()
    return replace(
        case,
        sentences=[replace(s, text=_with_digits(s.text)) for s in case.sentences],
        truth=[replace(c, text=_with_digits(c.text)) for c in case.truth],
        watched=tuple(NUMBERS.values()),
    )


def spelled() -> Case:
    """A synthetic speaker with dates, decimals, percentages, acronyms, titles, a URL, repeats."""
    return replace(voice("en"), watched=("2021", "3.5", "12%", "OSCE", "250", "www.example.org."))


# --- The transcript covers a part -----------------------------------------------------------------


def buried() -> Case:
    """The reader between 60 s of other people's speech on each side (four languages)."""
    case = reader()
    before = [_excerpt(SPEECH / name, 30) for name in ("corrupted.wav", "sonnet.de.mp3")]
    after = [_excerpt(SPEECH / name, 30) for name in ("interview.fr.m4a", "sonnet.es.mp3")]
    return _shifted(case, np.concatenate(before), np.concatenate(after))


def first_half() -> Case:
    """The reader, of whom only the first half was written down."""
    case = reader()
    return _of_clauses(case, case.truth[: len(case.truth) // 2])


def answers() -> Case:
    """The reader's clauses as the answers of an interview whose questions nobody wrote down."""
    case, other = reader(), voice("en")
    pieces, truth, at = [], [], 0
    for n, clause in enumerate(case.truth):
        question = other.truth[n % len(other.truth)]
        if n % 3 == 0:
            pieces += [_cut(other.samples, question), np.zeros(SAMPLE_RATE // 3, np.int16)]
            at += sum(map(len, pieces[-2:]))
        piece = _cut(case.samples, clause)
        truth.append(_clause_at(clause, at))
        pause = np.zeros(SAMPLE_RATE // 5, np.int16)
        pieces += [piece, pause]
        at += len(piece) + len(pause)
    return replace(case, samples=_over_room(np.concatenate(pieces)), truth=truth)


def hour() -> Case:
    """The reader after 35 minutes of a conference of one hour, in which others speak."""
    case = reader()
    others = [
        *(read_recording(SPEECH / name).samples for name in ("sonnet.de.mp3", "sonnet.es.mp3")),
        read_recording(SPEECH / "interview.fr.m4a").samples,
        read_recording(SPEECH / "corrupted.wav").samples,
        read_recording(SAMPLE.with_suffix(".mp4")).samples,
    ]
    crowd = np.resize(np.concatenate(others), 3600 * SAMPLE_RATE - len(case.samples))
    return _shifted(case, crowd[: 2100 * SAMPLE_RATE], crowd[2100 * SAMPLE_RATE :])


# --- The transcript is not what was said ----------------------------------------------------------


def edited() -> Case:
    """The reader; the editor left clauses out, added sentences, and changed every tenth word."""
    case, other = reader(), voice("en")
    kept = [c for n, c in enumerate(case.truth) if n % 5 != 3]
    texts, truth = [], []
    words = 0
    for n, clause in enumerate(kept):
        first, *inner, last = clause.text.split()
        changed = [first]
        for word in inner:  # where a clause begins and ends must stay known
            words += 1
            changed.append("perhaps" if words % 10 == 5 else word)
        changed.append(last)
        truth.append(replace(clause, text=" ".join(changed)))
        texts.append(truth[-1].text)
        if n % 4 == 2:
            texts.append(other.truth[n % len(other.truth)].text)
    return replace(case, sentences=[Sentence(text) for text in texts], truth=truth)


def cut() -> Case:
    """The reader; a paragraph of the transcript was cut from the video, and the other way round."""
    case = reader()
    gone, unwritten = case.truth[8:14], case.truth[20:25]
    first, last = gone[0].start * SAMPLE_RATE // 1000, gone[-1].end * SAMPLE_RATE // 1000
    later = gone[-1].end - gone[0].start
    samples = np.concatenate([case.samples[:first], case.samples[last:]])
    written = [c for c in case.truth if c not in unwritten]
    truth = [
        replace(c, start=c.start - later, end=c.end - later) if c.start > gone[0].start else c
        for c in written
        if c not in gone
    ]
    return replace(
        case, samples=samples, sentences=[Sentence(c.text) for c in written], truth=truth
    )


def replaced() -> Case:
    """The reader; where he says five clauses, the transcript has as many that nobody says."""
    case, other = reader(), voice("en")
    gone = case.truth[10:15]
    texts = [c.text for c in case.truth]
    texts[10:15] = [c.text for c in other.truth[1:6]]
    truth = [c for c in case.truth if c not in gone]
    return replace(case, sentences=[Sentence(text) for text in texts], truth=truth)


def fillers() -> Case:
    """The reader, who hesitates: half-words that are not written stand inside of his clauses."""
    case = reader()
    pieces, truth, at = [], [], 0
    for n, clause in enumerate(case.truth):
        piece = _cut(case.samples, clause)
        start = at
        if n % 3 == 1:  # the first 0.4 s of what follows is said twice, with a breath between
            false_start = piece[: SAMPLE_RATE * 2 // 5]
            pieces += [false_start, np.zeros(SAMPLE_RATE // 3, np.int16)]
            at += sum(map(len, pieces[-2:]))
            start = at
        pieces += [piece, np.zeros(SAMPLE_RATE // 6, np.int16)]
        at += sum(map(len, pieces[-2:]))
        truth.append(
            replace(
                clause,
                start=start * 1000 // SAMPLE_RATE,
                end=(start + len(piece)) * 1000 // SAMPLE_RATE,
            )
        )
    return replace(case, samples=_over_room(np.concatenate(pieces)), truth=truth)


def reordered() -> Case:
    """The reader; the editor moved a paragraph of three clauses to the end."""
    case = reader()
    moved = case.truth[4:7]
    rest = [c for c in case.truth if c not in moved]
    sentences = [Sentence(c.text) for c in (*rest, *moved)]
    return replace(case, sentences=sentences, truth=rest)


def repeats() -> Case:
    """The reader's clauses with one thanks, said in the same words, after every third of them."""
    case, other = reader(), voice("en")
    thanks = next(c for c in other.truth if c.text == "Thank you very much.")
    pieces, truth, at = [], [], 0
    for n, clause in enumerate(case.truth):
        spoken = [(clause, _cut(case.samples, clause))]
        if n % 3 == 2:
            spoken.append((thanks, _cut(other.samples, thanks)))
        for said, piece in spoken:
            truth.append(_clause_at(said, at))
            pieces += [piece, np.zeros(SAMPLE_RATE // 3, np.int16)]
            at += sum(map(len, pieces[-2:]))
    sentences = [Sentence(c.text) for c in truth]
    return replace(
        case, samples=_over_room(np.concatenate(pieces)), sentences=sentences, truth=truth
    )


# --- Noise ----------------------------------------------------------------------------------------


def noise() -> Case:
    """The reader in white noise, 10 dB below the voice."""
    return _with(reader(), lambda s: add(s, _white(len(s)), 10))


def applause() -> Case:
    """The reader in a clapping crowd, 10 dB below the voice."""
    return _with(reader(), lambda s: add(s, _claps(len(s)), 10))


def music() -> Case:
    """The reader over chords of a piano, 10 dB below the voice."""
    return _with(reader(), lambda s: add(s, _chords(len(s)), 10))


def hall() -> Case:
    """The reader in a hall that takes 0.8 s to fall silent."""
    return _with(reader(), _in_hall)


def telephone() -> Case:
    """The reader on a telephone: 300 to 3,400 Hz, mu-law in 8 bits."""
    return _with(reader(), _by_telephone)


def quiet() -> Case:
    """The reader far too quiet: 40 dB lower, then rounded to 16 bits."""
    return _with(reader(), lambda s: s * 0.01)


def clipped() -> Case:
    """The reader far too loud: 18 dB over what the recording can hold."""
    return _with(reader(), lambda s: s * (8 * 32767 / np.abs(s).max()))


def interpreter() -> Case:
    """The reader, over whom somebody speaks German, 10 dB below."""
    return _with(reader(), lambda s: add(s, _loop(SPEECH / "sonnet.de.mp3", len(s)), 10))


# --- Other languages ------------------------------------------------------------------------------


def voice(language: str) -> Case:
    """A synthetic speaker of the language, 12 sentences (English: 18)."""
    truth = read_truth(VOICES / f"{language}.truth.json")
    samples = read_recording(VOICES / f"{language}.wav").samples
    return Case(samples, [Sentence(c.text) for c in truth], truth, language)


ENGLISH: Mapping[str, Callable[[], Case]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        sample, reader, digits, spelled, buried, first_half, answers, edited, cut, replaced,
        fillers,
        reordered, repeats, noise, applause, music, hall, telephone, quiet, clipped, interpreter,
    )
}  # fmt: skip
LONG: Mapping[str, Callable[[], Case]] = {"hour": hour}
OTHERS: Mapping[str, Callable[[], Case]] = {
    language: (lambda language=language: voice(language))  # type: ignore[misc]
    for language in LANGUAGES
}
CASES: Mapping[str, Callable[[], Case]] = {**ENGLISH, **LONG, **OTHERS}


def read_truth(path: Path) -> list[Clause]:
    """The clauses of a list of {"text", "start_ms", "end_ms"}.

    Raises SubtitlerError where there is no such file.
    """
    if not path.exists():
        raise SubtitlerError(f"there is no {path}")
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [Clause(row["text"], row["start_ms"], row["end_ms"]) for row in rows]


# --- Cutting and joining --------------------------------------------------------------------------


def _cut(samples: Samples, clause: Clause) -> Samples:
    """The sound of a clause, its ends faded over 5 ms so that the cut does not click."""
    start, end = (ms * SAMPLE_RATE // 1000 for ms in (clause.start, clause.end))
    piece = samples[start:end].astype(np.float64)
    fade = np.linspace(0, 1, SAMPLE_RATE // 200)
    piece[: len(fade)] *= fade
    piece[-len(fade) :] *= fade[::-1]
    return piece.astype(np.int16)


def _clause_at(clause: Clause, samples: int) -> Clause:
    start = samples * 1000 // SAMPLE_RATE
    return replace(clause, start=start, end=start + clause.end - clause.start)


def _of_clauses(case: Case, clauses: Sequence[Clause]) -> Case:
    return replace(case, sentences=[Sentence(c.text) for c in clauses], truth=clauses)


def _shifted(case: Case, before: Samples, after: Samples) -> Case:
    later = len(before) * 1000 // SAMPLE_RATE
    truth = [replace(c, start=c.start + later, end=c.end + later) for c in case.truth]
    return replace(case, samples=np.concatenate([before, case.samples, after]), truth=truth)


def _excerpt(path: Path, seconds: int) -> Samples:
    return _loop(path, seconds * SAMPLE_RATE)


def _loop(path: Path, length: int) -> Samples:
    samples = read_recording(path).samples
    return np.resize(samples, length)  # a recording a little shorter begins again


def _with_digits(text: str) -> str:
    for spelled_out, number in NUMBERS.items():
        text = text.replace(spelled_out, number)
    return text


# --- Sound ----------------------------------------------------------------------------------------


def _with(case: Case, change: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Case:
    samples = change(case.samples.astype(np.float64))
    return replace(case, samples=np.clip(np.round(samples), -32768, 32767).astype(np.int16))


def add(
    samples: NDArray[np.float64], other: NDArray[np.float64], decibels: float
) -> NDArray[np.float64]:
    """Another sound so far below the mean power of the whole; 3 dB of headroom."""
    power, others = np.mean(samples**2), np.mean(other.astype(np.float64) ** 2)
    return (samples + other * np.sqrt(power / others / 10 ** (decibels / 10))) * 0.7


def _over_room(samples: Samples) -> Samples:
    """With the hiss of a room under it, 58 dB below full scale, where silence was put in."""
    hiss = _white(len(samples)) * 10 ** (-58 / 20) * 32767
    return np.clip(samples + hiss, -32768, 32767).astype(np.int16)


def _white(length: int) -> NDArray[np.float64]:
    return np.random.default_rng(0).normal(0, 1, length)


def _claps(length: int) -> NDArray[np.float64]:
    """Thirty people, each with a pace of his own: bursts of noise that die within some ms."""
    rng = np.random.default_rng(1)
    crowd = np.zeros(length + SAMPLE_RATE)
    burst = np.exp(-np.arange(SAMPLE_RATE // 30) / (0.005 * SAMPLE_RATE))
    for _ in range(30):
        at = rng.uniform(0, 0.5)
        while at * SAMPLE_RATE < length:
            first = int(at * SAMPLE_RATE)
            crowd[first : first + len(burst)] += rng.normal(0, 1, len(burst)) * burst
            at += rng.normal(0.25, 0.03)
    return crowd[:length]


def _chords(length: int) -> NDArray[np.float64]:
    """A chord of three notes with six overtones each, struck anew every 0.8 s."""
    rng = np.random.default_rng(2)
    music = np.zeros(length + 2 * SAMPLE_RATE)
    t = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    for first in range(0, length, SAMPLE_RATE * 4 // 5):
        root = 110 * 2 ** (rng.choice([0, 3, 5, 7, 10]) / 12)
        for note in (root, root * 2 ** (4 / 12), root * 2 ** (7 / 12)):
            tone = sum(np.sin(2 * np.pi * note * k * t) / k for k in range(1, 7))
            music[first : first + len(t)] += tone * np.exp(-t * 2.5)
    return music[:length]


def _in_hall(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Convolved with noise that falls by 60 dB in 0.8 s, together as loud as the direct sound."""
    rng = np.random.default_rng(3)
    t = np.arange(int(0.8 * SAMPLE_RATE)) / SAMPLE_RATE
    tail = rng.normal(0, 1, len(t)) * 10 ** (-3 * t / 0.8)
    tail[: SAMPLE_RATE // 100] = 0
    tail /= np.sqrt(np.sum(tail**2))
    tail[0] = 1
    length = 1 << (len(samples) + len(tail)).bit_length()
    wet = np.fft.irfft(np.fft.rfft(samples, length) * np.fft.rfft(tail, length), length)
    return wet[: len(samples)] * 0.7


def _by_telephone(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    spectrum = np.fft.rfft(samples)
    frequencies = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    spectrum[(frequencies < 300) | (frequencies > 3400)] = 0
    narrow = np.fft.irfft(spectrum, len(samples)) / 32768
    coded = np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log1p(255)
    coded = np.round(coded * 127) / 127
    return np.sign(coded) * np.expm1(np.abs(coded) * np.log1p(255)) / 255 * 32768
