"""Real Marian models, as OPUS-MT publishes them, made in a second: those of `tiny` in its format.

The model copies the source piece by piece through a table, the target token too: what it makes of
that comes first, and so shows whether the token reached the encoder.
"""

import json
from pathlib import Path

import numpy as np
import yaml

from .tiny import model_spec, train_tokenizer

ENGLISH = "hello world of peace and long talks"
SERBIAN = "zdravo svete od mira i dugih razgovora Latinica Ћирилица"
TABLE = {
    **dict(zip((f"▁{word}" for word in ENGLISH.split()), SERBIAN.split(), strict=False)),
    ">>srp_Latn<<": "Latinica",
    ">>srp_Cyrl<<": "Ћирилица",
}
TOKENS = (">>srp_Cyrl<<", ">>srp_Latn<<")

CONFIG = {
    "type": "transformer",
    "enc-depth": 1,
    "dec-depth": 1,
    "transformer-heads": 1,
    "transformer-ffn-activation": "relu",
    "transformer-preprocess": "n",
    "transformer-postprocess": "da",
    "transformer-postprocess-top": "n",
    "transformer-postprocess-emb": "d",
    "transformer-decoder-autoreg": "self-attention",
    "transformer-no-projection": False,
    "transformer-guided-alignment-layer": "last",
}
README = "# opus+bt\n\n* a model for tests, licence: CC BY 4.0\n"


def make_marian(folder: Path, tokens: tuple[str, ...] = TOKENS) -> Path:
    """Write an OPUS-MT model that knows the words of ENGLISH and SERBIAN; return `folder`."""
    folder.mkdir(parents=True)
    source = train_tokenizer(folder / "source.spm", ENGLISH)
    target = train_tokenizer(folder / "target.spm", SERBIAN)
    # Marian's end comes first, and there is no <s>.
    special = ["</s>", "<unk>"]
    words = [piece for piece in dict.fromkeys(source + target) if piece not in {"<s>", *special}]
    pieces = [*special, *words, *tokens]
    table = {word: f"▁{other}" for word, other in TABLE.items() if word in pieces}
    (folder / "opus.vocab.yml").write_text(
        "".join(f"{json.dumps(p, ensure_ascii=False)}: {i}\n" for i, p in enumerate(pieces)),
        encoding="utf-8",
    )
    np.savez(folder / "opus.npz", **_weights(pieces, table))
    decoder = {"models": ["opus.npz"], "vocabs": ["opus.vocab.yml"] * 2, "beam-size": 6}
    (folder / "decoder.yml").write_text(yaml.safe_dump(decoder))
    (folder / "README.md").write_text(README)
    (folder / "LICENSE").write_text("Attribution 4.0 International\n")
    return folder


def _weights(pieces: list[str], table: dict[str, str]) -> dict[str, np.ndarray]:
    spec = model_spec(pieces, table)
    depth = spec.encoder.embeddings[0].weight.shape[1]
    weights = {
        "special:model.yml": np.frombuffer(yaml.safe_dump(CONFIG).encode() + b"\0", np.int8),
        "Wpos": spec.encoder.position_encodings.encodings,
        # Marian's embeddings are scaled when the model runs.
        "encoder_Wemb": spec.encoder.embeddings[0].weight / np.sqrt(depth),
        "decoder_Wemb": spec.decoder.embeddings.weight / np.sqrt(depth),
        "decoder_ff_logit_out_W": spec.decoder.projection.weight.T,
        "decoder_ff_logit_out_b": spec.decoder.projection.bias[None],
    }

    def norm(name: str) -> None:
        weights[f"{name}_ln_scale_pre"] = np.ones((1, depth), np.float32)
        weights[f"{name}_ln_bias_pre"] = np.zeros((1, depth), np.float32)

    def attention(name: str, layer) -> None:
        parts = [linear.weight for linear in layer.linear]
        fused = np.concatenate(parts[:-1])
        for letter, weight in zip("qkvo", (*np.split(fused, 3), parts[-1]), strict=True):
            weights[f"{name}_W{letter}"] = weight.T
            weights[f"{name}_b{letter}"] = np.zeros((1, depth), np.float32)
        norm(f"{name}_Wo")

    for side, layer in (
        ("encoder", spec.encoder.layer[0]),
        ("decoder", spec.decoder.layer[0]),
    ):
        weights[f"{side}_top_ln_scale"] = np.ones((1, depth), np.float32)
        weights[f"{side}_top_ln_bias"] = np.zeros((1, depth), np.float32)
        attention(f"{side}_l1_self", layer.self_attention)
        for number, linear in (("1", layer.ffn.linear_0), ("2", layer.ffn.linear_1)):
            weights[f"{side}_l1_ffn_W{number}"] = linear.weight.T
            weights[f"{side}_l1_ffn_b{number}"] = linear.bias[None]
        norm(f"{side}_l1_ffn_ffn")
    attention("decoder_l1_context", spec.decoder.layer[0].attention)
    return weights
