"""Cues in, cues out, through a real package."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from subtitler.data import Cue
from subtitler.errors import SubtitlerError
from subtitler.languages import Language
from subtitler.rules import check
from subtitler.translation.guards import COPY
from subtitler.translation.subtitles import Problem, translate_cues, translate_files
from subtitler.translation.translator import Translator

EN, SQ = Language("en"), Language("sq")


@pytest.fixture(scope="module")
def translator(models: Path) -> Translator:
    return Translator(models)


def albanian(text: str) -> str:
    """What the package makes of a text."""
    return text.translate(str.maketrans("ae", "ëa"))


def translate(translator: Translator, *cues: Cue) -> list[Cue]:
    return translate_cues(cues, EN, SQ, translator)[0]


def test_cues_that_fit_stay_as_they_are(translator: Translator) -> None:
    cues = [
        Cue(500, 4000, "We talked about the tensions\nin the whole of the north,"),
        Cue(4080, 6500, "and about the men who were hurt."),
        Cue(8000, 10000, "It was a hard year."),
    ]
    assert translate(translator, *cues) == [
        Cue(cue.start, cue.end, albanian(cue.text)) for cue in cues
    ]


def test_tags_dashes_and_brackets_stay(translator: Translator) -> None:
    cues = [
        Cue(1000, 3000, "<i>Hello there.</i>"),
        Cue(4000, 6000, "{\\an8}- Yes.\n- No."),
        Cue(7000, 9000, "[APPLAUSE]"),
        Cue(10000, 12000, "(laughs)"),
        Cue(13000, 15000, "♪ a song ♪"),
    ]
    assert [cue.text for cue in translate(translator, *cues)] == [
        "<i>Hallo thara.</i>",
        "{\\an8}- Yas.\n- No.",
        "[APPLËUSA]",
        "(lëughs)",
        "♪ ë song ♪",
    ]


def test_two_who_no_longer_fit_one_cue_get_two(translator: Translator) -> None:
    cue = Cue(1000, 7000, "- No.\n- Yes, but it is a very long line that will not\nfit here")
    made = translate(translator, cue, Cue(9000, 11000, "End."))
    assert [c.text.split()[:2] for c in made[:2]] == [["-", "No."], ["-", "Yas,"]]
    assert made[0].start == 1000
    assert not check(made, "sq")


def test_what_is_too_long_for_its_time_gets_more(translator: Translator) -> None:
    text = "This sentence was read at the highest speed that English allows, here."
    cues = [Cue(1000, 1000 + 1000 * len(text) // 20, text), Cue(9000, 11000, "End.")]
    made = translate(translator, *cues)
    assert made[0].start == 1000
    assert made[0].end > cues[0].end
    assert not check(made, "sq")


def test_a_sentences_time_is_divided_anew(translator: Translator) -> None:
    # The first cue is far too fast, the second has time to spare.
    cues = [
        Cue(1000, 3000, "We talked about the tensions in the north\nof the country, and about"),
        Cue(3080, 7900, "the men there."),
        Cue(8000, 10000, "End."),
    ]
    made = translate(translator, *cues)
    assert made[0].start == 1000
    assert made[-1] == Cue(8000, 10000, "End.")
    assert words(made) == words([Cue(c.start, c.end, albanian(c.text)) for c in cues])
    assert not check(made, "sq")


def test_what_cannot_be_read_in_time_keeps_its_text(translator: Translator) -> None:
    text = "Far too much is said in this one second for anybody to read all of it."
    cues = [Cue(1000, 2000, text), Cue(2100, 4000, "End.")]
    made = translate(translator, *cues)
    assert words(made[:-1]) == albanian(text).split()
    assert made[-1] == Cue(2100, 4000, "End.")
    assert {finding.rule for finding in check(made, "sq")} <= {"reading-speed", "duration-short"}


def test_overlaps_are_taken_apart(translator: Translator) -> None:
    made = translate(
        translator,
        Cue(1000, 5000, "One man."),
        Cue(2000, 4000, "Two men."),
        Cue(2000, 6000, "Yes."),
    )
    assert words(made) == ["Ona", "mën.", "Two", "man.", "Yas."]
    assert all(a.end <= b.start for a, b in pairwise(made))


def test_several_files_at_once(translator: Translator) -> None:
    seen: list[tuple[int, int]] = []
    first = [Cue(1000, 3000, "One man.")]
    second = [Cue(1000, 3000, "Two men."), Cue(4000, 6000, "One man.")]
    done = translate_files(
        [first, [], second], EN, SQ, translator, progress=lambda *now: seen.append(now)
    )
    assert [[cue.text for cue in file.cues] for file in done] == [
        ["Ona mën."],
        [],
        ["Two man.", "Ona mën."],
    ]
    assert seen[-1] == (3, 3)
    assert seen == sorted(seen)


def test_problems_say_where(translator: Translator) -> None:
    cues = [Cue(1000, 3000, "Hello."), Cue(3_723_004, 3_725_000, "the story is on his mind")]
    _, problems = translate_cues(cues, EN, SQ, translator)
    assert problems == [Problem(2, 3_723_004, "the story is on his mind", COPY)]
    assert problems[0].message == (
        "Cue 2 at 01:02:03,004: the translation of “the story is on his mind” is the source again."
    )


def test_same_language(translator: Translator) -> None:
    with pytest.raises(SubtitlerError, match="already"):
        translate_cues([Cue(0, 1000, "Hello.")], EN, EN, translator)


def words(cues: list[Cue]) -> list[str]:
    return " ".join(re.sub(r"<[^>]*>|\{[^}]*\}", "", cue.text) for cue in cues).split()
