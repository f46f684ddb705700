"""What is told of an alignment, for words whose times are given."""

from pathlib import Path

import numpy as np

from subtitler.data import Sentence, Word
from subtitler.languages import Language
from subtitler.media import Recording
from subtitler.pipeline import Aligned
from subtitler.transcript import Transcript


def aligned(*sentences: tuple[str, str]) -> Aligned:
    """Sentences, each with a mark a word: "x" heard, "-" not; a word takes 100 ms."""
    words = []
    time = 0
    for n, (text, marks) in enumerate(sentences):
        for word, mark in zip(text.split(), marks, strict=True):
            time += 100
            heard = mark == "x"
            words.append(Word(word, n, time, time + 100, 0.9) if heard else Word(word, n))
    recording = Recording(Path("talk.wav"), np.zeros(16, dtype=np.int16), 60_000, 25.0)
    transcript = Transcript(tuple(Sentence(text) for text, _ in sentences), ())
    return Aligned(recording, Language("en"), transcript, words)


def test_words_that_were_not_heard_are_told_with_the_time_where_they_are_shown() -> None:
    result = aligned(("We discussed the long negotiations today.", "xxx--x"), ("It ended.", "x-"))
    assert result.unheard == [(400, "long negotiations")]
    assert [sentence.text for sentence in result.missing] == ["It ended."]


def test_a_row_of_unheard_words_ends_with_its_sentence() -> None:
    result = aligned(("One two three four.", "xxx-"), ("Five six seven eight.", "-xxx"))
    # What opens a sentence is looked for where the rest of it is, not where the last one ended.
    assert result.unheard == [(400, "four."), (600, "Five")]


def test_the_share_found_counts_words() -> None:
    assert aligned(("One two three four.", "x---")).share_found == 0.25


def test_sentences_whose_start_is_not_sure_are_told_with_their_time() -> None:
    result = aligned(
        ("One two three four.", "xxxx"), ("Five six seven eight.", "-xxx"), ("Nine ten.", "--")
    )
    # 0.9 and all of it heard; a start that was not heard; a sentence without a cue.
    assert result.confidences[0] == 0.9
    assert 0 < result.confidences[1] < 0.5
    assert result.confidences[2] == 0
    assert result.unsure == [(600, "Five six seven eight.")]


def test_a_short_text_may_be_chance() -> None:
    assert aligned(("One two three four.", "xxxx")).is_short
    assert not aligned((" ".join(["word"] * 40), "x" * 40)).is_short
