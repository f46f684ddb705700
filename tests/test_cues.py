import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtitler.cues import Placed, make_cues, place_words, retime, split_text, unplaced_sentences
from subtitler.data import Cue, Word
from subtitler.rules import NETFLIX, check, count_characters

FRAME_RATES = [23.976, 24.0, 25.0, 30000 / 1001, 30.0, 50.0, 60.0]

# The spoken part of samples/nato-2023-09-07.txt, a sentence a line.
SPEECH = """\
Ms Osmani, dear Vjosa, Welcome to NATO Headquarters.
It’s great to see you again.
We just discussed the recent tensions in the north of Kosovo.
And the continuing importance of NATO’s KFOR peacekeeping mission under the mandate of the UN \
Security Council resolution 1244.
Our KFOR troops were attacked earlier this year.
Leaving 93 of them injured, some seriously.
This is totally unacceptable.
The stability of the region and the safety of KFOR troops depends on all actors honouring their \
existing commitments.
NATO considers these to be of the highest importance, and expects them to be fully met.
In line with Pristina’s commitment from 2013, any deployment of the Kosovo Security Force to the \
North of Kosovo requires the concurrence of KFOR.
And we expect timely and meaningful consultation on any action of the Kosovo Security Force or \
Kosovo Police that could impact the security environment.
In response to the recent unrest, NATO has deployed hundreds of additional troops to Kosovo.
KFOR continues to monitor the situation closely.
And we stand ready to act as necessary to fulfil our UN mandate: To maintain a safe and secure \
environment and freedom of movement for all communities in Kosovo.
Neutrality and impartiality are central to the success of our mission.
And our commander in Kosovo is in close contact with both the security organisations in Kosovo \
and the Serbian Chief of Defence.
I welcome recent steps taken by Pristina to lower tensions.
Including reducing the number of special police in the north, And plans to facilitate new \
municipal elections.
But it is essential to avoid further escalation.
So I urge all parties to avoid inflammatory rhetoric.
And to act with restraint and in line with their commitments.
NATO strongly supports the EU-facilitated dialogue between Belgrade and Pristina.
I welcome the announcement of another high-level dialogue meeting next week.
This is the only way to resolve outstanding issues.
And to reach a solution that respects the rights of all communities.
This requires patience, perseverance and compromise.
It is also an opportunity for Kosovo to demonstrate that it is a responsible actor, working \
constructively for the benefit of Euro-Atlantic security.
So once again, welcome.
It’s great to see you here and thank you so much for a very fruitful and important meeting.
""".splitlines()


def spoken(sentences: Sequence[str], speed: float = 15.0, pause: int = 500) -> list[Word]:
    """The sentences as words said at `speed` characters/second, `pause` ms after each sentence."""
    words, time = [], 1000
    for number, sentence in enumerate(sentences):
        for text in sentence.split():
            duration = round((len(text) + 1) * 1000 / speed)
            words.append(Word(text, number, time, time + duration - 20, 1.0))
            time += duration
        time += pause
    return words


def cued(*sentences: str, speed: float = 15.0, pause: int = 500) -> list[list[str]]:
    """The cues, as lists of lines, of sentences that one person says."""
    cues = make_cues(spoken(sentences, speed, pause), [""] * len(sentences), "en")
    return [cue.text.split("\n") for cue in cues]


