"""Sentences in one language -> the same sentences in another: routes, engines, guards, scripts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from subtitler.data import Progress
from subtitler.languages import Language
from subtitler.translation.catalogue import BUILT_IN, OPUS_MT
from subtitler.translation.engine import Decoding, Engine
from subtitler.translation.guards import (
    COPY,
    EMPTY,
    LACKS,
    REPEATS,
    SHORT,
    problem_of,
    with_right_number,
    without_loops,
)
from subtitler.translation.packages import PROJECT, Package, find_route, list_packages
from subtitler.translation.script import in_script

# How what looks wrong is decoded again: a wider search, no phrase of four pieces twice, and a
# price on every piece that stands there already. Of its hypotheses the first sound one is taken.
SECOND_TRY = Decoding(beam_size=8, num_hypotheses=8, repetition_penalty=1.2, no_repeat_ngram_size=4)


@dataclass(frozen=True, slots=True)
class Translation:
    """A translated sentence, and what still looks wrong with it.

    `problem` completes "the translation ..." ("repeats itself"); None where nothing does.
    """

    text: str
    problem: str | None = None


class Translator:
    """Translates with the Argos packages at hand; each package is loaded once, when first needed.

    `models_dir` is the folder of `--models`, None without it.

    Raises:
        SubtitlerError: as `list_packages`.
    """

    def __init__(self, models_dir: Path | None = None) -> None:
        self.packages = list_packages(models_dir)
        self._engines: dict[Path, Engine] = {}

    def check(self, source: Language, target: Language) -> None:
        """Say early, before the long work, that a translation is not to be had.

        Raises:
            SubtitlerError: as `translate`, except for what only loading a package shows.
        """
        find_route(self.packages, source, target)

    def route(self, source: Language, target: Language) -> list[Package]:
        """The packages that translate, in their order; none for Serbian in other letters.

        Raises:
            SubtitlerError: as `check`.
        """
        return find_route(self.packages, source, target)

    def better_than_starter(self, source: Language, target: Language) -> list[str]:
        """The pairs ("en-sr") for which a better package than the project's is to be had.

        Nothing where the project's are not used. No network is asked, so only the packages that
        the program knows by itself are among them.

        Raises:
            SubtitlerError: as `check`.
        """
        starters = [p.pair for p in self.route(source, target) if p.place == PROJECT]
        known = {offer.pair for offer in (*BUILT_IN, *OPUS_MT)}
        return [pair for pair in starters if pair in known]

    def translate(
        self,
        sentences: Sequence[str],
        source: Language,
        target: Language,
        progress: Progress | None = None,
    ) -> list[Translation]:
        """The translation of each sentence, directly or by way of English.

        What has no letters is copied; what recurs is translated once. `progress` is called with
        the sentences done and the sentences there are.

        Raises:
            SubtitlerError: there is no package for it, it cannot be loaded, or `source` and
                `target` are the same language.
        """
        route = find_route(self.packages, source, target)
        unique = [text for text in dict.fromkeys(sentences) if any(map(str.isalpha, text))]
        done = {text: Translation(text) for text in sentences}
        for leg, package in enumerate(route):
            last = leg + 1 == len(route)
            languages = (
                source if leg == 0 else Language(package.from_code),
                target if last else Language(package.to_code),
            )
            results = self._leg(
                package,
                [done[text].text for text in unique],
                languages,
                _part(progress, leg, len(route), len(unique)),
            )
            for text, result in zip(unique, results, strict=True):
                # The first thing that went wrong explains the rest.
                done[text] = Translation(result.text, done[text].problem or result.problem)
        return [
            Translation(in_script(_begun(text, done[text].text), target), done[text].problem)
            for text in sentences
        ]

    def _leg(
        self,
        package: Package,
        sentences: Sequence[str],
        languages: tuple[Language, Language],
        progress: Progress | None,
    ) -> list[Translation]:
        if not sentences:
            return []
        engine = self._engine(package)
        results = []
        for source, hypotheses in zip(
            sentences, engine.translate(sentences, progress=progress), strict=True
        ):
            text = hypotheses[0]
            results.append(Translation(text, problem_of(source, text, languages)))

        again = [i for i, result in enumerate(results) if result.problem]
        retried = engine.translate([sentences[i] for i in again], SECOND_TRY)
        for i, hypotheses in zip(again, retried, strict=True):
            results[i] = _better(sentences[i], results[i], hypotheses, languages)
        return results

    def _engine(self, package: Package) -> Engine:
        if package.path not in self._engines:
            self._engines[package.path] = Engine(package)
        return self._engines[package.path]


def _begun(source: str, text: str) -> str:
    """The text with a capital where the source begins with one: small models forget it."""
    first = next(filter(str.isalpha, source), "")
    at = next((i for i, letter in enumerate(text) if letter.isalnum()), None)
    # iPhone and eBay begin as they like.
    if at is None or not first.isupper() or text[at + 1 : at + 2].isupper():
        return text
    return text[:at] + text[at].title() + text[at + 1 :]


def _better(
    source: str,
    first: Translation,
    hypotheses: Sequence[str],
    languages: tuple[Language, Language],
) -> Translation:
    """The first sound hypothesis, else one that is bad in a lesser way than the first try."""
    tried = [Translation(text, problem_of(source, text, languages)) for text in hypotheses]
    best = min([first, *tried], key=lambda translation: _badness(translation.problem))
    if best.problem and best.problem.startswith(LACKS):
        text = with_right_number(source, best.text)
        return Translation(text, problem_of(source, text, languages))
    if best.problem == REPEATS:
        return Translation(without_loops(best.text, source), best.problem)
    return best


def _badness(problem: str | None) -> int:
    if problem is None:
        return 0
    # A sentence without its number still says something, a copy can be read, a loop cannot.
    order = (LACKS, SHORT, COPY, REPEATS, EMPTY)
    return 1 + next(i for i, start in enumerate(order) if problem.startswith(start))


def _part(progress: Progress | None, leg: int, legs: int, count: int) -> Progress | None:
    """Progress of one of several packages as progress of the whole."""
    if progress is None:
        return None
    return lambda done, _total: progress((leg * count + done) // legs, count)
