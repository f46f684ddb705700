"""The embedded recogniser, on a few seconds of the sample."""

import math
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from subtitler.alignment.pronunciation import dictionary, spoken_form
from subtitler.alignment.recogniser import Recogniser, Window, recogniser
from subtitler.data import SAMPLE_RATE

from .conftest import Clip, SampleSpeech

# "Leaving 93 of them injured, some seriously." "This is totally unacceptable."
FIRST, LAST = 28_000, 34_000
NEAR = 80  # ms


@pytest.fixture(scope="module")
def clip(sample: SampleSpeech) -> Clip:
    return sample.clip(FIRST, LAST)


@pytest.fixture(scope="module")
def spoken(clip: Clip) -> list[str]:
    return [spoken_form(word) for s in clip.sentences for word in s.text.split()]


@pytest.fixture(scope="module")
def ear(clip: Clip, spoken: list[str]) -> Iterator[Recogniser]:
    """It knows the words that are spoken, by themselves as keys, and two that are not."""
    entries = dictionary([*spoken, "Kosovo", "dialogue"], "en")
    with recogniser(clip.samples, entries, [*spoken, "Kosovo", "dialogue"]) as made:
        yield made


def test_what_is_said_is_heard(ear: Recogniser, clip: Clip, spoken: list[str]) -> None:
    (heard,) = ear.hear([(0, 6000)])
    assert [word.key for word in heard] == spoken
    starts = {word.key: word.start for word in heard}
    assert starts["Leaving"] == pytest.approx(clip.times[0][0], abs=NEAR)
    assert starts["This"] == pytest.approx(clip.times[1][0], abs=NEAR)
    for a, b in pairwise(heard):
        assert a.start < a.end <= b.start
    for word in heard:
        assert -3 < word.score <= 0


def test_times_count_from_the_start_of_the_recording(ear: Recogniser, clip: Clip) -> None:
    (heard,) = ear.hear([(3600, 6000)])
    assert [word.key for word in heard] == ["This", "is", "totally", "unacceptable"]
    assert heard[0].start == pytest.approx(clip.times[1][0], abs=NEAR)


def test_stretches_are_heard_the_same_in_any_order(ear: Recogniser) -> None:
    parts = [(0, 3600), (3600, 6000)]
    there = list(ear.hear(parts))
    back = list(ear.hear(parts[::-1]))
    assert there == back[::-1]


def test_too_short_a_stretch_is_silence(ear: Recogniser) -> None:
    assert list(ear.hear([(100, 130), (100, 100)])) == [[], []]


def window(keys: Sequence[str], start: int, end: int, known: bool = False) -> Window:
    return Window(tuple(keys), (known,) * len(keys), start, end)


def test_words_are_found_in_a_window(ear: Recogniser, clip: Clip) -> None:
    words = ["This", "is", "totally", "unacceptable"]
    (found,) = ear.align([window(words, 3600, 6000)])
    assert [word.key if word else None for word in found] == words
    assert found[0] is not None
    assert found[0].start == pytest.approx(clip.times[1][0], abs=NEAR)


def test_a_word_that_is_not_there_is_passed_over_or_scores_badly(ear: Recogniser) -> None:
    words = ["This", "is", "Kosovo", "dialogue", "totally", "unacceptable"]
    (found,) = ear.align([window(words, 3600, 6000)])
    good = [word.score for word in (found[0], found[1], found[4], found[5]) if word]
    assert len(good) == 4
    for stranger in (found[2], found[3]):
        assert stranger is None or stranger.score < 2 * min(good)


def test_the_same_word_twice_running_is_found_once(ear: Recogniser) -> None:
    words = ["This", "is", "totally", "totally", "unacceptable"]
    (found,) = ear.align([window(words, 3600, 6000)])
    assert len(found) == 5
    times = [word.start for word in found if word]
    assert times == sorted(times)
    assert len(times) >= 4


def test_no_sound_no_words(ear: Recogniser) -> None:
    assert list(ear.align([window(["This", "is"], 3600, 3630)])) == [[None, None]]
    assert list(ear.align([])) == []


def test_after_a_window_the_whole_transcript_is_heard_again(
    ear: Recogniser, spoken: list[str]
) -> None:
    list(ear.align([window(["This"], 3600, 6000)]))
    (heard,) = ear.hear([(0, 6000)])
    assert [word.key for word in heard] == spoken


def test_digital_silence_is_heard_as_nothing(spoken: list[str]) -> None:
    silence = np.zeros(3 * SAMPLE_RATE, dtype=np.int16)
    with recogniser(silence, dictionary(spoken, "en"), spoken) as ear:
        (heard,) = ear.hear([(0, 3000)])
    assert all(math.isfinite(word.score) for word in heard)
    assert len(heard) <= 2


# --- Worker processes -----------------------------------------------------------------------------

WAIT = """
import sys, time
from multiprocessing import active_children
import numpy as np
from subtitler.alignment.recogniser import recogniser

if __name__ == "__main__":
    with recogniser(np.zeros(16_000 * 90, dtype=np.int16), {"w0": ["Y EH S"]}, ["w0"]) as ear:
        next(ear.hear([(0, 1000), (1000, 2000), (2000, 3000)]))
        print(*(child.pid for child in active_children()), flush=True)
        time.sleep(60)
"""


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux lists processes there")
def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("on one core there are no workers")
    script = tmp_path / "wait.py"
    script.write_text(WAIT, encoding="utf-8")
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout:
        workers = parent.stdout.readline().split()
        parent.kill()
        parent.wait()
    assert workers
    give_up = time.monotonic() + 10
    while any(alive(worker) for worker in workers):
        assert time.monotonic() < give_up, "workers were left behind"
        time.sleep(0.05)


def alive(pid: str) -> bool:
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
