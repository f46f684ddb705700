"""Subtitles in one language -> subtitles in another: the whole way through this room."""

from collections.abc import Sequence
from dataclasses import dataclass

from subtitler.data import Cue, Progress
from subtitler.languages import Language
from subtitler.rules import NETFLIX, Rules, clock
from subtitler.subtitles import without_overlaps
from subtitler.translation.layout import Setting, TranslatedTurn, lay_out
from subtitler.translation.sentences import Turn, find_turns
from subtitler.translation.translator import Translation, Translator

_CLOSING_BRACKETS = ("]", ")")


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence whose translation cannot be right.

    `cue` is the number (from 1) of the translated cue where it begins or stands, `time` its
    in-time in milliseconds, `source` the sentence, `reason` completes "the translation ...".
    """

    cue: int
    time: int
    source: str
    reason: str

    @property
    def message(self) -> str:
        """The problem in one plain sentence."""
        return (
            f"Cue {self.cue} at {clock(self.time)}: the translation of “{self.source}” "
            f"{self.reason}."
        )


@dataclass(frozen=True, slots=True)
class TranslatedFile:
    """The cues of a translated file, and what is wrong with their text.

    What is wrong with their lines and times `rules.check` says.
    """

    cues: list[Cue]
    problems: list[Problem]


def translate_files(
    files: Sequence[Sequence[Cue]],
    source: Language,
    target: Language,
    translator: Translator,
    frame_rate: float = 25.0,
    rules: Rules = NETFLIX,
    media_end: int | None = None,
    progress: Progress | None = None,
) -> list[TranslatedFile]:
    """Translate the cues of several files, the sentences of each in one batch.

    `frame_rate` is in frames a second, `media_end` in milliseconds where all files belong to one
    video; `progress` is called with the sentences done and the sentences there are. A sentence
    for which nothing at all came out keeps its source text, and is among the problems.

    Raises:
        SubtitlerError: there is no package for these languages, it cannot be loaded, or the two
            are the same.
    """
    ordered = [without_overlaps(cues) for cues in files]
    turns = [find_turns(cues, source) for cues in ordered]
    answers = iter(_translated(turns, source, target, translator, progress))
    setting = Setting(target, frame_rate, rules, media_end)
    result: list[TranslatedFile] = []
    for cues, file in zip(ordered, turns, strict=True):
        translated: list[TranslatedTurn] = []
        found: list[tuple[int, str, str]] = []
        for turn in file:
            texts = []
            for i in _indices(turn):
                answer = next(answers)
                texts.append(_answer(turn, i, answer))
                if answer.problem is not None:
                    time = cues[turn.sentences[i].shares[0].cue].start
                    found.append((time, turn.sentences[i].text, answer.problem))
            translated.append(TranslatedTurn(turn, tuple(texts)))
        made = lay_out(cues, translated, setting)
        result.append(TranslatedFile(made, [_located(made, *problem) for problem in found]))
    return result


def _translated(
    files: Sequence[Sequence[Turn]],
    source: Language,
    target: Language,
    translator: Translator,
    progress: Progress | None,
) -> list[Translation]:
    """The translations of all sentences of all files, in order.

    Each file is a batch of its own: the scores of an 8-bit model change a little with the company
    of a sentence, and a file has to come out the same alone and among others.
    """
    asked = [[_question(turn, i) for turn in file for i in _indices(turn)] for file in files]
    total = sum(map(len, asked))
    answers: list[Translation] = []
    for questions in asked:
        before = len(answers)

        def tell(done: int, _of_file: int, before: int = before) -> None:
            if progress is not None:
                progress(before + done, total)

        answers += translator.translate(questions, source, target, tell)
    return answers


def translate_cues(
    cues: Sequence[Cue],
    source: Language,
    target: Language,
    translator: Translator,
    frame_rate: float = 25.0,
    rules: Rules = NETFLIX,
    media_end: int | None = None,
    progress: Progress | None = None,
) -> tuple[list[Cue], list[Problem]]:
    """Translate the cues of one file: see `translate_files`.

    Raises:
        SubtitlerError: as `translate_files`.
    """
    [file] = translate_files(
        [cues], source, target, translator, frame_rate, rules, media_end, progress
    )
    return file.cues, file.problems


def _indices(turn: Turn) -> range:
    return range(len(turn.sentences))


def _question(turn: Turn, i: int) -> str:
    text = turn.sentences[i].text
    if turn.after in _CLOSING_BRACKETS and text.isupper():
        return text.capitalize()  # models know applause, not APPLAUSE
    return text


def _answer(turn: Turn, i: int, answer: Translation) -> str:
    source, text = turn.sentences[i].text, answer.text
    if not text:
        return source
    if turn.after in _CLOSING_BRACKETS:
        if source[-1:].isalnum():
            text = text.rstrip(".")
        if source.isupper():
            return text.upper()
        if source[:1].islower():
            return text[:1].lower() + text[1:]
    return text


def _located(cues: Sequence[Cue], time: int, source: str, reason: str) -> Problem:
    number = max((i for i, cue in enumerate(cues) if cue.start <= time), default=0)
    return Problem(number + 1, cues[number].start, source, reason)
