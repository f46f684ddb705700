"""A language model that knows the transcript and nothing else, in the ARPA format.

A trigram model with absolute discounting (Ney, Essen and Kneser 1994): almost certain of the word
that follows two words of the transcript, yet able to begin anywhere, since the recording may cut
in, leave out and return at any word.
"""

import math
from collections import Counter
from collections.abc import Sequence

# Taken from every count and given to the backoff: small, for the transcript is what is expected.
_DISCOUNT = 0.05
_END = 0.02  # chance that a stretch of audio ends after any word
_NEVER = -99.0


def arpa(words: Sequence[str]) -> str:
    """The model of a transcript, given as the dictionary keys of its words in order, not empty."""
    stream = ["<s>", *words, "</s>"]
    counts = [_ngrams(stream, n) for n in (1, 2, 3)]
    following = [_following(ngrams) for ngrams in counts]
    vocabulary = sorted(set(stream))
    total = len(stream) - 1

    unigram = {w: 0.5 * counts[0][(w,)] / total + 0.5 / len(vocabulary) for w in vocabulary}
    unigram["</s>"] = max(unigram["</s>"], _END)

    def backoff(history: tuple[str, ...]) -> float:
        if history not in following[len(history)]:
            return 0.0
        kinds, seen = following[len(history)][history]
        return math.log10(_DISCOUNT * kinds / seen)

    def probability(ngram: tuple[str, ...]) -> float:
        if len(ngram) == 1:
            return unigram[ngram[0]]
        kinds, seen = following[len(ngram) - 1][ngram[:-1]]
        direct = (counts[len(ngram) - 1][ngram] - _DISCOUNT) / seen
        return direct + _DISCOUNT * kinds / seen * probability(ngram[1:])

    lines = ["\\data\\", *(f"ngram {n}={len(counts[n - 1])}" for n in (1, 2, 3))]
    for n in (1, 2, 3):
        lines += ["", f"\\{n}-grams:"]
        for ngram in sorted(counts[n - 1]):
            log = _NEVER if ngram == ("<s>",) else math.log10(probability(ngram))
            tail = f" {backoff(ngram):.4f}" if n < 3 else ""
            lines.append(f"{log:.4f} {' '.join(ngram)}{tail}")
    return "\n".join([*lines, "", "\\end\\", ""])


def _ngrams(stream: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(stream[i : i + n]) for i in range(len(stream) - n + 1))


def _following(ngrams: Counter[tuple[str, ...]]) -> dict[tuple[str, ...], tuple[int, int]]:
    """For each history: how many different words follow it, and how often any does."""
    table: dict[tuple[str, ...], tuple[int, int]] = {}
    for ngram, count in ngrams.items():
        kinds, seen = table.get(ngram[:-1], (0, 0))
        table[ngram[:-1]] = (kinds + 1, seen + count)
    return table
