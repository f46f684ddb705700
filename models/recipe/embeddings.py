"""First values for the target embeddings, through the parent's Portuguese.

The parent can already say every training sentence in Portuguese. Words of that Portuguese and of
the Albanian or Serbian translation that keep appearing together mean the same, so a new piece
starts as the average of the Portuguese pieces that it goes with: the parent's decoder then points
at about the right new pieces before any training. The pairing is IBM Model 1 with a preference
for like positions (Dyer et al. 2013, fast_align).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sentencepiece import SentencePieceProcessor

ROUNDS = 6
TENSION = 4.0  # how strongly like positions are preferred, as in fast_align

Floats = npt.NDArray[np.float32]


def starting_embeddings(
    pairs: list[tuple[str, str]],
    parent_pieces: SentencePieceProcessor,
    target_pieces: SentencePieceProcessor,
    parent_vectors: Floats,
    parent_biases: Floats,
) -> tuple[Floats, Floats]:
    """Vectors and biases of the target vocabulary from (Portuguese, target) sentence pairs."""
    parents, targets, priors, groups = [], [], [], []
    count = 0  # target pieces so far
    for portuguese, target in pairs:
        p, t = np.array(parent_pieces.encode(portuguese)), np.array(target_pieces.encode(target))
        if len(p) == 0 or len(t) == 0:
            continue
        apart = np.arange(len(p))[None, :] / len(p) - np.arange(len(t))[:, None] / len(t)
        parents.append(np.tile(p, len(t)))
        targets.append(np.repeat(t, len(p)))
        priors.append(np.exp(-TENSION * np.abs(apart)).ravel())
        groups.append(np.repeat(np.arange(count, count + len(t)), len(p)))
        count += len(t)
    rows = len(parent_vectors)
    pair = np.concatenate(targets).astype(np.int64) * rows + np.concatenate(parents)
    keys, cell = np.unique(pair, return_inverse=True)
    target, parent = keys // rows, keys % rows
    prior, group = np.concatenate(priors), np.concatenate(groups)
    chance = np.ones(len(keys))  # of the target piece, given the parent's
    for _ in range(ROUNDS):
        share = prior * chance[cell]
        share /= np.bincount(group, share)[group]
        together = np.bincount(cell, share)
        chance = together / np.bincount(parent, together)[parent]

    size = target_pieces.get_piece_size()
    seen = np.bincount(target, together, minlength=size)
    vectors = np.zeros((size, parent_vectors.shape[1]))
    np.add.at(vectors, target, together[:, None] * parent_vectors[parent])
    biases = np.bincount(target, together * parent_biases[parent], minlength=size)
    known = seen > 0
    vectors[known] /= seen[known, None]
    biases[known] /= seen[known]
    vectors[~known] = vectors[known].mean(axis=0)
    biases[~known] = biases[known].mean()
    return vectors.astype(np.float32), biases.astype(np.float32)