# Each expectation follows from the guides: a cue ends with the sentence or its clauses, else
# before a conjunction or a preposition; lines break there too; nothing that belongs together is
# parted; no cue more than needed.
@pytest.mark.parametrize(
    "cues",
    [
        [["Ms Osmani, dear Vjosa,", "Welcome to NATO Headquarters."]],
        [["It’s great to see you again."]],
        [["We just discussed the recent tensions", "in the north of Kosovo."]],
        [["Leaving 93 of them injured,", "some seriously."]],
        [
            ["The stability of the region", "and the safety of KFOR troops"],
            ["depends on all actors honouring", "their existing commitments."],
        ],
        [
            ["NATO considers these", "to be of the highest importance,"],
            ["and expects them to be fully met."],
        ],
        [
            ["In line with Pristina’s commitment", "from 2013,"],
            ["any deployment", "of the Kosovo Security Force"],
            ["to the North of Kosovo", "requires the concurrence of KFOR."],
        ],
        [
            ["In response to the recent unrest,"],
            ["NATO has deployed hundreds", "of additional troops to Kosovo."],
        ],
        [
            ["And our commander in Kosovo", "is in close contact"],
            ["with both the security organisations", "in Kosovo"],
            ["and the Serbian Chief of Defence."],
        ],
        [
            ["Including reducing the number", "of special police in the north,"],
            ["And plans to facilitate", "new municipal elections."],
        ],
        [["And to act with restraint", "and in line with their commitments."]],
        [["This requires patience,", "perseverance and compromise."]],
        [["So once again, welcome."]],
        [
            ["It’s great to see you here", "and thank you so much"],
            ["for a very fruitful and important meeting."],
        ],
    ],
    ids=lambda cues: cues[0][0],
)
@pytest.mark.parametrize("speed", [12.0, 15.0, 18.0])
def test_cues_of_the_speech(cues: list[list[str]], speed: float) -> None:
    sentence = " ".join(line for cue in cues for line in cue)
    assert sentence in SPEECH
    assert cued(sentence, speed=speed) == cues


def test_the_whole_speech_keeps_every_rule() -> None:
    cues = make_cues(spoken(SPEECH), [""] * len(SPEECH), "en")
    assert check(cues, "en") == []
    assert [word for cue in cues for word in cue.text.split()] == " ".join(SPEECH).split()
    ends = {re.sub(r"\W", "", line.split()[-1]).lower() for cue in cues for line in lines(cue)}
    assert ends.isdisjoint(["a", "an", "the", "of", "in", "to", "for", "and", "or", "that", "our"])
    assert ends.isdisjoint(["we", "any", "their", "is", "are", "has", "could", "were", "recent"])
    for name in ("Ms Osmani", "NATO Headquarters", "Kosovo Security Force", "Chief of Defence"):
        assert sum(line.count(name) for cue in cues for line in lines(cue)) == sum(
            sentence.count(name) for sentence in SPEECH
        )
    # no sentence ends, and no sentence begins, within a line
    assert not any(re.search(r"[.!?] ", line) for cue in cues for line in lines(cue))


def lines(cue: Cue) -> list[str]:
    return cue.text.split("\n")


def test_serbian_clitics_stay_with_their_word() -> None:
    sentence = "Kandidati su učestvovali u četiri televizijske debate, a građani su ih pratili."
    cues = make_cues(spoken([sentence]), [""], "sr")
    assert [cue.text for cue in cues] == [
        "Kandidati su učestvovali\nu četiri televizijske debate,",
        "a građani su ih pratili.",
    ]


def test_in_and_out_times() -> None:
    first, second = make_cues(
        spoken(["We are here.", "You are there."], pause=3000), ["", ""], "en"
    )
    assert first == Cue(1000, 1847 + 500, "We are here.")  # half a second after the voice
    assert second.start == 4867


def test_a_pause_of_a_second_ends_a_cue() -> None:
    words = spoken(["We stand ready to act."])
    for pause, texts in [
        (950, ["We stand ready to act."]),
        (1020, ["We stand", "ready to act."]),
    ]:
        later = [
            replace(word, start=word.start + pause, end=word.end + pause)
            for word in words[2:]
            if word.start is not None and word.end is not None
        ]
        cues = make_cues([*words[:2], *later], [""], "en")
        assert [cue.text for cue in cues] == texts


def test_sentences_have_cues_of_their_own() -> None:
    assert cued("That is good.", "We will stay.") == [["That is good."], ["We will stay."]]


def test_a_sentence_too_short_to_be_read_shares_a_cue_with_the_next() -> None:
    assert cued("Yes.", "We will stay for as long as we are needed.", pause=100) == [
        ["Yes. We will stay", "for as long as we are needed."]
    ]


def test_a_sentence_never_shares_a_cue_with_the_next_speaker() -> None:
    words = spoken(["Will you stay?", "Yes.", "Why?"], pause=100)
    cues = make_cues(words, ["Q", "A", "Q"], "en")
    assert [cue.text for cue in cues] == ["Will you stay?", "Yes.", "Why?"]
    assert {finding.rule for finding in check(cues, "en")} <= {"duration-short", "reading-speed"}


