"""SRT in and out: what players accept is accepted, what is wrong is named with its line."""

from contextlib import suppress
from pathlib import Path
from textwrap import dedent

import pysrt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtitler.data import Cue
from subtitler.errors import SubtitlerError
from subtitler.subtitles import format_srt, parse_srt, read_srt, without_overlaps, write_srt


def cues(text: str) -> list[Cue]:
    return parse_srt(dedent(text), "test.srt")


HELLO = Cue(1000, 2000, "Hello.")
WORLD = Cue(3000, 4500, "World.")


def test_cues_are_read() -> None:
    assert cues(
        """\
        1
        00:00:01,000 --> 00:00:02,000
        Hello.

        2
        01:02:03,004 --> 01:02:04,005
        <i>Two lines</i>
        - of text.
        """
    ) == [HELLO, Cue(3_723_004, 3_724_005, "<i>Two lines</i>\n- of text.")]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "1\n00:00:01.000 --> 00:00:02.000\nHello.\n\n2\n00:00:03.000 --> 00:00:04.500\nWorld.",
            id="points for commas",
        ),
        pytest.param(
            "1\n00:00:01,000 --> 00:00:02,000\nHello.\n2\n00:00:03,000 --> 00:00:04,500\nWorld.\n",
            id="no blank line",
        ),
        pytest.param(
            "00:00:01,000 --> 00:00:02,000\nHello.\n\n00:00:03,000 --> 00:00:04,500\nWorld.\n",
            id="no indices",
        ),
        pytest.param(
            "00:00:01,000 --> 00:00:02,000\nHello.\n00:00:03,000 --> 00:00:04,500\nWorld.\n",
            id="no indices and no blank line",
        ),
        pytest.param(
            "0\n00:00:01,000 --> 00:00:02,000\nHello.\n\n0\n00:00:03,000 --> 00:00:04,500\nWorld.",
            id="wrong indices",
        ),
        pytest.param(
            "1\n\n00:00:01,000 --> 00:00:02,000\n\nHello.\n\n2\n\n00:00:03,000 --> 00:00:04,500"
            "\n\nWorld.\n\n",
            id="every line followed by a blank one",
        ),
        pytest.param(
            "\n\n 1 \n00:00:01,000-->00:00:02,000 \n\tHello. \n\n\n2\n"
            " 00:00:03,000  -- >  00:00:04,500\nWorld.",
            id="spaces",
        ),
        pytest.param(
            "1\n0:0:1,0 --> 00: 00: 02, 000\nHello.\n\n2\n00:03 --> 00:04.5\nWorld.\n",
            id="short and spaced times",
        ),
        pytest.param(
            "1\n00:00:01,000 --> 00:00:02,000 X1:63 X2:223 Y1:43 Y2:58\nHello.\n\n"
            "2\n00:00:03,000 --> 00:00:04,500 align:start position:10%\nWorld.\n",
            id="coordinates",
        ),
        pytest.param(
            "1\n00:00:03,000 --> 00:00:04,500\nWorld.\n\n2\n00:00:01,000 --> 00:00:02,000\nHello.",
            id="out of order",
        ),
        pytest.param(
            "1\n00:00:01,000 --> 00:00:02,000\nHello.\n\n2\n00:00:02,100 --> 00:00:02,900\n\n"
            "3\n00:00:03,000 --> 00:00:04,500\nWorld.\n",
            id="a cue without text",
        ),
    ],
)
def test_files_as_they_are_in_the_wild_are_read(text: str) -> None:
    assert cues(text) == [HELLO, WORLD]


def test_blank_lines_inside_a_cue_are_left_out() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\nHello,\n\nworld.\n\n2\n00:00:03,000 --> 00:00:04,500\nX"
    )
    assert cues(text)[0].text == "Hello,\nworld."


