"""What must never happen to a translation of any length on cues of any kind."""

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from subtitler.data import Cue
from subtitler.languages import Language
from subtitler.rules import NETFLIX, check
from subtitler.subtitles import format_srt, without_overlaps
from subtitler.translation.layout import Setting, TranslatedTurn, lay_out
from subtitler.translation.sentences import find_turns

EN = Language("en")

WORDS = [
    *("peace", "the", "men", "of", "NATO", "in", "Kosovo's", "north,", "and", "year.", "Yes!"),
    *("What?", "1244", "(so)", "a-b", '"no"', "[noise]", "♪", "-", "–", "…", "<i>", "</i>"),
    *("{\\an8}", "http://x.org/a-path-that-is-longer-than-a-line-of-a-subtitle/ok"),
]
text = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from([" ", " ", " ", "\n"])),
    min_size=1,
    max_size=25,
).map(lambda parts: "".join(word + gap for word, gap in parts))
# A pause and a duration, in milliseconds: reasonable or not.
time = st.tuples(
    st.one_of(st.integers(-500, 200), st.integers(0, 4000)),
    st.one_of(st.integers(1, 900), st.integers(900, 9000)),
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(time, text), max_size=8),
    st.sampled_from([0.1, 0.7, 1, 1.3, 3]),
    st.sampled_from([None, 3000, 20_000]),
)
def test_whatever_comes(
    parts: list[tuple[tuple[int, int], str]], length: float, media_end: int | None
) -> None:
    cues: list[Cue] = []
    now = 5000
    for (pause, duration), content in parts:
        cues.append(Cue(now + pause, now + pause + duration, content))
        now += pause + duration
    cues = without_overlaps(sorted(cues, key=lambda cue: cue.start))
    turns = [
        TranslatedTurn(turn, tuple(_translation(s.text, length) for s in turn.sentences))
        for turn in find_turns(cues, EN)
    ]
    made = lay_out(cues, turns, Setting(Language("sq"), 25.0, NETFLIX, media_end))

    expected = " ".join(turn.text for turn in turns).split()
    assert re.sub(r"<[^>]*>|\{\\[^}]*\}", "", " ".join(c.text for c in made)).split() == expected
    for cue in made:
        assert 0 < cue.end - cue.start <= NETFLIX.max_duration
        assert cue.text.count("<i>") == cue.text.count("</i>")
    assert all(before.end <= after.start for before, after in pairwise(made))
    assert format_srt(made).count(" --> ") == len(made)
    broken = {finding.rule for finding in check(made, "sq")}
    assert not broken & {"empty", "order", "overlap", "line-count", "duration-long"}
    # A sentence that begins with a cue begins when it did, unless cues stand too close for that.
    starts = {cue.start for cue in made}
    for i, turn in enumerate(turns):
        first = cues[turn.turn.cues[0]]
        if i and turns[i - 1].turn.cues[-1] == turn.turn.cues[0]:
            continue
        crowded = any(0 < first.start - cue.start < 150 for cue in [*cues, *made])
        assert crowded or first.start in starts


def _translation(source: str, length: float) -> str:
    """A text of the same words, shorter or longer by a factor."""
    words = source.split()
    return " ".join(words[i % len(words)] for i in range(round(len(words) * length)))
