"""The language model: a proper ARPA file whose probabilities are probabilities."""

import math
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subtitler.alignment.language_model import arpa

SPEECH = "we thank you and we thank them and you thank us for all that we do and you do".split()


class Model:
    """An ARPA file, read by the book (its format is described in SRILM's ngram-format(5))."""

    def __init__(self, text: str) -> None:
        self.probability: dict[tuple[str, ...], float] = {}
        self.backoff: dict[tuple[str, ...], float] = {}
        self.counts: dict[int, int] = {}
        order = 0
        for line in text.splitlines():
            if line.startswith("ngram "):
                n, count = line[len("ngram ") :].split("=")
                self.counts[int(n)] = int(count)
            elif line.endswith("-grams:"):
                order = int(line[1 : line.index("-")])
            elif order and line and not line.startswith("\\"):
                log, *rest = line.split()
                ngram = tuple(rest[:order])
                self.probability[ngram] = 10 ** float(log)
                self.backoff[ngram] = 10 ** float(rest[order]) if len(rest) > order else 1.0

    def of(self, word: str, history: tuple[str, ...]) -> float:
        """The probability of `word` after `history`, by backoff where the two were not seen."""
        known = self.probability.get((*history, word))
        if known is not None or not history:
            return known or 0.0
        return self.backoff.get(history, 1.0) * self.of(word, history[1:])

    def total(self, history: tuple[str, ...]) -> float:
        words = [ngram[0] for ngram in self.probability if len(ngram) == 1]
        return sum(self.of(word, history) for word in words if word != "<s>")

    def histories(self) -> list[tuple[str, ...]]:
        # Nothing follows the end of a sentence.
        return [(), *(n for n in self.probability if len(n) < 3 and n[-1] != "</s>")]


def test_the_header_counts_what_follows() -> None:
    model = Model(arpa(SPEECH))
    for order in (1, 2, 3):
        assert model.counts[order] == sum(len(ngram) == order for ngram in model.probability)


@pytest.mark.parametrize("words", [SPEECH, ["w0"], ["w0", "w1"], ["w0"] * 50, [*"abcab"]])
def test_the_probabilities_after_each_history_sum_to_one(words: list[str]) -> None:
    check_sums(words)


@settings(max_examples=50)
@given(st.lists(st.sampled_from([f"w{n}" for n in range(8)]), min_size=1, max_size=40))
def test_the_probabilities_of_any_transcript_sum_to_one(words: list[str]) -> None:
    check_sums(words)


def test_the_probabilities_of_a_long_transcript_sum_to_one() -> None:
    rng = random.Random(0)
    check_sums([f"w{int(rng.paretovariate(0.5)) % 500}" for _ in range(3000)])


def check_sums(words: list[str]) -> None:
    model = Model(arpa(words))
    assert all(0 <= p <= 1 for p in model.probability.values())
    # The unigrams leave a little to <s>, which never comes, and give </s> a little more.
    kinds = model.counts[1]
    assert 1 - 0.5 / kinds - 0.001 <= model.total(()) <= 1.021
    for history in model.histories()[1:]:
        assert model.total(history) == pytest.approx(1, abs=0.03)


def test_the_word_that_follows_in_the_transcript_is_almost_certain() -> None:
    model = Model(arpa(SPEECH))
    assert model.of("that", ("for", "all")) > 0.9
    # Of three words that follow "and", two are "you".
    assert model.of("you", ("and",)) > model.of("we", ("and",)) > model.of("for", ("and",)) > 0


def test_any_word_can_follow_any_other() -> None:
    model = Model(arpa(SPEECH))
    for word in {*SPEECH, "</s>"}:
        for history in model.histories():
            assert model.of(word, history) > 0


def test_pocketsphinx_reads_it_the_same_way(tmp_path: Path) -> None:
    from pocketsphinx import Config, LogMath, NGramModel

    path = tmp_path / "words.arpa"
    path.write_text(arpa(SPEECH), encoding="utf-8")
    log = LogMath()
    read = NGramModel(Config(loglevel="FATAL"), log, str(path))
    assert read.size() == 3
    model = Model(arpa(SPEECH))
    for word, *history in (("we",), ("thank", "we"), ("you", "thank", "we"), ("for", "you", "do")):
        expected = model.of(word, tuple(reversed(history)))
        assert math.log(log.exp(read.prob([word, *history]))) == pytest.approx(
            math.log(expected), abs=0.01
        )