def test_a_number_may_be_the_text() -> None:
    with_indices = (
        "1\n00:00:01,000 --> 00:00:02,000\nIn\n2013\n\n2\n00:00:03,000 --> 00:00:04,500\n2"
    )
    without = "00:00:01,000 --> 00:00:02,000\nIn\n2013\n00:00:03,000 --> 00:00:04,500\n2"
    expected = [Cue(1000, 2000, "In\n2013"), Cue(3000, 4500, "2")]
    assert cues(with_indices) == cues(without) == expected


def test_an_arrow_in_a_text_is_text() -> None:
    assert cues("1\n00:00:01,000 --> 00:00:02,000\nleft --> right")[0].text == "left --> right"


def test_legacy_encodings_are_read(tmp_path: Path) -> None:
    path = tmp_path / "film.srt"
    for text, page in [("Што је ту је, ћути.", "cp1251"), ("Šta ćeš, đače?", "cp1250")]:
        path.write_bytes(f"1\r\n00:00:01,000 --> 00:00:02,000\r\n{text}\r\n\r\n".encode(page))
        assert read_srt(path) == [Cue(1000, 2000, text)]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("1\n00:00:0x,000 --> 00:00:02,000\nA", 2, "not of the form"),
        ("1\n00:00:01,000 --> \nA", 2, "not of the form"),
        ("1\nsoon --> later\nA", 2, "not of the form"),
        ("1\n-00:00:01,000 --> 00:00:02,000\nA", 2, "not of the form"),
        ("1\n00:00:01,000 --> 00:00:02,000 A", 2, "not of the form"),
        ("1\n00:75:01,000 --> 01:16:02,000\nA", 2, "more than 59"),
        ("1\n00:00:02,000 --> 00:00:01,000\nA", 2, "ends before it starts"),
        ("1\n00:00:01,000 --> 00:00:01,000\nA", 2, "ends before it starts"),
        ("A line.\n1\n00:00:01,000 --> 00:00:02,000\nA", 1, "before the first cue"),
        ("1\nA\n\n2\n00:00:01,000 --> 00:00:02,000\nB", 1, "cue 1 has no times"),
        ("1\n00:00:01,000 --> 00:00:02,000\nA\n\n2\nB\n\n3\n00:00:03,000 --> 00:00:04,000\nC", 5,
         "cue 2 has no times"),
        ("1\n00:00:01,000 --> 00:00:02,000\nA\n\n2\n", 5, "cue 2 has no times"),
        ("1\n00:00:01,000 --> 00:00:02,000\nA\n\n2\n00:00:03,000 --> 00:0", 6, "not of the form"),
    ],
)  # fmt: skip
def test_a_bad_cue_is_reported_with_its_line(text: str, line: int, what: str) -> None:
    with pytest.raises(SubtitlerError, match=rf"“test.srt”, line {line}: .*{what}"):
        cues(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Only a text.\nOf two lines.", "holds no subtitles"),
        ("1\n00:00:01,000 --> 00:00:02,000\n\n", "holds no subtitles"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nA", "WebVTT"),
    ],
)
def test_what_is_not_srt_is_refused(text: str, what: str) -> None:
    with pytest.raises(SubtitlerError, match=what):
        cues(text)


def test_bad_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    with pytest.raises(SubtitlerError, match="There is no file"):
        read_srt(path)
    path.write_bytes(b"")
    with pytest.raises(SubtitlerError, match="is empty"):
        read_srt(path)
    path.write_bytes(bytes(range(256)))
    with pytest.raises(SubtitlerError, match="binary"):
        read_srt(path)
    with pytest.raises(SubtitlerError, match="is a folder"):
        read_srt(tmp_path)


# --- Out ------------------------------------------------------------------------------------------


