"""Which pieces a package needs: the parent's vocabulary is English and Portuguese, the target's is
Albanian and Serbian, and a package translates English into one language."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from sentencepiece import SentencePieceProcessor, sentencepiece_model_pb2
from text import load_pairs

Pieces = dict[int, str]  # row of the embedding matrix -> piece


def all_pieces(model_file: Path) -> Pieces:
    processor = SentencePieceProcessor(model_file=str(model_file))
    return {i: processor.id_to_piece(i) for i in range(processor.get_piece_size())}


def used(model_file: Path, sentences: list[str]) -> set[int]:
    """Numbers of the pieces that occur in the sentences."""
    processor = SentencePieceProcessor(model_file=str(model_file))
    return {number for pieces in processor.encode(sentences) for number in pieces}


def basic(piece: str) -> bool:
    """Control pieces and single characters, which can spell anything else."""
    return piece in ("</s>", "<s>", "<unk>") or len(piece.lstrip("▁")) <= 1


def english_pieces(work: Path) -> Pieces:
    """The source vocabulary without pieces that are Portuguese: those with letters that English
    lacks, and those that occur in the parent's Portuguese but in no English training sentence."""
    model_file = work / "source.model"
    pairs = [pair for path in work.glob("train.*.tsv") for pair in load_pairs(path)]
    english = used(model_file, sorted({pair.english for pair in pairs}))
    portuguese: set[int] = set()
    if (work / "portuguese.tsv").exists():
        lines = (work / "portuguese.tsv").read_text(encoding="utf-8").splitlines()
        portuguese = used(model_file, [line.split("\t")[1] for line in lines])

    def foreign(piece: str) -> bool:
        return any(unicodedata.category(c)[0] == "L" and c > "z" for c in piece)

    return {
        number: piece
        for number, piece in all_pieces(model_file).items()
        if number in english or basic(piece) or not (number in portuguese or foreign(piece))
    }


def target_pieces(work: Path, language: str) -> Pieces:
    """The target vocabulary without pieces that only the other language uses."""
    model_file = work / "target.model"
    pairs = [pair for path in work.glob("train.*.tsv") for pair in load_pairs(path)]
    own = used(model_file, [pair.target for pair in pairs if pair.language == language])
    pieces = all_pieces(model_file).items()
    return {number: piece for number, piece in pieces if number in own or basic(piece)}


def write_reduced(model_file: Path, pieces: Pieces, to: Path) -> None:
    """A sentencepiece model that has only the given pieces, in the same order."""
    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString(model_file.read_bytes())
    kept = [piece for number, piece in enumerate(model.pieces) if number in pieces]
    del model.pieces[:]
    model.pieces.extend(kept)
    model.trainer_spec.vocab_size = len(kept)
    to.write_bytes(model.SerializeToString())
