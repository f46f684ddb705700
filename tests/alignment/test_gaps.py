"""Words looked for beside those that were heard."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from subtitler.alignment.gaps import look_closer
from subtitler.alignment.recogniser import Heard, Recogniser, Window
from subtitler.alignment.spots import LOOKED_FOR, SURE, Spot, Spots, Text


@dataclass
class Deaf(Recogniser):
    """Finds every word where it is, but for one."""

    words: Sequence[Heard]
    missing: str

    def align(self, windows: Sequence[Window]) -> Iterator[list[Heard | None]]:
        places = {word.key: word for word in self.words}
        for window in windows:
            yield [None if key == self.missing else places[key] for key in window.keys]


def test_a_word_that_goes_with_one_phrase_is_not_looked_for_with_the_next() -> None:
    """Two pauses in a sentence; the word between them was only looked for and is not there."""
    times = {"a": 0, "b": 5000, "c": 5300, "d": 9000, "e": 9300}
    words = [Heard(key, start, start + 200, -1.0) for key, start in times.items()]
    text = Text(list(times), [0] * 5, [200] * 5)
    spots: Spots = [Spot(w.start, w.end, SURE, w.score) for w in words]
    spots[1] = Spot(5000, 5200, LOOKED_FOR, -1.0)
    look_closer(text, Deaf(words, "b"), spots)
    assert [spot is not None for spot in spots] == [True, False, True, True, True]