def test_what_was_not_said_gets_no_cue() -> None:
    words = spoken(["This was said.", "This was in the page only.", "And this was said."])
    words = [replace(w, start=None, end=None) if w.sentence == 1 else w for w in words]
    assert unplaced_sentences(words) == [1]
    cues = make_cues(words, ["", "", ""], "en")
    assert [cue.text for cue in cues] == ["This was said.", "And this was said."]


def test_half_a_sentence_is_not_enough() -> None:
    words = [Word("We", 0, 0, 200), Word("stay.", 0), Word("They", 1, 900, 1200), Word("left.", 1)]
    assert unplaced_sentences(words) == [0, 1]
    assert make_cues(words, ["", ""], "en") == []


def test_missing_words_are_placed_between_their_neighbours() -> None:
    words = [
        Word("We", 0, 1000, 1200),
        Word("are", 0),
        Word("staying", 0),
        Word("here", 0, 2000, 2300),
        Word("now.", 0, 2320, 2600),
    ]
    assert place_words(words)[1:3] == [
        Placed("are", 0, 1200, 1466),
        Placed("staying", 0, 1466, 2000),
    ]


def test_missing_words_do_not_fill_a_pause() -> None:
    words = [
        Word("We", 0, 1000, 1200),
        Word("stay,", 0),
        Word("and", 0),
        Word("they", 0, 9000, 9300),
        Word("will", 0, 9320, 9500),
        Word("too.", 0, 9520, 9800),
    ]
    stay, joined = place_words(words)[1:3]
    assert (stay.start, stay.end) == (1200, 1602)
    assert (joined.start, joined.end) == (8732, 9000)


def test_missing_words_at_the_edges_keep_off_the_neighbours() -> None:
    words = [
        *[Word("Yes,", 0, 1000, 1300), Word("we", 0, 1320, 1500), Word("do.", 0)],
        *[Word("And", 1), Word("they", 1, 1800, 2000), Word("know", 1, 2020, 2300)],
    ]
    placed = place_words(words)
    assert placed[2] == Placed("do.", 0, 1500, 1768)
    assert placed[3] == Placed("And", 1, 1768, 1800)


def test_words_that_go_back_in_time() -> None:
    words = [Word("We", 0, 1000, 1200), Word("stay.", 0, 900, 990)]
    with pytest.raises(ValueError, match="back in time"):
        make_cues(words, [""], "en")


def test_a_word_longer_than_a_line_stands_alone() -> None:
    url = "https://www.nato.int/cps/en/natohq/opinions_218172.htm"
    words = spoken([f"Read more about it at {url} today."])
    cues = make_cues(words, [""], "en")
    assert [cue.text for cue in cues if url in cue.text] == [url]
    assert "line-length" in {finding.rule for finding in check(cues, "en")}


def test_no_words_no_cues() -> None:
    assert make_cues([], [], "en") == []
    assert unplaced_sentences([]) == []
    assert retime([], "en") == []


@pytest.mark.parametrize(
    ("pause", "gap"),
    [
        (-100, 80),  # the voices overlap: the first cue goes two frames before the second
        (0, 80),
        (80, 80),
        (200, 80),
        (499, 80),
        (500, 500),  # wide enough as it is
        (700, 500),  # lingers less, so that the gap does not flicker
        (1000, 500),
        (1001, 501),
        (4000, 3500),
    ],
)
def test_gaps_are_two_frames_or_half_a_second(pause: int, gap: int) -> None:
    first, second = retime([Cue(0, 3000, "One."), Cue(3000 + pause, 9000, "Two.")], "en")
    assert second.start - first.end == gap


def test_a_short_cue_stays_as_long_as_it_must() -> None:
    assert retime([Cue(1000, 1100, "Yes.")], "en") == [Cue(1000, 1833, "Yes.")]


def test_text_stays_until_it_is_read_but_not_for_ever() -> None:
    assert retime([Cue(0, 1000, "x" * 40)], "en")[0].end == 2000
    assert retime([Cue(0, 1000, "x" * 40)], "sr")[0].end == 2353
    assert retime([Cue(0, 1000, "x" * 80)], "en")[0].end == 2500


def test_the_longest_cue() -> None:
    assert retime([Cue(0, 6900, "Long.")], "en")[0].end == 7000
    assert retime([Cue(0, 9000, "Long.")], "en")[0].end == 7000
    # closing the gap would take more than seven seconds: half a second is left instead
    assert retime([Cue(0, 6600, "Long."), Cue(7100, 9000, "Next.")], "en")[0].end == 6600


