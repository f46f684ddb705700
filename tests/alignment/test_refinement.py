"""Rough times, made exact by the recogniser."""

from collections.abc import Iterator

import pytest

from subtitler.alignment.pronunciation import dictionary, spoken_form
from subtitler.alignment.recogniser import Recogniser, recogniser
from subtitler.alignment.refinement import refine
from subtitler.alignment.spots import LIKELY, Spot, Spots, Text, placed

from .conftest import Clip, SampleSpeech

NEAR = 80  # ms
LENGTH = 6000  # ms


@pytest.fixture(scope="module")
def clip(sample: SampleSpeech) -> Clip:
    """ "Leaving 93 of them injured, some seriously." "This is totally unacceptable." """
    return sample.clip(28_000, 28_000 + LENGTH)


@pytest.fixture(scope="module")
def text(clip: Clip) -> Text:
    words = [(n, spoken_form(w)) for n, s in enumerate(clip.sentences) for w in s.text.split()]
    return Text([form for _, form in words], [n for n, _ in words], [400 for _ in words])


@pytest.fixture(scope="module")
def ear(clip: Clip, text: Text) -> Iterator[Recogniser]:
    with recogniser(clip.samples, dictionary(text.keys, "en"), text.keys) as made:
        yield made


@pytest.fixture(scope="module")
def exact(ear: Recogniser, text: Text) -> Spots:
    (heard,) = ear.hear([(0, LENGTH)])
    assert [word.key for word in heard] == text.keys
    return [Spot(word.start, word.end, LIKELY, word.score) for word in heard]


def test_words_move_to_where_they_are_said(
    ear: Recogniser, text: Text, clip: Clip, exact: Spots
) -> None:
    """The first word of a sentence begins in the pause before it, the others are 0.15 s late."""
    spots: Spots = [Spot(s.start + 150, s.end + 150, LIKELY, 0.0) for s in map(placed, exact)]
    for n, (start, _) in enumerate(clip.times):
        first = text.sentences.index(n)
        spots[first] = Spot(max(0, start - 700), placed(spots[first]).end, LIKELY, 0.0)
    refine(text, ear, spots, LENGTH)
    for n, (start, _) in enumerate(clip.times):
        assert placed(spots[text.sentences.index(n)]).start == pytest.approx(start, abs=NEAR)
    for spot, truth in zip(map(placed, spots), map(placed, exact), strict=True):
        assert spot.start == pytest.approx(truth.start, abs=NEAR)
        assert spot.score < 0


def test_a_word_that_is_found_far_away_stays(ear: Recogniser, text: Text, exact: Spots) -> None:
    spots: Spots = [None] * len(exact)
    spots[0] = Spot(4800, 5100, LIKELY, 0.0)  # "Leaving", said 4 s before
    refine(text, ear, spots, LENGTH)
    assert spots[1:] == [None] * (len(exact) - 1)
    assert placed(spots[0]).start == pytest.approx(4800, abs=600)


def test_nothing_to_refine(ear: Recogniser, text: Text) -> None:
    spots: Spots = [None] * len(text.keys)
    refine(text, ear, spots, LENGTH)
    assert spots == [None] * len(text.keys)
