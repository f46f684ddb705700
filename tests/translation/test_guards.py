import pytest

from subtitler.languages import Language
from subtitler.translation.guards import (
    COPY,
    EMPTY,
    REPEATS,
    SHORT,
    problem_of,
    with_right_number,
    without_loops,
)

EN, SQ, SR, HR = (Language(code) for code in ("en", "sq", "sr", "hr"))


@pytest.mark.parametrize(
    ("source", "text", "problem"),
    [
        ("We discussed the tensions.", "Diskutuam tensionet.", None),
        ("We discussed the tensions.", "", EMPTY),
        ("We discussed the tensions.", " …", EMPTY),
        ("...", "...", None),
        # Loops.
        ("We support peace.", "Ne mbështesim paqen paqen paqen.", REPEATS),
        ("We support peace.", "Ne mbështesim paqen dhe paqen dhe paqen dhe paqen.", REPEATS),
        ("The Security Council", "Këshilli i Sigurimit i Sigurimit", REPEATS),
        ("We support peace.", "në veri të Kosovës në veri të Kosovës", REPEATS),
        ("We support peace.", "Aaaaaaaaaaaaaaaaaah", REPEATS),
        ("No, no, no, no!", "Jo, jo, jo, jo!", None),
        ("It is very, very good.", "Është shumë, shumë mirë.", None),
        ("more and more", "sve više i više", None),
        ("Step by step, day by day.", "Hap pas hapi, ditë pas dite.", None),
        ("Aaaaaaaaaaaaaah", "Aaaaaaaaaaaaaaaaaah", None),
        # Copies.
        ("We discussed the recent tensions.", "We discussed the recent tensions.", COPY),
        ("We discussed the recent tensions there.", "we discussed the recent tensions", COPY),
        ("We discussed the tensions.", "We discussed the tensons.", COPY),
        ("KFOR, EULEX and NATO", "KFOR, EULEX and NATO", None),
        ("Jens Stoltenberg", "Jens Stoltenberg", None),
        ("Radio Free Europe in Pristina", "Radio Free Europe in Pristina", None),
        ("Write to the.press.office@nato.int", "Shkruani the.press.office@nato.int", None),
        # Left out.
        ("We discussed the recent tensions in the north.", "Tensionet.", SHORT),
        ("Thank you very much.", "Hvala.", None),
        # Numbers.
        ("Resolution 1244 stands.", "Rezoluta 1244 vlen.", None),
        ("Resolution 1244 stands.", "Rezoluta vlen.", "lacks the number 1244"),
        ("Over 1,244 men", "Mbi 1.244 burra", None),
        ("Over 1,244 men of 11", "Mbi 10", "lacks the number 1,244"),
        ("Over 10,000 men", "Mbi 10 000 burra", None),
        ("It has 93 members.", "Ka nëntëdhjetë e tre anëtarë.", None),
        ("It has 93 members.", "Ka 39 anëtarë.", "lacks the number 93"),
        ("In 2023 500 soldiers came.", "Në 2023 erdhën 500 ushtarë.", None),
        ("At 2 p.m.", "Në orën 14.", None),
        ("2.5 million", "2,5 milionë", None),
    ],
)
def test_problems(source: str, text: str, problem: str | None) -> None:
    assert problem_of(source, text, (EN, SQ)) == problem


def test_sister_languages_may_say_the_same() -> None:
    text = "To je veoma dobra vest za sve nas."
    assert problem_of(text, text, (HR, SR)) is None
    assert problem_of(text, text, (SR, SQ)) == COPY


@pytest.mark.parametrize(
    ("source", "text", "mended"),
    [
        ("Leaving 93 of them injured.", "Duke lënë 933 prej tyre.", "Duke lënë 93 prej tyre."),
        ("Resolution 1244 of 1999.", "Rezoluta 1944 e 1999.", "Rezoluta 1244 e 1999."),
        ("1,500 soldiers came.", "Erdhën 1550 ushtarë.", "Erdhën 1,500 ushtarë."),
        # another way to tell the time, a number written out, and two that could be either
        ("At 10 p.m. sharp.", "Në orën 22 fiks.", "Në orën 22 fiks."),
        ("All 93 of them.", "Të gjithë.", "Të gjithë."),
        ("From 1998 to 1999.", "Nga 1988 deri 1989.", "Nga 1988 deri 1989."),
    ],
)
def test_a_number_that_slipped_is_written_as_in_the_source(
    source: str, text: str, mended: str
) -> None:
    assert with_right_number(source, text) == mended


def test_loops_are_cut() -> None:
    assert without_loops("the " * 100, "a") == "the the"
    assert without_loops("po dhe jo dhe po dhe jo dhe po", "a") == "po dhe jo dhe po"
    assert without_loops("jo, jo, jo, ne", "no, no, no, we") == "jo, jo, jo, ne"
    assert without_loops("ah" * 50, "a") == "ah"
    assert without_loops("", "") == ""