def test_nothing_after_the_end_of_the_media() -> None:
    assert retime([Cue(1000, 2900, "The end.")], "en", media_end=3000)[0].end == 3000


def test_cues_that_go_back_in_time() -> None:
    with pytest.raises(ValueError, match="back in time"):
        retime([Cue(1000, 2000, "One."), Cue(900, 3000, "Two.")], "en")


def test_split_by_time_at_good_places() -> None:
    text = (
        "Kandidati su učestvovali u četiri televizijske debate u kojima su preovladale ekonomske"
        " teme, dok spoljna politika nije ni pomenuta."
    )
    assert split_text(text, "sr", [3169, 2171, 3538]) == [
        "Kandidati su učestvovali\nu četiri televizijske debate",
        "u kojima su preovladale ekonomske teme,",
        "dok spoljna politika nije ni pomenuta.",
    ]
    assert split_text("Po, do të qëndrojmë.", "sq", [1]) == ["Po, do të qëndrojmë."]
    assert split_text("Po, do të qëndrojmë.", "sq", [1, 3]) == ["Po,", "do të qëndrojmë."]


def test_a_piece_without_time_still_has_a_word() -> None:
    pieces = split_text("We will stay here, and they will too.", "en", [1, 0])
    assert pieces is not None
    assert all(pieces)


def test_what_cannot_be_split() -> None:
    assert split_text("Yes.", "en", [1, 1]) is None
    assert split_text("word " * 40, "en", [1, 1]) is None
    assert split_text("", "en", [1]) is None
    for weights in ([], [0, 0], [1, -1]):
        with pytest.raises(ValueError, match="weights"):
            split_text("Yes, we are.", "en", weights)


# Everything below holds for whatever is said.

TEXT = st.one_of(
    st.text(alphabet="abestčдT’", min_size=1, max_size=10),
    st.sampled_from(["the", "of", "and", "we", "stay,", "here.", "NATO", "7", "(so", "far)", "–"]),
    st.text(alphabet="ab", min_size=11, max_size=42),
)


@st.composite
def speeches(draw: st.DrawFn, *, all_found: bool = True) -> tuple[list[Word], list[str], int]:
    """Words, speakers and the end of the media: any pauses, any speakers, any pace."""
    words: list[Word] = []
    speakers: list[str] = []
    time = draw(st.integers(0, 3000))
    for number in range(draw(st.integers(0, 6))):
        speakers.append(draw(st.sampled_from("AAB")))
        for text in draw(st.lists(TEXT, min_size=1, max_size=25)):
            end = time + draw(st.integers(150, 900))
            if all_found or draw(st.integers(0, 3)):
                words.append(Word(text, number, time, end, 1.0))
            else:
                words.append(Word(text, number))
            time = end + draw(st.sampled_from([0, 0, 0, 10, 200, 600, 990, 1000, 4000]))
    return words, speakers, time + draw(st.integers(0, 2000))


@given(speech=speeches(all_found=False), frame_rate=st.sampled_from(FRAME_RATES))
def test_cues_keep_to_time_and_space(
    speech: tuple[list[Word], list[str], int], frame_rate: float
) -> None:
    words, speakers, media_end = speech
    cues = make_cues(words, speakers, "en", frame_rate, media_end=media_end)
    for before, after in pairwise(cues):
        assert after.start - before.end >= NETFLIX.gap(frame_rate)
    for cue in cues:
        assert 0 <= cue.start < cue.end
        assert cue.end - cue.start <= NETFLIX.max_duration
        assert len(lines(cue)) <= NETFLIX.lines
        assert all(0 < count_characters(line) <= NETFLIX.line_length for line in lines(cue))
    unplaced = set(unplaced_sentences(words))
    said = [word.text for word in words if word.sentence not in unplaced]
    assert [text for cue in cues for text in cue.text.split()] == said
    rules = {finding.rule for finding in check(cues, "en", frame_rate)}
    assert rules <= {"duration-short", "reading-speed", "gap-open"}


