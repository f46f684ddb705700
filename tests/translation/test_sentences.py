import pytest

from subtitler.data import Cue
from subtitler.languages import Language
from subtitler.translation.sentences import Share, Style, find_turns, style_of

EN = Language("en")


def cues(*texts: str, pause: int = 100) -> list[Cue]:
    """Cues of two seconds each, with `pause` milliseconds between them."""
    return [
        Cue(i * (2000 + pause), i * (2000 + pause) + 2000, text) for i, text in enumerate(texts)
    ]


def texts(*given: str, pause: int = 100) -> list[list[str]]:
    """The sentences of each turn."""
    return [
        [f"{t.before}|{s.text}|{t.after}".strip("|") for s in t.sentences]
        for t in find_turns(cues(*given, pause=pause), EN)
    ]


def test_sentences_run_through_cues() -> None:
    turns = find_turns(
        cues("We talked about\nthe tensions", "there. It was a", "hard year.", "Thank you."), EN
    )
    assert [[(s.text, s.shares) for s in turn.sentences] for turn in turns] == [
        [
            ("We talked about the tensions there.", (Share(0, 28), Share(1, 6))),
            ("It was a hard year.", (Share(1, 8), Share(2, 10))),
        ],
        [("Thank you.", (Share(3, 10),))],
    ]
    assert [turn.cues for turn in turns] == [range(3), range(3, 4)]


def test_writing_without_spaces_between_sentences() -> None:
    """A mark that hangs alone goes with the sentence before it, and nothing is lost."""
    given = ["え？…。本です。", "はい。…"]
    turns = find_turns(cues(*given), Language("ja"))
    shares = [share for turn in turns for s in turn.sentences for share in s.shares]
    assert [sum(s.characters for s in shares if s.cue == n) for n in (0, 1)] == [8, 4]


def test_a_pause_ends_a_sentence() -> None:
    assert texts("So we", "went home.") == [["So we went home."]]
    assert texts("So we", "went home.", pause=2001) == [["So we"], ["went home."]]


def test_what_does_not_end_a_sentence() -> None:
    assert texts("I met Ms.", "Osmani on 7 September in the U.S.", "by the sea.") == [
        ["I met Ms. Osmani on 7 September in the U.S. by the sea."]
    ]


def test_dashes() -> None:
    assert texts("- Are you sure?\n- I think that we", "should go.", "-No.\n-Yes. Go!") == [
        ["-|Are you sure?"],
        ["-|I think that we should go."],
        ["-|No."],
        ["-|Yes.", "-|Go!"],
    ]
    assert texts("Hello.\n– Hi.") == [["Hello."], ["–|Hi."]]
    # Neither a minus nor a word broken off is a dash of dialogue.
    assert texts("-5 degrees,\n-- you know.") == [["-5 degrees, -- you know."]]


def test_brackets_and_notes_stand_alone() -> None:
    assert texts("So we", "[APPLAUSE]", "went home.") == [
        ["So we"],
        ["[|APPLAUSE|]"],
        ["went home."],
    ]
    assert texts("(applause and\ncheers)") == [["(|applause and cheers|)"]]
    assert texts("[APPLAUSE]\nThank you.") == [["[|APPLAUSE|]"], ["Thank you."]]
    assert texts("Thank you [applause] all.") == [["Thank you [applause] all."]]
    assert texts("♪ la la\nland ♪", "♪ one ♪\n♪ two ♪", "♪", "end ♪") == [
        ["♪|la la land|♪"],
        ["♪|one|♪"],
        ["♪|two|♪"],
        ["♪"],
        ["end|♪"],
    ]


def test_no_punctuation_at_all() -> None:
    words = "and then we went on to talk about it again"
    turns = find_turns(cues(*[words] * 30), EN)
    assert len(turns) > 2
    assert all(len(s.text) <= 400 for turn in turns for s in turn.sentences)
    said = " ".join(s.text for turn in turns for s in turn.sentences)
    assert said == " ".join([words] * 30)


def test_cues_without_text() -> None:
    assert texts("", "<i> </i>", " \n ") == []
    assert find_turns([], EN) == []


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("Hello", Style()),
        ("<i>Hello</i>", Style("<i>", "</i>")),
        ("<i>Hello\nyou</i>", Style("<i>", "</i>")),
        ("<i>Hello</i>\n<i>you</i>", Style("<i>", "</i>")),
        ("<b><i>Hello</i></b>", Style("<b><i>", "</i></b>")),
        ('<font color="#fff">Hello</font>', Style('<font color="#fff">', "</font>")),
        ("{\\an8}Hello", Style("{\\an8}")),
        ("{\\an8}<i>Hello</i>", Style("{\\an8}<i>", "</i>")),
        # Left open, as many files have it.
        ("<i>Hello", Style("<i>", "</i>")),
        # Not the whole cue.
        ("<i>Hello</i> you", Style()),
        ("Oh, <i>hello</i>", Style()),
        ("<i>Hello</i> you\n<i>all</i>", Style()),
        ("3 < 5", Style()),
    ],
)
def test_styles(text: str, style: Style) -> None:
    assert style_of(text) == style
