import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtitler.data import Cue
from subtitler.rules import MESSAGES, NETFLIX, PROFILES, Finding, check, count_characters

FRAME_RATES = [
    23.976,
    24.0,
    24000 / 1001,
    25.0,
    29.97,
    30000 / 1001,
    30.0,
    50.0,
    60000 / 1001,
    60.0,
]


def rules_broken(*cues: Cue, language: str = "en", frame_rate: float = 25.0) -> list[str]:
    return [finding.rule for finding in check(cues, language, frame_rate)]


def test_the_profile_has_the_numbers_of_the_guides() -> None:
    assert PROFILES["netflix"] is NETFLIX
    assert (NETFLIX.line_length, NETFLIX.lines) == (42, 2)
    assert (NETFLIX.min_duration, NETFLIX.max_duration) == (833, 7000)


@pytest.mark.parametrize(
    ("language", "speed"),
    [
        ("en", 20),
        ("en-GB", 20),
        ("sq", 17),
        ("sr", 17),
        ("sr-Cyrl", 17),
        ("sr_Latn", 17),
        ("pt", 17),
    ],
)
def test_reading_speed_goes_by_the_language(language: str, speed: float) -> None:
    assert NETFLIX.speed(language) == speed


@pytest.mark.parametrize(
    ("frame_rate", "gap"),
    [(24.0, 84), (25.0, 80), (30000 / 1001, 67), (30.0, 67), (50.0, 40), (60.0, 34)],
)
def test_the_gap_is_two_frames_rounded_up(frame_rate: float, gap: int) -> None:
    assert NETFLIX.gap(frame_rate) == gap


@pytest.mark.parametrize("frame_rate", [0, -25, float("nan"), float("inf")])
def test_a_frame_rate_is_a_positive_number(frame_rate: float) -> None:
    with pytest.raises(ValueError, match="frame rate"):
        NETFLIX.gap(frame_rate)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Ms Osmani, dear Vjosa,", 22),
        ("Two lines,\none break", 19),
        ("<i>We</i> agree", 8),
        ('<font color="#ff0000">Red</font>', 3),
        (r"{\an8}At the top", 10),
        ("3 < 5 and 5 > 3", 15),
        ("të", 2),
        ("te\u0308", 2),  # the same, its diaeresis a character of its own
        ("Не\u200bда\u200f", 4),
        ("", 0),
    ],
)
def test_characters_are_what_a_viewer_reads(text: str, count: int) -> None:
    assert count_characters(text) == count


def test_good_cues_have_no_findings() -> None:
    assert not check(
        [
            Cue(1000, 4532, "Ms Osmani, dear Vjosa,\nWelcome to NATO Headquarters."),
            Cue(5033, 7387, "It’s great to see you again."),
            Cue(7467, 11600, "We just discussed the recent tensions\nin the north of Kosovo."),
        ],
        "en",
    )


@pytest.mark.parametrize("text", ["", " \n", "<i></i>", r"{\an8}"])
def test_a_cue_without_text_is_empty(text: str) -> None:
    assert rules_broken(Cue(0, 2000, text)) == ["empty"]


def test_lines_are_counted_and_measured_without_tags() -> None:
    assert rules_broken(Cue(0, 5000, "one\ntwo\nthree")) == ["line-count"]
    assert rules_broken(Cue(0, 5000, f"<i>{'x' * 42}</i>")) == []
    (finding,) = check([Cue(0, 5000, f"short\n<i>{'x' * 43}</i>")], "en")
    assert (finding.rule, finding.value, finding.limit) == ("line-length", 43, 42)


@pytest.mark.parametrize(
    ("duration", "broken"),
    [
        (-10, ["duration-short"]),
        (0, ["duration-short"]),
        (832, ["duration-short"]),
        (833, []),
        (7000, []),
        (7001, ["duration-long"]),
    ],
)
def test_durations(duration: int, broken: list[str]) -> None:
    assert rules_broken(Cue(10_000, 10_000 + duration, "Yes.")) == broken