@given(speech=speeches())
def test_cues_follow_the_voice(speech: tuple[list[Word], list[str], int]) -> None:
    words, speakers, media_end = speech
    cues = make_cues(words, speakers, "en", media_end=media_end)
    ends = [*(cue.start for cue in cues[1:]), media_end]
    position = 0
    for cue, following in zip(cues, ends, strict=False):
        said = words[position : position + len(cue.text.split())]
        position += len(said)
        voice = said[-1].end
        assert voice is not None
        assert cue.start == said[0].start
        assert len({speakers[word.sentence] for word in said}) == 1
        assert cue.end <= media_end
        assert cue.end >= min(voice, following - NETFLIX.gap(25.0), cue.start + 7000)
        assert cue.end <= max(voice + NETFLIX.stretch, cue.start + NETFLIX.min_duration)
        if cue.end - cue.start < NETFLIX.min_duration:
            assert following - cue.end <= NETFLIX.gap(25.0)
        for before, after in pairwise(said):
            assert before.end is not None
            assert after.start is not None
            assert after.start - before.end < 1000
        # the beginning of a sentence is never the tail of a cue, unless a pause comes there
        if said[0].sentence != said[-1].sentence and following - voice < 1000:
            assert position == len(words) or words[position].sentence != said[-1].sentence


@given(
    times=st.lists(st.tuples(st.integers(0, 300), st.integers(-50, 9000)), max_size=12),
    frame_rate=st.sampled_from(FRAME_RATES),
)
def test_retime_never_lets_cues_collide(times: list[tuple[int, int]], frame_rate: float) -> None:
    cues, start = [], 0
    for step, duration in times:
        start += step
        cues.append(Cue(start, start + duration, "Text of no great length"))
    timed = retime(cues, "en", frame_rate)
    assert [cue.text for cue in timed] == [cue.text for cue in cues]
    for before, after in pairwise(timed):
        assert before.start < before.end <= after.start - NETFLIX.gap(frame_rate)
    for cue, given_cue in zip(timed, cues, strict=True):
        assert cue.start >= given_cue.start
        assert cue.end - cue.start <= NETFLIX.max_duration


@given(
    words=st.lists(TEXT, min_size=1, max_size=40),
    weights=st.lists(st.floats(0, 1000), min_size=1, max_size=6).filter(lambda w: sum(w) > 0),
    language=st.sampled_from(["en", "sq", "sr", "xx"]),
)
def test_split_text_loses_nothing(words: list[str], weights: list[float], language: str) -> None:
    pieces = split_text(" ".join(words), language, weights)
    if pieces is None:
        return
    assert len(pieces) == len(weights)
    assert " ".join(pieces).split() == words
    for piece in pieces:
        assert 1 <= len(piece.split("\n")) <= NETFLIX.lines
        assert all(0 < count_characters(line) <= 42 for line in piece.split("\n"))


@given(words=st.lists(TEXT, min_size=1, max_size=8))
def test_a_short_text_always_splits(words: list[str]) -> None:
    pieces = split_text(" ".join(words), "en", [1.0] * len(words))
    assert pieces == words


def test_a_word_that_the_recording_breaks_off_before_is_not_placed_after_its_end() -> None:
    words = [
        *(
            Word(text, 0, 1000 + 400 * i, 1300 + 400 * i)
            for i, text in enumerate("We stay".split())
        ),
        *(
            Word(text, 0, 2000 + 400 * i, 2300 + 400 * i)
            for i, text in enumerate("as long".split())
        ),
        *(Word(text, 0, 2900 + 30 * i, 2920 + 30 * i) for i, text in enumerate("as it".split())),
        *(Word(text, 0) for text in "takes, whatever happens.".split()),
    ]
    assert place_words(words, 3000)[-1].end == 3000
    assert place_words(words)[-1].end > 4000
    assert all(cue.end <= 3000 for cue in make_cues(words, [""], "en", media_end=3000))


def test_a_text_of_hundreds_of_cues_is_divided_as_one_of_few() -> None:
    sentence = "We met this morning, and we agreed that the work goes on."
    pieces = split_text(" ".join(300 * [sentence]), "en", 300 * [1.0])
    assert pieces is not None
    assert {piece.replace("\n", " ") for piece in pieces} == {sentence}


def test_pieces_go_where_they_must_if_the_weights_leave_them_no_room() -> None:
    text = " ".join(f"word{n}" for n in range(150))
    pieces = split_text(text, "en", [1000.0, *(20 * [0.0])])
    assert pieces is not None
    assert " ".join(" ".join(pieces).split()) == text
