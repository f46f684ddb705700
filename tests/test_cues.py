from subtitler.cues import make_cues
from subtitler.data import Cue, Word


def test_one_sentence() -> None:
    words = [Word("Welcome", 0, 1000, 1400, 1.0), Word("back.", 0, 1450, 1800, 1.0)]
    assert make_cues(words, [""], "en") == [Cue(1000, 2300, "Welcome back.")]
