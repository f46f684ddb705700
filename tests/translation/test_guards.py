import pytest

from subtitler.languages import Language
from subtitler.translation.guards import COPY, EMPTY, REPEATS, SHORT, problem_of, without_loops

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


def test_loops_are_cut() -> None:
    assert without_loops("the " * 100, "a") == "the the"
    assert without_loops("po dhe jo dhe po dhe jo dhe po", "a") == "po dhe jo dhe po"
    assert without_loops("jo, jo, jo, ne", "no, no, no, we") == "jo, jo, jo, ne"
    assert without_loops("ah" * 50, "a") == "ah"
    assert without_loops("", "") == ""
