"""The few data classes that pass between the rooms of the house.

One way through: page -> Sentence -> Word -> Cue -> SRT -> Sentence -> Cue -> SRT.
All times are integer milliseconds from the start of the media.
"""

from collections.abc import Callable
from dataclasses import dataclass

# Called in a long job with what is done and what there is to do, in one unit: ms or sentences.
Progress = Callable[[int, int], None]

# Samples a second of all sound, once it is read from a file: what the speech models are made for.
SAMPLE_RATE = 16_000


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the transcript as it is written, one space between its words.

    `speaker` is the label that stands before it in the page ("NATO Secretary General"), which is
    not spoken; "" where there is none. A label counts for all sentences up to the next label.
    """

    text: str
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence as it is written, with the punctuation that touches it.

    `sentence` is the index of its sentence; `" ".join` of a sentence's words is its text.
    `start` and `end` are both None where the word was not found in the audio, and `confidence`
    (0 to 1) is 0 there.
    """

    text: str
    sentence: int
    start: int | None = None
    end: int | None = None
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Cue:
    """A subtitle: what is shown from in-time `start` to out-time `end`, lines divided by \\n."""

    start: int
    end: int
    text: str
