"""The time of every word, as JSON for other programs."""

import json
from collections.abc import Sequence

from subtitler.data import Word


def encode_words(words: Sequence[Word]) -> str:
    """A JSON list of {"word", "start", "end", "confidence", "sentence"}.

    Times are in seconds and null for a word that was not found; `sentence` counts from 0.
    """
    rows = [
        {
            "word": word.text,
            "start": _seconds(word.start),
            "end": _seconds(word.end),
            "confidence": round(word.confidence, 3),
            "sentence": word.sentence,
        }
        for word in words
    ]
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"


def _seconds(time: int | None) -> float | None:
    return None if time is None else time / 1000
