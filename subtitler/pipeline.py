"""From a video and its page to cues: the way through the house, once, for every command.

page -> sentences -> timed words -> cues -> (sentences again ->) translated cues
"""

import logging
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from subtitler.alignment.aligner import align
from subtitler.alignment.whisper import Whisper, find_model
from subtitler.cues import make_cues, unplaced_sentences
from subtitler.data import Cue, Progress, Sentence, Word
from subtitler.errors import SubtitlerError
from subtitler.languages import Language, detect_language
from subtitler.media import Recording, read_recording
from subtitler.transcript import Transcript, read_transcript

# Of a transcript that was not spoken at all, a recogniser that knows nothing else still hears a
# few words by chance; under this share of it the text belongs to another recording.
_CHANCE = 0.08
# Under this share a person has to ask whether text and recording belong together.
_ENOUGH = 0.5

# The confidence of a start that was not heard, and that from which on nobody need listen.
_GUESS, _SURE_ENOUGH = 0.3, 0.8
# Words.  What the recogniser expects it hears: three sentences about the weather were found in a
# speech about something else.
_SHORT = 30

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ears:
    """Who listens first to the recording: "sphinx", the embedded recogniser, "whisper", or "auto".

    "auto" is the embedded recogniser, and Whisper too where that finds little and a model is at
    hand.  `whisper_model` is a folder or a name, "" for that of the environment; only with
    `allow_download` is a model fetched from the network.
    """

    aligner: str = "auto"
    whisper_model: str = ""
    allow_download: bool = False

    def check(self) -> None:
        """Raises SubtitlerError if Whisper was asked for, or a model named, and is not here."""
        if self.aligner == "whisper":
            find_model(self.whisper_model, self.allow_download)
        elif self.aligner == "auto" and self.whisper_model and not self.allow_download:
            find_model(self.whisper_model)

    def load(self) -> Whisper:
        """Raises SubtitlerError if there is no Whisper here."""
        return Whisper(find_model(self.whisper_model, self.allow_download))


@dataclass(frozen=True, slots=True)
class Aligned:
    """A recording and its transcript with every word that was found timed."""

    recording: Recording
    language: Language
    transcript: Transcript
    words: list[Word]
    is_by_whisper: bool = False  # rather than by the embedded recogniser
    whisper_listened: bool = False

    @property
    def missing(self) -> list[Sentence]:
        """The sentences that are not, or not surely, in the audio: they get no cue."""
        return [self.transcript.sentences[n] for n in unplaced_sentences(self.words)]

    @property
    def unheard(self) -> list[tuple[int, str]]:
        """Words that have a place in a cue but were not heard: when (ms), and which in a row.

        They stand where their sentence lets expect them; perhaps something else was said.
        """
        absent = set(unplaced_sentences(self.words))
        starts = self._starts()
        runs: list[tuple[int, str]] = []
        before = -1, 0  # a sentence, and when its last word that was heard ends
        for (sentence, heard), row in groupby(
            self.words, key=lambda word: (word.sentence, word.end is not None)
        ):
            words = list(row)
            if heard:
                before = sentence, words[-1].end or 0
            elif sentence not in absent:
                # The words that open a sentence stand before those of it that were heard.
                time = before[1] if before[0] == sentence else starts[sentence]
                runs.append((time, " ".join(word.text for word in words)))
        return runs

    @property
    def confidences(self) -> list[float]:
        """For each sentence how sure its times are, 0 to 1: those of its start, by how much of it
        was heard.  A start that was not heard is a guess; a sentence that was not found has 0.
        """
        sentences: list[list[Word]] = [[] for _ in self.transcript.sentences]
        for word in self.words:
            sentences[word.sentence].append(word)
        return [
            max(words[0].confidence, _GUESS * any(word.confidence for word in words))
            * sum(word.start is not None for word in words)
            / len(words)
            for words in sentences
        ]

    @property
    def unsure(self) -> list[tuple[int, str]]:
        """The sentences whose cue may come too early or too late: when (ms), and which."""
        absent = set(unplaced_sentences(self.words))
        starts = self._starts()
        return [
            (starts[n], self.transcript.sentences[n].text)
            for n, confidence in enumerate(self.confidences)
            if confidence < _SURE_ENOUGH and n not in absent
        ]

    def _starts(self) -> dict[int, int]:
        """When the first word that was heard of each sentence starts, in ms."""
        starts: dict[int, int] = {}
        for word in self.words:
            if word.start is not None:
                starts.setdefault(word.sentence, word.start)
        return starts

    @property
    def is_short(self) -> bool:
        """Whether the transcript is so short that chance could make all of it."""
        return len(self.words) < _SHORT

    @property
    def share_found(self) -> float:
        """The share of the transcript's words that were found in the audio, 0 to 1."""
        return sum(word.start is not None for word in self.words) / len(self.words)

    @property
    def is_doubtful(self) -> bool:
        """Whether less than half of the transcript was found in the audio."""
        return self.share_found < _ENOUGH

    @property
    def is_useless(self) -> bool:
        """Whether there is no sentence of which half was found."""
        return len(self.missing) == len(self.transcript.sentences)

    def cues(self) -> list[Cue]:
        """The subtitles in the spoken language."""
        return make_cues(
            self.words,
            [sentence.speaker for sentence in self.transcript.sentences],
            self.language.tag,
            self.recording.frame_rate,
            media_end=self.recording.duration,
        )


