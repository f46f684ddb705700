"""How sure the time of a word is: the chance that it starts within two frames (80 ms) of the voice.

Measured on the first words of clauses in the English cases of benchmarks/alignment.py (2026-11-24,
281 of them): what tells most is whether the sound itself showed the edge, and how far the voice
stands out there.
"""

from collections.abc import Set

from subtitler.alignment.energy import Envelope
from subtitler.alignment.spots import LOOKED_FOR, Spots, Text, placed

# dB by which the voice stands out from the noise around it.
_CLEAR, _NOISY = 21.0, 15.0
# The share of starts that were right, by whether the sound shows the edge, then by the noise.
_AT_EDGE = {"clear": 0.99, "middling": 0.95, "noisy": 0.92}
_AT_NO_EDGE = {"clear": 0.77, "middling": 0.72, "noisy": 0.7}
# Of those, for a word that was only looked for, and for one with a pause (ms) behind it inside of
# its sentence: it may be a false start.
_IF_LOOKED_FOR, _IF_APART = 0.85, 0.85
_APART = 300
_PAUSE = 100  # ms before a word that begins a phrase


def rate_starts(
    text: Text, spots: Spots, at_edge: Set[int], envelope: Envelope
) -> dict[int, float]:
    """The confidence of each word that begins a sentence or a phrase, by its number.

    `at_edge`: the words that start where the sound shows that something starts.  Words inside of a
    phrase keep the confidence that they were found with.
    """
    rated = {}
    found = [i for i, spot in enumerate(spots) if spot]
    for n, i in enumerate(found):
        spot, before = placed(spots[i]), spots[found[n - 1]] if n else None
        is_first = i == 0 or text.sentences[i - 1] != text.sentences[i]
        if not is_first and before and spot.start - before.end < _PAUSE:
            continue
        clarity = envelope.clarity(spot.start)
        noise = "clear" if clarity >= _CLEAR else "noisy" if clarity < _NOISY else "middling"
        confidence = (_AT_EDGE if i in at_edge else _AT_NO_EDGE)[noise]
        if spot.confidence == LOOKED_FOR:
            confidence *= _IF_LOOKED_FOR
        following = found[n + 1] if n + 1 < len(found) else i
        pause = placed(spots[following]).start - spot.end
        if pause > _APART and text.sentences[following] == text.sentences[i]:
            confidence *= _IF_APART
        rated[i] = confidence
    return rated
