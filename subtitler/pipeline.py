"""From a video and its page to cues: the way through the house, once, for every command.

page -> sentences -> timed words -> cues -> (sentences again ->) translated cues
"""

from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from subtitler.alignment.aligner import align
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


@dataclass(frozen=True, slots=True)
class Aligned:
    """A recording and its transcript with every word that was found timed."""

    recording: Recording
    language: Language
    transcript: Transcript
    words: list[Word]

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
        runs: list[tuple[int, str]] = []
        time = 0
        for (sentence, heard), row in groupby(
            self.words, key=lambda word: (word.sentence, word.end is not None)
        ):
            words = list(row)
            if heard:
                time = words[-1].end or time
            elif sentence not in absent:
                runs.append((time, " ".join(word.text for word in words)))
        return runs

    @property
    def share_found(self) -> float:
        """The share of the transcript's words that were found in the audio, 0 to 1."""
        return sum(word.start is not None for word in self.words) / len(self.words)

    @property
    def is_doubtful(self) -> bool:
        """Whether less than half of the transcript was found in the audio."""
        return self.share_found < _ENOUGH

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
) -> Aligned:
    """Find the transcript's words in the sound of the video.

    The two callbacks are told (done, total) in ms of the recording.
    Raises SubtitlerError if the video cannot be used, or none of the text is spoken in it.
    """
    recording = read_recording(video, reading)
    try:
        words = align(transcript.sentences, recording.samples, language.code, hearing)
    except BrokenExecutor:
        raise SubtitlerError(
            "A part of the recogniser was ended from outside, most likely for want of memory:"
            " close other programs and try again."
        ) from None
    aligned = Aligned(recording, language, transcript, words)
    if aligned.share_found < _CHANCE:
        raise SubtitlerError(
            f"Hardly a word of the transcript is spoken in “{video}”: check that the text belongs"
            f" to this recording and is in the language that is spoken ({language.name} was"
            " expected; another can be named with --from)."
        )
    if len(aligned.missing) == len(transcript.sentences):
        raise SubtitlerError(
            f"Only {aligned.share_found:.0%} of the words of the transcript were found in “{video}”"
            " and of no sentence more than half, too little for subtitles: check that the text"
            f" says what is said there, in {language.name}."
        )
    return aligned
