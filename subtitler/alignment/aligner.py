"""Sentences and audio in, timed words out: the alignment from end to end.

The recogniser, which knows only the transcript's words, writes down what it hears in the whole
recording; long runs of words that stand in the transcript too are trusted; between them and at
their ends the missing words are looked for where they must be; and the envelope of the sound tells
where words at a pause really begin and end.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from subtitler.alignment.confidence import rate_starts
from subtitler.alignment.edges import SHORTEST, snap
from subtitler.alignment.energy import Envelope
from subtitler.alignment.gaps import look_closer, look_into_gaps
from subtitler.alignment.hearing import hear, listen_again
from subtitler.alignment.pronunciation import dictionary, spoken_form
from subtitler.alignment.recogniser import recogniser
from subtitler.alignment.refinement import refine
from subtitler.alignment.spots import LOOKED_FOR, Spots, Text, placed
from subtitler.alignment.whisper import Whisper, plain
from subtitler.data import SAMPLE_RATE, Progress, Sentence, Word
from subtitler.errors import SubtitlerError

_PHONE = 85  # ms that a phone takes at an ordinary pace

# Of a sentence of which less was found than this share, and no run of so many words, nothing was.
_LEAST_SHARE, _LEAST_RUN = 1 / 3, 4
# So few words do not belong to their sentence if the sound between is so many times longer than the
# text between, and this pause (ms).
_FEW, _SLOWEST, _LONGEST_PAUSE = 2, 2.0, 2000


def align(
    sentences: Sequence[Sentence],
    samples: NDArray[np.int16],
    language: str,
    progress: Progress = lambda done, total: None,
    whisper: Whisper | None = None,
) -> list[Word]:
    """Every word of the sentences, in order, with its times where it was found in the audio.

    `samples`: mono, 16,000 a second; `language`: a two-letter code that eSpeak NG knows;
    `progress(done, total)` is called with ms of audio heard; `whisper` listens in the place of the
    embedded recogniser, which then makes its times exact.  The times never go back or past the end
    of the audio, and the result is the same at every run and for any number of cores.

    Raises SubtitlerError if the audio is silent, or nobody here knows the language.
    """
    envelope = Envelope(samples)
    if envelope.is_silent:
        raise SubtitlerError(
            "the audio track is silent, so there is nothing to align; "
            "give a recording in which the text is spoken"
        )
    words = [
        Word(text, n) for n, sentence in enumerate(sentences) for text in sentence.text.split()
    ]
    pronunciations = dictionary([word.text for word in words], language)
    keys = {form: f"w{n}" for n, form in enumerate(pronunciations)}
    spoken = [n for n, word in enumerate(words) if spoken_form(word.text) in keys]
    if not spoken:
        raise SubtitlerError("the transcript holds no words that could be spoken")
    text = Text(
        keys=[keys[spoken_form(words[n].text)] for n in spoken],
        sentences=[words[n].sentence for n in spoken],
        lengths=[
            _PHONE * (pronunciations[spoken_form(words[n].text)][0].count(" ") + 1) for n in spoken
        ],
    )
    entries = {keys[form]: sounds for form, sounds in pronunciations.items()}
    duration = len(samples) * 1000 // SAMPLE_RATE
    with recogniser(samples, entries, text.keys) as ear:
        if whisper is None:
            spots = hear(text, ear, envelope, progress)
        else:
            listener = whisper.listener(samples, pronunciations, language)
            forms = [plain(spoken_form(words[n].text)) for n in spoken]
            spots = hear(replace(text, keys=forms), listener, envelope, progress)
            refine(text, ear, spots, duration)
        listen_again(text, ear, spots, envelope)
        look_into_gaps(text, ear, spots, duration)
        look_closer(text, ear, spots)
    _drop_misplaced(spots)
    _drop_lonely(text, spots)
    at_edge = snap(text, spots, envelope)
    for n, confidence in rate_starts(text, spots, at_edge, envelope).items():
        spots[n] = replace(placed(spots[n]), confidence=confidence)
    return _timed(words, spoken, spots, duration)


def _drop_misplaced(spots: Spots) -> None:
    """Takes back words that were looked for and now lie before or behind their neighbours.

    That comes about where a later window moved the trusted words around them.
    """
    order = [i for i, spot in enumerate(spots) if spot]
    for before, i, after in zip([None, *order], order, [*order[1:], None], strict=False):
        spot = placed(spots[i])
        early = before is not None and spots[before] and spot.start < placed(spots[before]).start
        late = after is not None and spot.start > placed(spots[after]).start
        if spot.confidence == LOOKED_FOR and (early or late):
            spots[i] = None


def _drop_lonely(text: Text, spots: Spots) -> None:
    """Takes back words that are far from the rest of their sentence, and the few words that were
    found of a sentence that was not spoken.

    Small words sound like anything; a sentence that is said is found for the most part.
    """
    for _, row in groupby(range(len(spots)), key=lambda i: text.sentences[i]):
        numbers = list(row)
        runs: list[list[int]] = []
        for i in (i for i in numbers if spots[i]):
            last = runs[-1][-1] if runs else -1
            pause = placed(spots[i]).start - placed(spots[last]).end if runs else 0
            if not runs or pause > _SLOWEST * sum(text.lengths[last + 1 : i]) + _LONGEST_PAUSE:
                runs.append([])
            runs[-1].append(i)
        longest = max(runs, key=len, default=[])
        for run in runs:
            if len(run) <= _FEW < len(longest):
                for i in run:
                    spots[i] = None
        found = [spots[i] is not None for i in numbers]
        rows = [len(list(same)) for is_found, same in groupby(found) if is_found]
        if sum(found) < _LEAST_SHARE * len(numbers) and max(rows, default=0) < _LEAST_RUN:
            for i in numbers:
                spots[i] = None


def _timed(words: Sequence[Word], spoken: Sequence[int], spots: Spots, duration: int) -> list[Word]:
    """The words with their times; what is not spoken (a lone dash) stands with its neighbour."""
    timed = list(words)
    latest = 0
    for n, spot in zip(spoken, spots, strict=True):
        if spot:
            start = min(max(spot.start, latest), duration)
            latest = min(max(spot.end, start + SHORTEST), duration)
            timed[n] = replace(words[n], start=start, end=latest, confidence=spot.confidence)
    silent = sorted(set(range(len(words))) - set(spoken))
    for n in silent:
        before = timed[n - 1] if n else None
        if before and before.sentence == words[n].sentence and before.end is not None:
            timed[n] = replace(before, text=words[n].text, start=before.end)
    for n in reversed(silent):  # what opens its sentence has nothing before it
        after = timed[n + 1] if n + 1 < len(words) else None
        if timed[n].start is None and after and after.sentence == words[n].sentence:
            timed[n] = replace(after, text=words[n].text, end=after.start)
    return timed
