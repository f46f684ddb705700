"""Training examples: cached source states, target pieces, batches of like length."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from model import LONGEST, Translator
from sentencepiece import SentencePieceProcessor
from text import LANGUAGES, Pair
from torch import Tensor

START_OF_PADDING = 2  # </s>: its loss is masked by the length, its value never matters


@dataclass
class SourceStates:
    """What the frozen part of the encoder makes of each distinct English sentence (float16).

    `states` has all sentences end to end; sentence i is `states[offsets[i] : offsets[i + 1]]`.
    """

    states: npt.NDArray[np.float16]
    offsets: npt.NDArray[np.int64]
    index: dict[str, int]

    def batch(self, sentences: list[str]) -> tuple[Tensor, Tensor]:
        """(sentences x length x width states, mask that is true where there is text)."""
        spans = [self.offsets[self.index[s] : self.index[s] + 2] for s in sentences]
        longest = max(int(end - start) for start, end in spans)
        x = np.zeros((len(spans), longest, self.states.shape[1]), np.float16)
        mask = np.zeros((len(spans), longest), bool)
        for i, (start, end) in enumerate(spans):
            x[i, : end - start] = self.states[start:end]
            mask[i, : end - start] = True
        return torch.from_numpy(x), torch.from_numpy(mask)


def encode_sources(
    model: Translator,
    pieces: SentencePieceProcessor,
    sentences: list[str],
    layers: int,
    work: Path,
    device: torch.device,
) -> SourceStates:
    """The states after `layers` encoder layers; kept in `work`, so that only what is new is
    encoded the next time."""
    matrix, text = work / f"states-{layers}.npy", work / f"states-{layers}.txt"
    known = text.read_text(encoding="utf-8").splitlines() if text.exists() else []
    new = sorted(set(sentences) - set(known))
    tokens = [[*pieces.encode(s)[: LONGEST - 1], pieces.eos_id()] for s in known + new]
    offsets = np.cumsum([0, *map(len, tokens)])
    index = {sentence: i for i, sentence in enumerate(known + new)}
    if not new:
        return SourceStates(np.load(matrix, mmap_mode="r"), offsets, index)
    states = np.zeros((offsets[-1], model.shape.width), np.float16)
    if known:
        states[: offsets[len(known)]] = np.load(matrix)
    order = sorted(range(len(known), len(tokens)), key=lambda i: len(tokens[i]))
    model.eval()
    with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16):
        for start in range(0, len(order), 128):
            batch = order[start : start + 128]
            longest = len(tokens[batch[-1]])
            ids = torch.full((len(batch), longest), pieces.eos_id())
            mask = torch.zeros((len(batch), longest), dtype=torch.bool)
            for row, i in enumerate(batch):
                ids[row, : len(tokens[i])] = torch.tensor(tokens[i])
                mask[row, : len(tokens[i])] = True
            ids, mask = ids.to(device), mask.to(device)
            x = model.encode(model.embed(model.source, ids), mask, 0, layers)
            for row, i in enumerate(batch):
                states[offsets[i] : offsets[i + 1]] = x[row, : len(tokens[i])].float().cpu()
    text.unlink(missing_ok=True)  # the two belong together
    np.save(matrix, states)
    text.write_text("".join(f"{s}\n" for s in known + new), encoding="utf-8")
    return SourceStates(states, offsets, index)


@dataclass
class Batch:
    """One update's worth: states and mask of the source, decoder input, expected output."""

    states: Tensor
    mask: Tensor
    given: Tensor
    expected: Tensor  # -100 where there is nothing to predict

    def to(self, device: torch.device) -> Batch:
        return Batch(*(t.to(device) for t in vars(self).values()))


def batches(
    pairs: list[Pair],
    sources: SourceStates,
    pieces: SentencePieceProcessor,
    tokens: int,
    sampling: float,
    rng: random.Random,
) -> Iterator[Batch]:
    """One epoch in random batches of at most `tokens` target pieces with padding.

    A share `sampling` of the targets is cut into pieces at random (subword regularisation, Kudo
    2018), so that the model meets words in more than one spelling.
    """
    size, end = pieces.get_piece_size(), pieces.eos_id()
    examples = []
    for pair in pairs:
        random_cut = rng.random() < sampling
        ids = (
            pieces.encode(pair.target, enable_sampling=True, alpha=0.2, nbest_size=-1)
            if random_cut
            else pieces.encode(pair.target)
        )
        start = size + LANGUAGES.index(pair.language)
        examples.append((pair.english, [start, *ids[: LONGEST - 1], end]))
    rng.shuffle(examples)
    examples.sort(key=lambda e: len(e[1]) + rng.random() * 2)
    groups, group = [], []
    for example in examples:
        if (len(group) + 1) * len(example[1]) > tokens and group:
            groups.append(group)
            group = []
        group.append(example)
    groups.append(group)
    rng.shuffle(groups)
    for group in groups:
        states, mask = sources.batch([english for english, _ in group])
        longest = max(len(ids) for _, ids in group) - 1
        given = torch.full((len(group), longest), START_OF_PADDING)
        expected = torch.full((len(group), longest), -100)
        for row, (_, ids) in enumerate(group):
            given[row, : len(ids) - 1] = torch.tensor(ids[:-1])
            expected[row, : len(ids) - 1] = torch.tensor(ids[1:])
        yield Batch(states, mask, given, expected)
