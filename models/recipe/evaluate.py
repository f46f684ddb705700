"""Step 4: how well a CTranslate2 model translates, and which decoding settings suit it."""

from __future__ import annotations

import argparse
import itertools
from pathlib import Path

import ctranslate2
import sacrebleu
import sentencepiece
from text import LANGUAGES, load_pairs


def translate(
    model: Path, pieces: Path, sentences: list[str], beam: int = 1, length_penalty: float = 1.0
) -> list[str]:
    """The translations of an Argos package's `model` folder and `sentencepiece.model`."""
    translator = ctranslate2.Translator(str(model), intra_threads=2)
    processor = sentencepiece.SentencePieceProcessor(model_file=str(pieces))
    results = translator.translate_batch(
        [processor.encode(sentence, out_type=str) for sentence in sentences],
        beam_size=beam,
        length_penalty=length_penalty,
        max_batch_size=64,
        max_decoding_length=128,
    )
    return ["".join(r.hypotheses[0]).replace("▁", " ").strip() for r in results]


def scores(translations: list[str], references: list[str]) -> tuple[float, float]:
    """(chrF, BLEU) of a corpus as sacrebleu counts them by default."""
    return (
        sacrebleu.corpus_chrf(translations, [references]).score,
        sacrebleu.corpus_bleu(translations, [references]).score,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="folder that prepare.py made")
    parser.add_argument("--language", choices=LANGUAGES, required=True)
    options = parser.parse_args()
    dev = [p for p in load_pairs(options.work / "dev.tsv") if p.language == options.language]
    english, references = [p.english for p in dev], [p.target for p in dev]
    print("beam  length penalty  chrF  BLEU")
    for beam, penalty in itertools.product((1, 2, 4, 6), (0.2, 0.6, 1.0)):
        if beam == 1 and penalty != 1.0:
            continue
        translations = translate(
            options.package / "model",
            options.package / "sentencepiece.model",
            english,
            beam,
            penalty,
        )
        chrf, bleu = scores(translations, references)
        print(f"{beam:4}  {penalty:14}  {chrf:4.1f}  {bleu:4.1f}")


if __name__ == "__main__":
    main()
