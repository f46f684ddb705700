"""The alignment from end to end, on short parts of the sample and on other recordings."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from subtitler.alignment.aligner import _drop_lonely, _timed, align
from subtitler.alignment.gaps import _windows
from subtitler.alignment.hearing import _believable
from subtitler.alignment.matching import Block
from subtitler.alignment.recogniser import Heard
from subtitler.alignment.spots import Spot, Spots, Text
from subtitler.data import SAMPLE_RATE, Sentence, Word
from subtitler.errors import SubtitlerError
from subtitler.media import read_recording

from .conftest import SampleSpeech

NEAR = 80  # ms: two frames
APART = np.zeros(SAMPLE_RATE // 2, dtype=np.int16)  # between sounds that are joined

THANKS = Sentence("I would like to thank every delegation for its patience today.")


def spoken(words: Sequence[Word], sentence: int) -> list[Word]:
    """The words of a sentence that have times."""
    return [word for word in words if word.sentence == sentence and word.start is not None]


def begins(words: Sequence[Word], sentence: int) -> int:
    """When its first word starts, which must have been found."""
    first = next(word for word in words if word.sentence == sentence)
    assert first.start is not None
    return int(first.start)


def ends(words: Sequence[Word], sentence: int) -> int:
    last = [word for word in words if word.sentence == sentence][-1]
    assert last.end is not None
    return int(last.end)


def check(words: Sequence[Word], sentences: Sequence[Sentence], duration: int) -> None:
    """What holds of every result: all words, in order, times that go forward inside the media."""
    for n, sentence in enumerate(sentences):
        assert " ".join(word.text for word in words if word.sentence == n) == sentence.text
    assert [word.sentence for word in words] == sorted(word.sentence for word in words)
    placed = []
    for word in words:
        if word.start is None or word.end is None:
            assert (word.start, word.end, word.confidence) == (None, None, 0)
        else:
            assert 0 <= word.start <= word.end <= duration
            assert 0 < word.confidence <= 1
            placed.append((word.start, word.end))
    for (_, end), (start, _) in pairwise(placed):
        assert end <= start


def test_the_transcript_covers_a_part(sample: SampleSpeech) -> None:
    """Three of the sentences that are spoken: found, and nothing of them in the others."""
    clip = sample.clip(0, 45_000)
    covered = range(2, 5)
    sentences = [clip.sentences[n] for n in covered]
    words = align(sentences, clip.samples, "en")
    check(words, sentences, 45_000)
    assert all(word.start is not None for word in words)
    for n, whole in enumerate(covered):
        start, end = clip.times[whole]
        assert begins(words, n) == pytest.approx(start, abs=NEAR)
        assert ends(words, n) == pytest.approx(end, abs=150)
        assert all(start - NEAR <= w.start and w.end <= end + 150 for w in spoken(words, n))


def test_nothing_is_placed_before_after_or_between_what_is_spoken(sample: SampleSpeech) -> None:
    """The last sentences, the applause, the guest: none of the page's words in the latter two."""
    clip = sample.clip(130_000, 185_000)
    words = align(clip.sentences, clip.samples, "en")
    check(words, clip.sentences, 55_000)
    assert len(clip.sentences) == 6
    for n, (start, end) in enumerate(clip.times):
        assert begins(words, n) == pytest.approx(start, abs=NEAR)
        assert all(start - NEAR <= w.start and w.end <= end + 150 for w in spoken(words, n))


@pytest.mark.parametrize("place", [0, 2, 4], ids=["first", "middle", "last"])
def test_a_sentence_that_is_not_spoken_gets_no_times(sample: SampleSpeech, place: int) -> None:
    clip = sample.clip(17_400, 34_000)
    sentences = [*clip.sentences[:place], THANKS, *clip.sentences[place:]]
    words = align(sentences, clip.samples, "en")
    check(words, sentences, 16_600)
    # A word or two may be taken for another ("its" in "It is"): not the sentence.
    assert len(spoken(words, place)) <= 2
    others = [n for n in range(len(sentences)) if n != place]
    for n, (start, _) in zip(others, clip.times, strict=True):
        assert begins(words, n) == pytest.approx(start, abs=NEAR)


def test_a_sentence_that_the_page_leaves_out_does_no_harm(sample: SampleSpeech) -> None:
    clip = sample.clip(17_400, 34_000)
    sentences = [*clip.sentences[:2], *clip.sentences[3:]]
    times = [*clip.times[:2], *clip.times[3:]]
    words = align(sentences, clip.samples, "en")
    check(words, sentences, 16_600)
    for n, (start, end) in enumerate(times):
        assert begins(words, n) == pytest.approx(start, abs=NEAR)
        assert ends(words, n) == pytest.approx(end, abs=150)


