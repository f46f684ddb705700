"""Real Argos packages, made in a second, that do a known thing.

The model is a Transformer whose weights are written by hand: embeddings and positions are one-hot,
self-attention and feed-forward layers add nothing, and cross-attention looks from the n-th target
piece to the n-th source piece. So it copies the source piece by piece, through a table of pieces
to be replaced, and ends where the source ends. It is loaded and run by CTranslate2 as any other.
"""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import sentencepiece
from ctranslate2.specs import common_spec, transformer_spec

LETTERS = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    "čćđšžČĆĐŠŽëçËÇабвгдђежзијклљмнњопрстћуфхцчџшАБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ"
    ".,:;!?-–—…'\"„“”()[]%&/@_♪|<>{}\\*+#€$"
)
SPECIAL = ["<unk>", "<s>", "</s>"]


def make_package(
    folder: Path,
    pair: tuple[str, str] = ("en", "sq"),
    *,
    words: str | None = None,
    bpe: bool = False,
    table: Mapping[str, str] | None = None,
    positions: int = 256,
    follow: bool = True,
    stick: float = 0.0,
    metadata: Mapping[str, object] | None = None,
) -> Path:
    """Write an Argos package into `folder` and return `folder`.

    Pieces are single characters, or the words of `words`; with `bpe` they are letters in the
    way of the old packages with `bpe.model`. `table` replaces pieces. `follow=False`
    looks at the first source piece for ever, which is a decoder that loops; `stick` gives the
    piece before that many times the score of the one attended to, which is a decoder that can be
    talked out of its loop. `positions` is how long a sentence may be.
    """
    folder.mkdir(parents=True)
    pieces = _write_bpe(folder) if bpe else train_tokenizer(folder / "sentencepiece.model", words)
    spec = model_spec(pieces, table or {}, positions, follow, stick)
    spec.validate()
    (folder / "model").mkdir()
    spec.save(str(folder / "model"))
    described = {
        "package_version": "1.0",
        "argos_version": "1.9",
        "from_code": pair[0],
        "from_name": pair[0],
        "to_code": pair[1],
        "to_name": pair[1],
        **(metadata or {}),
    }
    (folder / "metadata.json").write_text(json.dumps(described), encoding="utf-8")
    return folder


def zipped(folder: Path, archive: Path) -> Path:
    """The package in `folder` as an `.argosmodel` file with one top folder."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                file.write(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
    return archive


def train_tokenizer(path: Path, words: str | None) -> list[str]:
    """Write a SentencePiece model of LETTERS, or of `words`, to `path`; its pieces."""
    text = words or " ".join(LETTERS)
    size = len(set(text.split())) + len(SPECIAL) + (0 if words else 1)
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([text] * 4),
        model_prefix=str(path),
        model_type="word" if words else "char",
        vocab_size=size,
        hard_vocab_limit=False,
        character_coverage=1.0,
        normalization_rule_name="identity",
        minloglevel=2,
    )
    path.with_name(f"{path.name}.vocab").unlink()
    path.with_name(f"{path.name}.model").rename(path)
    processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
    return [processor.id_to_piece(i) for i in range(processor.get_piece_size())]


def _write_bpe(folder: Path) -> list[str]:
    # Without a merge every word falls into its letters.
    (folder / "bpe.model").write_text("#version: 0.2\n", encoding="utf-8")
    return SPECIAL + [letter + end for letter in LETTERS for end in ("@@", "")]


def model_spec(
    pieces: list[str],
    table: Mapping[str, str],
    positions: int = 256,
    follow: bool = True,
    stick: float = 0.0,
) -> transformer_spec.TransformerSpec:
    """The model that copies, as CTranslate2 is given it; its arguments are `make_package`'s."""
    count = len(pieces)
    depth = count + positions
    spec = transformer_spec.TransformerSpec.from_config(1, num_heads=1, pre_norm=True)
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.config.add_source_eos = True
    place = np.zeros((positions, depth), np.float32)
    place[:, count:] = np.eye(positions)
    embeddings = np.eye(count, depth, dtype=np.float32)
    for side in (spec.encoder, spec.decoder):
        side.scale_embeddings = False
        side.position_encodings.encodings = place
        _norm(side.layer_norm, depth)
    spec.encoder.embeddings[0].weight = embeddings
    spec.decoder.embeddings.weight = embeddings
    zeros = np.zeros((depth, depth), np.float32)
    for layer in (spec.encoder.layer[0], spec.decoder.layer[0]):
        _norm(layer.self_attention.layer_norm, depth)
        _linear(layer.self_attention.linear[0], np.zeros((3 * depth, depth), np.float32))
        _linear(layer.self_attention.linear[1], zeros)
        _norm(layer.ffn.layer_norm, depth)
        _linear(layer.ffn.linear_0, np.zeros((8, depth), np.float32))
        _linear(layer.ffn.linear_1, np.zeros((depth, 8), np.float32))

    attention = spec.decoder.layer[0].attention
    _norm(attention.layer_norm, depth)
    look = np.zeros((depth, depth), np.float32)
    if follow:
        look[count:, count:] = 10 * np.eye(positions)
    else:
        look[count, count:] = 10  # from any position to the first
    take = np.zeros((2 * depth, depth), np.float32)
    take[count:depth, count:] = np.eye(positions)  # keys: positions
    take[depth : depth + count, :count] = np.eye(count)  # values: pieces
    write = np.zeros((depth, depth), np.float32)
    for i, piece in enumerate(pieces):
        write[pieces.index(table.get(piece, piece)), i] = 1
    for linear, weight in zip(attention.linear, (look, take, write), strict=True):
        _linear(linear, weight)

    strength = np.sqrt(depth / 2)  # what a one-hot vector's peak becomes in a layer norm
    say = np.zeros((count, depth), np.float32)
    say[:, :count] = np.eye(count)
    if stick:
        # The piece before lies in the residual with strength 1; but nothing is said twice at the
        # start, where that piece is <s>.
        attention.linear[2].weight /= strength * stick
        say *= strength
        say[: pieces.index("</s>")] = 0
    _linear(spec.decoder.projection, say)
    return spec


def _norm(layer: common_spec.LayerNormSpec, depth: int) -> None:
    layer.gamma = np.ones(depth, np.float32)
    layer.beta = np.zeros(depth, np.float32)


def _linear(layer: common_spec.LinearSpec, weight: np.ndarray) -> None:
    layer.weight = weight
    layer.bias = np.zeros(weight.shape[0], np.float32)
