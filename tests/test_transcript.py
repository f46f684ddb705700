"""Pages and plain texts: what is spoken, by whom, and what is left out."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtitler.data import Sentence
from subtitler.errors import SubtitlerError
from subtitler.transcript import Transcript, parse_transcript, read_transcript

SAMPLE = Path(__file__).parents[1] / "samples" / "nato-2023-09-07.txt"


def parse(text: str, language: str = "en", all_text: bool = False) -> Transcript:
    return parse_transcript(dedent(text), language, all_text)


def said(transcript: Transcript) -> list[str]:
    return [sentence.text for sentence in transcript.sentences]


def spoken_by(transcript: Transcript) -> list[tuple[str, str]]:
    return [(sentence.speaker, sentence.text) for sentence in transcript.sentences]


# --- The sample -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["", "en"])
def test_the_sample_holds_29_sentences_of_one_speaker(language: str) -> None:
    transcript = read_transcript(SAMPLE, language)
    texts = said(transcript)
    assert len(texts) == 29
    assert texts[0] == "Ms Osmani, dear Vjosa, Welcome to NATO Headquarters."
    assert texts[13] == (
        "And we stand ready to act as necessary to fulfil our UN mandate: To maintain a safe and"
        " secure environment and freedom of movement for all communities in Kosovo."
    )
    assert texts[28] == (
        "It’s great to see you here and thank you so much for a very fruitful and important"
        " meeting."
    )
    assert {sentence.speaker for sentence in transcript.sentences} == {"NATO Secretary General"}


def test_what_stands_before_the_marker_is_left_out() -> None:
    assert read_transcript(SAMPLE).left_out == (
        "NATO Secretary General with Ms. Vjosa Osmani of Kosovo, 07 SEP 2023",
        "2023/09/28 • 1080p",
        "Joint press conference by NATO Secretary General Jens Stoltenberg with Vjosa"
        " Osmani-Sadriu at NATO Headquarters, 7 September 2023.",
    )


def test_all_text_keeps_every_line_of_the_sample_as_a_sentence() -> None:
    careful, everything = read_transcript(SAMPLE), read_transcript(SAMPLE, all_text=True)
    assert said(everything) == [*careful.left_out, *said(careful)]
    assert everything.left_out == ()


# --- Plain texts and pages without the marker -----------------------------------------------------


def test_a_plain_speech_is_spoken_as_a_whole() -> None:
    text = """\
        Thank you all for coming today.
        We are here to talk about the treaty of
        7 September 2023
        which we signed in this house.

        It was a long day. Good night
        """
    assert parse(text) == Transcript(
        (
            Sentence("Thank you all for coming today."),
            Sentence(
                "We are here to talk about the treaty of 7 September 2023 which we signed in this"
                " house."
            ),
            Sentence("It was a long day."),
            Sentence("Good night"),
        ),
        (),
    )


@pytest.mark.parametrize(
    "text", ["Hello world", "Good evening\n\nAnd good night", "Dear friends\n\nHi."]
)
def test_a_speech_of_short_lines_has_no_title(text: str) -> None:
    assert parse(text).left_out == ()


def test_title_dateline_and_description_are_left_out() -> None:
    transcript = parse(
        """\
        Press conference with the Prime Minister
        Pristina

        7 September 2023 | 1080p | 00:12:31

        Joint press conference by Jens Stoltenberg and Albin Kurti.

        Jens Stoltenberg: Good morning. Welcome.

        Albin Kurti: Thank you.
        """
    )
    # Two unended lines together may be one sentence: they stay.
    assert transcript.left_out == ("7 September 2023 | 1080p | 00:12:31",)
    transcript = parse(
        """\
        Press conference with the Prime Minister

        7 September 2023 | 1080p | 00:12:31
        Joint press conference by Jens Stoltenberg and Albin Kurti.

        Jens Stoltenberg: Good morning. Welcome.
        """
    )
    assert transcript.left_out == (
        "Press conference with the Prime Minister",
        "7 September 2023 | 1080p | 00:12:31",
        "Joint press conference by Jens Stoltenberg and Albin Kurti.",
    )
    assert spoken_by(transcript) == [
        ("Jens Stoltenberg", "Good morning."),
        ("Jens Stoltenberg", "Welcome."),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "2023/09/28 • 1080p",
        "28.09.2023.",
        "7. septembar 2023.",
        "7 shtator 2023",
        "September 7th, 2023",
        "07 SEP 2023",
        "Brussels, 7 September 2023",
        "Среда, 7. септембар 2023. године",
        "4K",
        "1920x1080",
        "https://www.nato.int/cps/en/natohq/opinions_218172.htm",
        "press@nato.int",
        "#NATO #Kosovo",
        "(ends)",
        "- ENDS -",
        "Check against delivery",
        "[As delivered]",
        "Photo: NATO",
        "Video by: The press office",
        "© NATO 2023",
        "* * *",
        "00:01:23",
        "(The meeting was suspended at half past ten.)",
        "## Questions",
    ],
)
def test_lines_that_nobody_says_are_left_out(line: str) -> None:
    transcript = parse(f"We begin here.\n\n{line}\n\nAnd we end here.")
    assert said(transcript) == ["We begin here.", "And we end here."]
    assert transcript.left_out == (line,)


@pytest.mark.parametrize(
    "line",
    ["In 2013.", "It ends here", "We ask two questions", "The date: it is near.", "(And so on"],
)
def test_lines_that_somebody_may_say_are_kept(line: str) -> None:
    transcript = parse(f"We begin here.\n\n{line}\n\nAnd we end here.")
    assert said(transcript) == ["We begin here.", line, "And we end here."]


def test_headings_between_full_paragraphs_are_left_out() -> None:
    transcript = parse(
        """\
        We begin here. It is good.

        Questions and answers

        We go on here. It is better.

        Then we go on again.

        We end here.
        """
    )
    assert transcript.left_out == ("Questions and answers",)
    assert len(transcript.sentences) == 6


def test_a_text_may_have_a_line_for_each_paragraph() -> None:
    transcript = parse(
        """\
        Remarks in Brussels
        We begin here. It is good.
        Jens Stoltenberg: We go on here.
        Then we go on again.
        We end here.
        Good night.
        """
    )
    assert transcript.left_out == ("Remarks in Brussels",)
    assert len(transcript.sentences) == 6


def test_lines_without_any_full_stop_are_sentences_when_they_are_many() -> None:
    lines = [f"Line number {number} of the long song that has no stops" for number in range(8)]
    assert said(parse("\n".join(lines))) == lines
    assert len(parse("\n".join(lines[:2])).sentences) == 1


def test_lists_are_sentences_without_their_bullets() -> None:
    assert said(parse("We want:\n- peace\n- bread\n• work")) == [
        "We want:",
        "peace",
        "bread",
        "work",
    ]


def test_words_that_lines_divide_are_joined() -> None:
    assert said(parse("The EU-\nfacilitated dia\u00adlogue is\n\u200bhere.")) == [
        "The EU-facilitated dialogue is here."
    ]


def test_letters_that_are_written_in_two_are_made_one() -> None:
    assert said(parse("C\u030caj i kafa.", "sr")) == ["Čaj i kafa."]


def test_a_web_page_is_read_as_a_browser_shows_it() -> None:
    transcript = parse(
        """\
        <!DOCTYPE html><html><head><title>A &amp; B</title><style>p { color: red }</style></head>
        <body><h1>Speech by the President</h1>
        <p>Good&nbsp;morning &amp; <b>wel</b>come<br>to all
        of you.</p><script>if (a < b) "<p>";</script>
        <p><strong>Q:</strong>Why?</p></body></html>
        """
    )
    assert transcript.left_out == ("Speech by the President",)
    assert spoken_by(transcript) == [("", "Good morning & welcome to all of you."), ("Q", "Why?")]


def test_markdown_is_read() -> None:
    transcript = parse("**Albin Kurti:** It is [on our page](https://a.b/c) and __very__ clear.")
    assert spoken_by(transcript) == [("Albin Kurti", "It is on our page and very clear.")]


# --- Stage directions -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "spoken", "direction"),
    [
        ("Thank you. [Applause] And now.", ["Thank you.", "And now."], "[Applause]"),
        ("I am (laughter) glad.", ["I am glad."], "(laughter)"),
        ("He said [inaudible], and left.", ["He said, and left."], "[inaudible]"),
        ("Hvala. (Aplauz) Idemo.", ["Hvala.", "Idemo."], "(Aplauz)"),
        ("Хвала. (Смех у сали) Идемо.", ["Хвала.", "Идемо."], "(Смех у сали)"),
        ("Faleminderit. [Duartrokitje]", ["Faleminderit."], "[Duartrokitje]"),
        ("He [the minister] left.", ["He left."], "[the minister]"),
    ],
)
def test_stage_directions_are_left_out(text: str, spoken: list[str], direction: str) -> None:
    transcript = parse(text)
    assert said(transcript) == spoken
    assert transcript.left_out == (direction,)


def test_an_aside_in_round_brackets_is_spoken() -> None:
    text = "The others (and they are many) agree."
    assert said(parse(text)) == [text]


def test_all_text_drops_only_what_is_certainly_a_direction() -> None:
    transcript = parse("He [the minister] left. [Applause]\n\n(The end.)", all_text=True)
    assert said(transcript) == ["He [the minister] left.", "(The end.)"]
    assert transcript.left_out == ()


# --- Labels ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "speaker"),
    [
        ("NATO Secretary General", "NATO Secretary General"),
        ("NATO Secretary General Jens Stoltenberg", "NATO Secretary General Jens Stoltenberg"),
        ("Jens Stoltenberg", "Jens Stoltenberg"),
        ("Jens Stoltenberg, NATO Secretary General", "Jens Stoltenberg, NATO Secretary General"),
        ("Oana Lungescu (NATO Spokesperson)", "Oana Lungescu (NATO Spokesperson)"),
        ("Moderator [via interpreter]", "Moderator"),
        ("Jens Stoltenberg (00:12)", "Jens Stoltenberg"),
        ("**Jens Stoltenberg**", "Jens Stoltenberg"),
        ("Q", "Q"),
        ("A", "A"),
        ("Q2", "Q2"),
        ("Question", "Question"),
        ("STOLTENBERG", "STOLTENBERG"),
        ("Mr. J. Smith", "Mr. J. Smith"),
        ("Ursula von der Leyen", "Ursula von der Leyen"),
        ("Minister for Europe and Foreign Affairs", "Minister for Europe and Foreign Affairs"),
        ("Generalni sekretar NATO", "Generalni sekretar NATO"),
        ("Председница Османи", "Председница Османи"),
        ("Новинар", "Новинар"),
        ("Sekretari i Përgjithshëm i NATO-s", "Sekretari i Përgjithshëm i NATO-s"),
        ("Gazetari", "Gazetari"),
        ("Bundeskanzlerin Merkel", "Bundeskanzlerin Merkel"),
        ("Le président Macron", "Le président Macron"),
    ],
)
def test_labels_at_the_front_of_a_paragraph(written: str, speaker: str) -> None:
    transcript = parse(f"{written}: Good morning to all. Welcome.\n\nWe begin.")
    assert spoken_by(transcript) == [
        (speaker, "Good morning to all."),
        (speaker, "Welcome."),
        (speaker, "We begin."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Our message is clear: we stand ready.",
        "Our Message: We stand ready.",
        "To fulfil our UN mandate: To maintain a safe environment.",
        "First: We must act.",
        "Remember: We are many.",
        "Peace: That is what we want.",
        "North Macedonia: A friend of all.",
        "Dear Colleagues: Welcome.",
        "Ladies and Gentlemen: Welcome.",
        "Mr. President: Thank you.",
        "The President said: We agree.",
        "President Biden: “We agree.”",
        "It is 10:30 in Brussels.",
        "As it is written in Matthew 5:9: Blessed are the peacemakers.",
        "Naša poruka je jasna: Mir.",
        "Predsednik kaže: Ne.",
        "Së pari: Paqja.",
    ],
)
def test_colons_inside_speech_make_no_labels(text: str) -> None:
    transcript = parse(f"We begin here. {text}")
    assert spoken_by(transcript) == [("", "We begin here."), ("", text)]


def test_labels_in_running_text() -> None:
    transcript = parse(
        "🗣 | NATO Secretary General: Welcome. Thank you for coming. President Osmani: Thank you."
        " It is good. Q: Why now? A: Because. Moderator: Next. Secretary General: Yes."
    )
    assert spoken_by(transcript) == [
        ("NATO Secretary General", "Welcome."),
        ("NATO Secretary General", "Thank you for coming."),
        ("President Osmani", "Thank you."),
        ("President Osmani", "It is good."),
        ("Q", "Why now?"),
        ("A", "Because."),
        ("Moderator", "Next."),
        ("Secretary General", "Yes."),
    ]


def test_a_surname_is_a_label_where_the_page_has_named_it() -> None:
    running = "Jens Stoltenberg: Welcome. Kurti: Thanks. Stoltenberg: Yes."
    assert [speaker for speaker, _ in spoken_by(parse(running))] == [
        "Jens Stoltenberg",
        "Jens Stoltenberg",  # Kurti is named nowhere: he may be a topic
        "Stoltenberg",
    ]
    page = f"Stoltenberg meets Kurti in Pristina\n\n{running} Pristina is near."
    assert [speaker for speaker, _ in spoken_by(parse(page))] == [
        "Jens Stoltenberg",
        "Kurti",
        "Stoltenberg",
        "Stoltenberg",
    ]


def test_a_label_may_stand_on_a_line_of_its_own() -> None:
    transcript = parse("Jens Stoltenberg:\nThank you.\n\nVjosa Osmani:\n\nThank you too.")
    assert spoken_by(transcript) == [
        ("Jens Stoltenberg", "Thank you."),
        ("Vjosa Osmani", "Thank you too."),
    ]


def test_a_title_needs_no_blank_line_above_a_label() -> None:
    transcript = parse("Press conference in Pristina\nJens Stoltenberg: Good morning.\nWelcome.")
    assert transcript.left_out == ("Press conference in Pristina",)
    assert spoken_by(transcript)[0] == ("Jens Stoltenberg", "Good morning.")


def test_questions_of_the_white_house_have_no_colon() -> None:
    transcript = parse("THE PRESIDENT:  Good morning.\n\nQ    Mr. President, why?\n")
    assert spoken_by(transcript) == [
        ("THE PRESIDENT", "Good morning."),
        ("Q", "Mr. President, why?"),
    ]


def test_a_question_begins_even_after_an_unended_sentence() -> None:
    assert spoken_by(parse("A: We will see Q: Why?")) == [("A", "We will see"), ("Q", "Why?")]


def test_each_speaker_may_have_a_marker() -> None:
    transcript = parse("Title\n🗣️ | Jens Stoltenberg: Yes.\n🗣️ | Vjosa Osmani: No.")
    assert spoken_by(transcript) == [("Jens Stoltenberg", "Yes."), ("Vjosa Osmani", "No.")]
    assert transcript.left_out == ("Title",)


# --- Any page -------------------------------------------------------------------------------------


FRAGMENTS = """
Q: President Osmani: Hello world. (laughter) [x] 🗣| 2023/09/28 • 1080p No. 5 U.S.
– ** <p> &amp; … да.
""".split()


@given(
    st.lists(st.sampled_from([*FRAGMENTS, "\n", "\n\n", "\u00a0"]), max_size=20).map(" ".join),
    st.booleans(),
)
def test_every_page_gives_clean_sentences_or_none(text: str, all_text: bool) -> None:
    try:
        transcript = parse_transcript(text, "en", all_text)
    except SubtitlerError:
        return
    for sentence in transcript.sentences:
        assert " ".join(sentence.text.split()) == sentence.text
        assert any(letter.isalnum() for letter in sentence.text)
    assert not (all_text and transcript.left_out)


# --- Bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["", "\n \n", "[Music]", "2023/09/28 • 1080p\n\n* * *", "Title\n🗣 |"]
)
def test_a_text_without_speech_is_refused(text: str) -> None:
    with pytest.raises(SubtitlerError, match="no spoken text"):
        parse(text)


def test_a_file_without_speech_is_named(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text("[Music]\n")
    with pytest.raises(SubtitlerError, match=r"“.*page\.txt” holds no spoken text"):
        read_transcript(path)


def test_files_that_are_no_texts_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    with pytest.raises(SubtitlerError, match="There is no file"):
        read_transcript(path)
    path.write_bytes(b"")
    with pytest.raises(SubtitlerError, match="is empty"):
        read_transcript(path)
    path.write_bytes(bytes(range(256)))
    with pytest.raises(SubtitlerError, match="binary"):
        read_transcript(path)


def test_a_serbian_page_in_a_legacy_code_page_is_read(tmp_path: Path) -> None:
    path = tmp_path / "govor.txt"
    text = "Председница Османи: Добро дошли. Дана 7. септембра 2023. године смо се састали."
    path.write_bytes(text.encode("cp1251"))
    assert spoken_by(read_transcript(path)) == [
        ("Председница Османи", "Добро дошли."),
        ("Председница Османи", "Дана 7. септембра 2023. године смо се састали."),
    ]


def test_start_up_does_not_wait_for_the_splitter() -> None:
    script = (
        "import sys, subtitler.transcript;"
        " sys.exit(bool({'sentencex', 'langdetect'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_of_subtitles_only_the_words_are_spoken(tmp_path: Path) -> None:
    page = tmp_path / "talk.srt"
    page.write_text(
        "1\n00:00:01,000 --> 00:00:03,000\nThe talks were open\n\n"
        "2\n00:00:03,080 --> 00:00:05,000\nand fruitful. We go on.\n",
        encoding="utf-8",
    )
    sentences = read_transcript(page, "en").sentences
    assert [sentence.text for sentence in sentences] == [
        "The talks were open and fruitful.",
        "We go on.",
    ]