def test_the_reading_speed_is_that_of_the_language() -> None:
    cue = Cue(0, 2000, "x" * 40)
    assert rules_broken(cue, language="en") == []
    (finding,) = check([cue], "sr")
    assert (finding.rule, finding.value, finding.limit) == ("reading-speed", 20, 17)


def test_a_line_break_takes_no_time_to_read() -> None:
    assert rules_broken(Cue(0, 2000, f"{'x' * 20}\n{'x' * 20}")) == []


@pytest.mark.parametrize(
    ("gap", "broken"),
    [
        (-1, ["overlap"]),
        (0, ["gap"]),
        (79, ["gap"]),
        (80, []),
        (100, []),
        (120, ["gap-open"]),
        (440, ["gap-open"]),
        (480, []),
        (5000, []),
    ],
)
def test_gaps_at_25_frames_a_second(gap: int, broken: list[str]) -> None:
    assert rules_broken(Cue(0, 2000, "Yes."), Cue(2000 + gap, 4000 + gap, "No.")) == broken


def test_a_cue_out_of_order() -> None:
    cues = [Cue(5000, 7000, "Second."), Cue(1000, 3000, "First.")]
    assert [(f.cue, f.rule, f.value) for f in check(cues, "en")] == [(2, "order", 4000)]


def test_messages_are_plain_sentences() -> None:
    cues = [
        Cue(3_723_004, 3_724_004, "This is far too much\nto read in a single second."),
        Cue(3_724_044, 3_725_544, "Next."),
        Cue(3_725_744, 3_728_000, "Last."),
    ]
    assert [finding.message for finding in check(cues, "en")] == [
        "Cue 1 at 01:02:03,004 asks for 47.0 characters a second, 20 can be read.",
        "Cue 1 at 01:02:03,004 leaves 40 ms before the next cue, 80 ms are the least.",
        "Cue 2 at 01:02:04,044 leaves 200 ms before the next cue, a flicker: close it to 80 ms.",
    ]


def test_every_rule_has_a_message() -> None:
    for rule in MESSAGES:
        message = Finding(7, 0, rule, 1.0, 2.0).message
        assert message.startswith("Cue 7 at 00:00:00,000 ")
        assert message.endswith(".")


@given(
    frame_rate=st.sampled_from(FRAME_RATES),
    # in frames: what a cue lasts, and 2 or half a second and more until the next
    cues=st.lists(st.tuples(st.integers(60, 100), st.sampled_from([2, 31, 100])), max_size=20),
    offset=st.integers(0, 200_000),
    rounding=st.sampled_from([round, int]),
)
def test_rounding_frames_to_milliseconds_makes_no_findings(
    frame_rate: float, cues: list[tuple[int, int]], offset: int, rounding: type[int]
) -> None:
    made, frame = [], offset
    for duration, gap in cues:
        start, end = (rounding(at * 1000 / frame_rate) for at in (frame, frame + duration))
        made.append(Cue(start, end, "Twenty characters ok"))
        frame += duration + gap
    assert check(made, "en", frame_rate) == []


@given(frame_rate=st.sampled_from(FRAME_RATES), start=st.integers(0, 200_000))
def test_rounding_hides_no_gap_of_one_frame(frame_rate: float, start: int) -> None:
    frames = (start, start + 90, start + 91, start + 200)
    a, b, c, d = (round(frame * 1000 / frame_rate) for frame in frames)
    cues = [Cue(a, b, "One."), Cue(c, d, "Two.")]
    assert [finding.rule for finding in check(cues, "en", frame_rate)] == ["gap"]


@given(st.text(alphabet="aë<>i/{}\\n8 \n.", max_size=40))
def test_counting_never_fails_and_never_exceeds_the_text(text: str) -> None:
    assert 0 <= count_characters(text) <= len(text)