def read_page(
    page: Path, language: Language | None, all_text: bool = False
) -> tuple[Transcript, Language]:
    """The transcript and the language that it is spoken in, told or detected.

    Raises SubtitlerError if the page cannot be read or its language cannot be told.
    """
    transcript = read_transcript(page, language.code if language else "", all_text)
    if language is None:
        text = " ".join(sentence.text for sentence in transcript.sentences)
        language, _ = detect_language(text)
    return transcript, language


def align_recording(
    video: Path,
    transcript: Transcript,
    language: Language,
    reading: Progress = lambda done, total: None,
    hearing: Progress = lambda done, total: None,
    ears: Ears = Ears(),
    hearing_again: Progress = lambda done, total: None,
) -> Aligned:
    """Find the transcript's words in the sound of the video.

    The callbacks are told (done, total) in ms of the recording, the last one if Whisper listens
    after the embedded recogniser.
    Raises SubtitlerError if the video cannot be used, none of the text is spoken in it, or Whisper
    was asked for and is not here.
    """
    ears.check()
    recording = read_recording(video, reading)

    def heard(whisper: Whisper | None, progress: Progress) -> Aligned:
        words = _aligned(transcript, recording, language, progress, whisper)
        by_whisper = whisper is not None
        return Aligned(recording, language, transcript, words, by_whisper, by_whisper)

    if ears.aligner == "whisper":
        aligned = heard(ears.load(), hearing)
    else:
        aligned = heard(None, hearing)
        if ears.aligner == "auto" and (aligned.is_doubtful or aligned.is_useless):
            try:
                again = heard(ears.load(), hearing_again)
                best = max(aligned, again, key=lambda result: result.share_found)
                aligned = replace(best, whisper_listened=True)
            except SubtitlerError as error:
                if ears.whisper_model:  # most people have no Whisper, and need none
                    _logger.error("Whisper could not listen too: %s.", error)
    _refuse_useless(aligned, video)
    return aligned


def _aligned(
    transcript: Transcript,
    recording: Recording,
    language: Language,
    progress: Progress,
    whisper: Whisper | None,
) -> list[Word]:
    try:
        return align(transcript.sentences, recording.samples, language.code, progress, whisper)
    except BrokenExecutor:
        raise SubtitlerError(
            "A part of the recogniser was ended from outside, most likely for want of memory:"
            " close other programs and try again."
        ) from None


def _refuse_useless(aligned: Aligned, video: Path) -> None:
    language = aligned.language.name
    hint = "" if aligned.whisper_listened else "; Whisper may hear more (--aligner whisper)"
    if aligned.share_found < _CHANCE:
        raise SubtitlerError(
            f"Hardly a word of the transcript is spoken in “{video}”: check that the text belongs"
            f" to this recording and is in the language that is spoken ({language} was"
            f" expected; another can be named with --from){hint}."
        )
    if aligned.is_useless:
        raise SubtitlerError(
            f"Only {aligned.share_found:.0%} of the words of the transcript were found in “{video}”"
            " and of no sentence more than half, too little for subtitles: check that the text"
            f" says what is said there, in {language}{hint}."
        )