def test_a_file_is_what_players_expect(tmp_path: Path) -> None:
    path = tmp_path / "out.srt"
    write_srt(path, [HELLO, Cue(3_723_004, 3_724_005, "Đe si?\nTu.")])
    assert path.read_bytes() == (
        b"1\r\n00:00:01,000 --> 00:00:02,000\r\nHello.\r\n\r\n"
        b"2\r\n01:02:03,004 --> 01:02:04,005\r\n\xc4\x90e si?\r\nTu.\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\n\n b \n", "a\r\nb"),
        ("a\r\nb\rc\u2028d", "a\r\nb\r\nc\r\nd"),
        ("00:00:01,000 --> 00:00:02,000", "00:00:01,000 → 00:00:02,000"),
        ("a\x00\x07b", "ab"),
    ],
)
def test_what_would_end_or_begin_a_cue_is_not_written(text: str, written: str) -> None:
    body = format_srt([Cue(0, 1000, text)]).split("\r\n", 2)[2]
    assert body == f"{written}\r\n\r\n"


@pytest.mark.parametrize(
    "bad",
    [
        [Cue(1000, 2000, "a"), Cue(1999, 3000, "b")],
        [Cue(3000, 4000, "a"), Cue(1000, 2000, "b")],
        [Cue(1000, 1000, "a")],
        [Cue(-1, 1000, "a")],
        [Cue(0, 1000, " \n")],
    ],
)
def test_cues_that_no_player_shows_are_a_bug(bad: list[Cue]) -> None:
    with pytest.raises(ValueError, match="cue"):
        format_srt(bad)


def test_a_file_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SubtitlerError, match="There is no folder"):
        write_srt(tmp_path / "missing" / "out.srt", [HELLO])


def test_overlaps_are_taken_out() -> None:
    assert without_overlaps(
        [
            Cue(5000, 9000, "c"),
            Cue(0, 3000, "a"),
            Cue(2000, 4000, "b"),
            Cue(5000, 7000, "d"),
            Cue(8000, 9500, "e"),
        ]
    ) == [
        Cue(0, 2000, "a"),
        Cue(2000, 4000, "b"),
        Cue(5000, 8000, "d\nc"),
        Cue(8000, 9500, "e"),
    ]


# Legal lines: no control characters, and no space at the ends, which SRT cannot hold.
LINES = (
    (
        st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=50)
        | st.sampled_from(["1", "2", "2013", "00:00:01,000", "1:02 -> 3:04", "->", "#5", "WEBVTT"])
    )
    .map(lambda line: line.strip(" \ufeff"))
    .filter(lambda line: line and "->" not in line)
)
TEXTS = st.lists(LINES, min_size=1, max_size=4).map("\n".join)


@st.composite
def legal_cues(draw: st.DrawFn) -> list[Cue]:
    spans = st.tuples(st.integers(0, 10**7), st.integers(1, 10**7), TEXTS)
    now, result = 0, []
    for gap, length, text in draw(st.lists(spans, min_size=1, max_size=8)):
        result.append(Cue(now + gap, now + gap + length, text))
        now += gap + length
    return result


@given(legal_cues())
def test_what_is_written_is_read_again(written: list[Cue]) -> None:
    assert parse_srt(format_srt(written).replace("\r\n", "\n"), "test.srt") == written


@given(legal_cues())
def test_pysrt_reads_what_is_written(written: list[Cue]) -> None:
    lines = [line + "\n" for line in format_srt(written).split("\r\n")]
    items = list(pysrt.SubRipFile.stream(lines, error_handling=pysrt.SubRipFile.ERROR_RAISE))
    assert [(item.index, item.start.ordinal, item.end.ordinal) for item in items] == [
        (index, cue.start, cue.end) for index, cue in enumerate(written, 1)
    ]


@given(st.lists(st.builds(Cue, st.integers(0, 50), st.integers(51, 99), st.text("ab", min_size=1))))
def test_cues_without_overlaps_can_be_written(overlapping: list[Cue]) -> None:
    format_srt(without_overlaps(overlapping))


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(SubtitlerError):
        assert parse_srt(text, "test.srt")
