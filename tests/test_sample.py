"""The sample, from its video and its page to timed words and cues, against the truth."""

import json
from pathlib import Path

import pytest

from subtitler.data import Word
from subtitler.pipeline import Aligned, align_recording, read_page

SAMPLE = Path(__file__).resolve().parents[1] / "samples/nato-2023-09-07"
SENTENCES = 29


@pytest.fixture(scope="session")
def truth() -> list[tuple[str, int, int]]:
    """(sentence, start, end) in ms, from the making of the sample."""
    rows = json.loads(SAMPLE.with_suffix(".truth.json").read_text(encoding="utf-8"))
    return [(row["text"], row["start_ms"], row["end_ms"]) for row in rows]


@pytest.fixture(scope="session")
def aligned() -> Aligned:
    transcript, language = read_page(SAMPLE.with_suffix(".txt"), None)
    return align_recording(SAMPLE.with_suffix(".mp4"), transcript, language)


@pytest.fixture(scope="session")
def sentences(aligned: Aligned) -> list[list[Word]]:
    return [[word for word in aligned.words if word.sentence == n] for n in range(SENTENCES)]


def test_the_page_holds_the_sentences_that_are_spoken(
    aligned: Aligned, truth: list[tuple[str, int, int]]
) -> None:
    assert [s.text for s in aligned.transcript.sentences] == [text for text, _, _ in truth]
    assert aligned.language.code == "en"


def test_every_sentence_is_found(aligned: Aligned, sentences: list[list[Word]]) -> None:
    assert aligned.missing == []
    assert aligned.share_found > 0.99
    assert all(words[0].start is not None and words[-1].end is not None for words in sentences)


def test_starts_are_the_voices(
    sentences: list[list[Word]], truth: list[tuple[str, int, int]]
) -> None:
    errors = [
        abs(words[0].start - start)
        for words, (_, start, _) in zip(sentences, truth, strict=True)
        if words[0].start is not None
    ]
    assert len(errors) == SENTENCES
    assert sum(error <= 80 for error in errors) >= 0.95 * SENTENCES
    assert max(errors) <= 300


def test_ends_are_the_voices(
    sentences: list[list[Word]], truth: list[tuple[str, int, int]]
) -> None:
    errors = sorted(
        abs(words[-1].end - end)
        for words, (_, _, end) in zip(sentences, truth, strict=True)
        if words[-1].end is not None
    )
    assert errors[int(0.95 * SENTENCES)] <= 150


def test_no_word_lies_outside_of_its_sentence(
    sentences: list[list[Word]], truth: list[tuple[str, int, int]]
) -> None:
    for words, (_, start, end) in zip(sentences, truth, strict=True):
        for word in words:
            if word.start is not None and word.end is not None:
                assert start - 300 <= word.start <= word.end <= end + 300


def test_the_guest_has_no_cues(aligned: Aligned, truth: list[tuple[str, int, int]]) -> None:
    """Between the room and the applause everything, in the guest's part and after it nothing."""
    (_, first, _), (_, _, last) = truth[0], truth[-1]
    cues = aligned.cues()
    assert cues[0].start == pytest.approx(first, abs=80)
    assert cues[-1].start < last
    assert cues[-1].end <= last + 1000  # out-times may linger half a second after the voice
    assert " ".join(" ".join(cue.text.split()) for cue in cues) == " ".join(
        text for text, _, _ in truth
    )


def test_each_sentence_begins_a_cue_or_follows_in_one(
    aligned: Aligned, truth: list[tuple[str, int, int]]
) -> None:
    """Where a sentence opens a cue, the cue comes with the voice."""
    cues = {" ".join(cue.text.split()): cue for cue in aligned.cues()}
    opened = 0
    for text, start, _ in truth:
        for shown, cue in cues.items():
            if text.startswith(shown) or shown.startswith(text):
                opened += 1
                assert cue.start == pytest.approx(start, abs=80)
    assert opened >= SENTENCES // 2


def test_the_video_is_full_hd_at_25_frames(aligned: Aligned) -> None:
    import av

    with av.open(str(SAMPLE.with_suffix(".mp4"))) as container:
        (picture,) = container.streams.video
        assert (picture.width, picture.height) == (1920, 1080)
    assert aligned.recording.frame_rate == 25
    assert SAMPLE.with_suffix(".mp4").stat().st_size <= 6_000_000