def test_repeated_sentences_are_told_apart_by_order(sample: SampleSpeech) -> None:
    """One sentence three times among others: each at its own place."""
    clip = sample.clip(24_900, 34_000)
    pieces = [clip.samples[s * 16 : e * 16] for s, e in clip.times]
    order = [2, 0, 2, 1, 2]
    sound = [APART]
    starts = []
    for n in order:
        starts.append(sum(map(len, sound)) * 1000 // SAMPLE_RATE)
        sound += [pieces[n], APART]
    sentences = [clip.sentences[n] for n in order]
    words = align(sentences, np.concatenate(sound), "en")
    check(words, sentences, sum(map(len, sound)) * 1000 // SAMPLE_RATE)
    for n, start in enumerate(starts):
        assert begins(words, n) == pytest.approx(start, abs=NEAR)


def test_dashes_and_bullets_stand_with_the_words_beside_them(sample: SampleSpeech) -> None:
    clip = sample.clip(27_900, 34_000)
    sentences = [
        Sentence("Leaving 93 of them injured – some seriously."),
        Sentence("— This is totally unacceptable … 🗣"),
    ]
    words = align(sentences, clip.samples, "en")
    check(words, sentences, 6100)
    assert begins(words, 0) == pytest.approx(clip.times[0][0], abs=NEAR)
    this = next(word for word in words if word.text == "This")
    assert this.start == pytest.approx(clip.times[1][0], abs=NEAR)
    assert ends(words, 1) == pytest.approx(clip.times[1][1], abs=150)
    dash = next(word for word in words if word.text == "–")
    some = next(word for word in words if word.text == "some")
    assert dash.start is not None
    assert some.start is not None
    assert dash.start <= some.start
    # The dash that opens the second sentence belongs to it, or a short answer would be half found.
    opening = next(word for word in words if word.text == "—")
    assert (opening.start, opening.end) == (this.start, this.start)


def test_words_in_a_row_far_from_the_speech_are_chance() -> None:
    """Three words of a row, two words after the last that was surely spoken, but 40 s later."""
    # From the first run they are as far in the text as in the sound: only the nearest tells.
    text = Text([f"w{n}" for n in range(230)], 230 * [0], 230 * [500])
    heard = [Heard("", 500 * n, 500 * n + 400, -1.0) for n in range(200)]
    heard += [Heard("", 140_000 + 500 * n, 140_400 + 500 * n, -1.0) for n in range(3)]
    first, second, chance = Block(0, 0, 100), Block(101, 101, 99), Block(202, 200, 3)
    assert _believable([first, second, chance], text, heard) == [first, second]


@pytest.mark.parametrize("gap", ["before", "between", "after"])
def test_a_text_without_full_stops_is_looked_for_in_short_windows(gap: str) -> None:
    """One sentence of 3000 words, most of which were not heard."""
    text = Text(3000 * ["w"], 3000 * [0], 3000 * [500])
    heard: Spots = 3000 * [None]
    for n in {"before": [2999], "between": [0, 2999], "after": [0]}[gap]:
        heard[n] = Spot(500 * n, 500 * n + 400, 0.98, -1.0)
    windows = _windows(text, heard, 1_500_000)
    assert windows
    for words, start, end in windows:
        assert len(words) <= 80
        assert end - start <= 41_000


def test_a_recording_may_begin_with_its_first_word(sample: SampleSpeech) -> None:
    clip = sample.clip(0, 60_000)
    start = clip.times[0][0]
    samples = clip.samples[start * SAMPLE_RATE // 1000 :]
    words = align(clip.sentences[:3], samples, "en")
    assert begins(words, 0) <= NEAR
    assert words[0].start is not None


def test_a_sentence_that_was_begun_twice_starts_with_the_second_beginning(
    sample: SampleSpeech,
) -> None:
    clip = sample.clip(0, 60_000)
    start, _ = clip.times[1]
    begun = clip.samples[start * SAMPLE_RATE // 1000 :][: SAMPLE_RATE * 3 // 10]
    cut = (start - 200) * SAMPLE_RATE // 1000  # in the pause before it
    samples = np.concatenate([clip.samples[:cut], begun, APART, clip.samples[cut:]])
    words = align(clip.sentences[:3], samples, "en")
    later = (len(begun) + len(APART)) * 1000 // SAMPLE_RATE
    assert abs(begins(words, 1) - (start + later)) <= NEAR


def test_a_word_far_from_its_sentence_does_not_belong_to_it() -> None:
    text = Text([f"w{n}" for n in range(8)], 8 * [0], 8 * [300])
    spots: Spots = [Spot(30_000 + 400 * n, 30_300 + 400 * n, 0.98, -1.0) for n in range(8)]
    spots[0] = Spot(4000, 4300, 0.98, -1.0)
    _drop_lonely(text, spots)
    assert spots[0] is None
    assert all(spots[1:])


def test_a_few_words_do_not_make_a_sentence() -> None:
    text = Text([f"w{n}" for n in range(20)], 10 * [0] + 10 * [1], 20 * [300])
    spots: Spots = 20 * [None]
    for n in (1, 5, *range(10, 14)):
        spots[n] = Spot(400 * n, 400 * n + 300, 0.98, -1.0)
    _drop_lonely(text, spots)
    assert not any(spots[:10])
    assert all(spots[10:14])  # four in a row: it was broken off, but it was begun


def test_another_text_is_not_found(sample: SampleSpeech) -> None:
    clip = sample.clip(27_900, 45_000)
    sentences = [THANKS, Sentence("Fishing boats were waiting beyond the harbour until morning.")]
    words = align(sentences, clip.samples, "en")
    check(words, sentences, 17_100)
    assert sum(word.start is not None for word in words) <= 2


def test_no_word_is_placed_after_the_end_of_the_audio() -> None:
    words = [Word("Thank", 0), Word("you.", 0)]
    timed = _timed(words, [0, 1], [Spot(900, 980, 0.9, -1.0), Spot(990, 1030, 0.9, -1.0)], 1000)
    assert [(word.start, word.end) for word in timed] == [(900, 980), (990, 1000)]


def test_progress_reaches_the_end_and_never_goes_back(sample: SampleSpeech) -> None:
    clip = sample.clip(0, 40_000)
    told: list[tuple[int, int]] = []
    align(clip.sentences[:2], clip.samples, "en", lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (40_000, 40_000)


def test_silence_is_refused() -> None:
    with pytest.raises(SubtitlerError, match="silent"):
        align([THANKS], np.zeros(5 * SAMPLE_RATE, dtype=np.int16), "en")


def test_a_text_without_words_is_refused(sample: SampleSpeech) -> None:
    with pytest.raises(SubtitlerError, match="no words"):
        align([Sentence("— … —")], sample.clip(27_900, 34_000).samples, "en")


def test_a_language_that_nobody_speaks_is_refused(sample: SampleSpeech) -> None:
    with pytest.raises(SubtitlerError, match="--from"):
        align([THANKS], sample.clip(27_900, 34_000).samples, "xx")


# --- The same result for any number of cores ------------------------------------------------------

ALIGN = """
import json, os, sys
import numpy as np
from subtitler.alignment.aligner import align
from subtitler.data import Sentence

if __name__ == "__main__":
    os.sched_setaffinity(0, json.loads(sys.argv[1]))
    samples = np.load(sys.argv[2])
    sentences = [Sentence(text) for text in json.loads(sys.argv[3])]
    words = align(sentences, samples, "en")
    print(json.dumps([(word.start, word.end, word.confidence) for word in words]))
"""


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="only Linux binds to cores")
def test_the_result_is_the_same_at_every_run_and_for_any_number_of_cores(
    sample: SampleSpeech, tmp_path: Path
) -> None:
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        pytest.skip("this computer has one core")
    clip = sample.clip(95_000, 159_000)
    # Of every third sentence the page knows nothing, and one is not spoken: there are gaps to fill.
    texts = [s.text for n, s in enumerate(clip.sentences) if n % 3] + [THANKS.text]
    np.save(tmp_path / "clip.npy", clip.samples)
    script = tmp_path / "run.py"
    script.write_text(ALIGN, encoding="utf-8")

    def run(allowed: list[int]) -> str:
        arguments = [json.dumps(allowed), str(tmp_path / "clip.npy"), json.dumps(texts)]
        done = subprocess.run(
            [sys.executable, str(script), *arguments], capture_output=True, text=True, check=True
        )
        return done.stdout

    one, two, again = run(cores[:1]), run(cores[:2]), run(cores[:2])
    assert sum(start is not None for start, _, _ in json.loads(one)) > 60
    assert two == again
    assert one == two


# --- Other languages ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "language", "least"), [("sonnet.de", "de", 0.9), ("sonnet.es", "es", 0.7)]
)
def test_a_reader_of_another_language_is_found(
    speech: Path, sample: SampleSpeech, name: str, language: str, least: float
) -> None:
    """A reading of about a minute after 15 s of an English guest, who says nothing of the text."""
    guest = sample.samples[166 * SAMPLE_RATE : 181 * SAMPLE_RATE]
    reading = read_recording(speech / f"{name}.mp3").samples
    lines = (speech / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    sentences = [Sentence(" ".join(line.split())) for line in lines if line.strip()]
    samples: NDArray[np.int16] = np.concatenate([guest, reading])
    words = align(sentences, samples, language)
    check(words, sentences, len(samples) * 1000 // SAMPLE_RATE)
    placed = [word.start for word in words if word.start is not None]
    assert len(placed) >= least * len(words)
    assert min(placed) >= 15_000 - NEAR
