"""Step 3: a checkpoint -> an Argos package with a CTranslate2 model (int8)."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import ctranslate2
import numpy as np
import torch
from ctranslate2.converters import utils
from ctranslate2.specs import TransformerSpec, attention_spec, common_spec, transformer_spec
from model import EPSILON, Attention, FeedForward, Shape, Translator
from splitter import write_splitter
from text import LANGUAGES
from torch import nn
from vocabulary import Pieces, english_pieces, target_pieces, write_reduced

NAMES = {"en": "English", "sq": "Albanian", "sr": "Serbian"}
START, END = 1, 2  # <s> and </s> in the target vocabulary


def export(model: Translator, source: Pieces, target: Pieces, language: str, to: Path) -> None:
    """Writes the CTranslate2 model for one target language, with the given pieces only.

    The language's embedding takes the place of the decoder's start token, so that no program
    needs to know about it; `</s>` after the source is added by the model's configuration.
    """
    shape = model.shape
    spec = TransformerSpec.from_config(
        (shape.encoder_layers, shape.decoder_layers), shape.heads, pre_norm=False
    )
    spec.config.layer_norm_epsilon = EPSILON
    spec.config.add_source_eos = True
    spec.config.decoder_start_token = target[START]
    spec.config.bos_token = target[START]
    spec.config.eos_token = target[END]
    spec.config.unk_token = "<unk>"

    table = array(model.positions)
    spec.encoder.embeddings[0].weight = array(model.source.weight)[list(source)]
    spec.encoder.position_encodings.encodings = table
    for layer, encoder in zip(spec.encoder.layer, model.encoder, strict=True):
        set_self_attention(layer.self_attention, encoder.attention)
        set_feed_forward(layer.ffn, encoder.feed_forward)

    embeddings = array(model.target.weight)
    embeddings[START] = embeddings[shape.target + LANGUAGES.index(language)]
    embeddings = embeddings[list(target)]
    spec.decoder.embeddings.weight = embeddings
    spec.decoder.position_encodings.encodings = table
    spec.decoder.projection.weight = embeddings
    spec.decoder.projection.bias = array(model.bias)[list(target)]
    for layer, decoder in zip(spec.decoder.layer, model.decoder, strict=True):
        set_self_attention(layer.self_attention, decoder.self_attention)
        set_cross_attention(layer.attention, decoder.cross_attention)
        set_feed_forward(layer.ffn, decoder.feed_forward)

    spec.register_source_vocabulary(list(source.values()))
    spec.register_target_vocabulary(list(target.values()))
    spec.validate()
    spec.optimize(quantization="int8")
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    spec.save(str(to))


def array(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().float().cpu().numpy().copy()


def set_linear(spec: common_spec.LinearSpec, layer: nn.Linear) -> None:
    spec.weight, spec.bias = array(layer.weight), array(layer.bias)


def set_fused(spec: common_spec.LinearSpec, layers: list[nn.Linear]) -> None:
    parts = [common_spec.LinearSpec() for _ in layers]
    for part, layer in zip(parts, layers, strict=True):
        set_linear(part, layer)
    utils.fuse_linear(spec, parts)


def set_norm(spec: common_spec.LayerNormSpec, layer: nn.LayerNorm) -> None:
    spec.gamma, spec.beta = array(layer.weight), array(layer.bias)


def set_self_attention(spec: attention_spec.MultiHeadAttentionSpec, layer: Attention) -> None:
    set_fused(spec.linear[0], [layer.query, layer.key, layer.value])
    set_linear(spec.linear[1], layer.out)
    set_norm(spec.layer_norm, layer.norm)


def set_cross_attention(spec: attention_spec.MultiHeadAttentionSpec, layer: Attention) -> None:
    set_linear(spec.linear[0], layer.query)
    set_fused(spec.linear[1], [layer.key, layer.value])
    set_linear(spec.linear[2], layer.out)
    set_norm(spec.layer_norm, layer.norm)


def set_feed_forward(spec: transformer_spec.FeedForwardSpec, layer: FeedForward) -> None:
    set_linear(spec.linear_0, layer.inner)
    set_linear(spec.linear_1, layer.outer)
    set_norm(spec.layer_norm, layer.norm)


def load_model(checkpoint: Path) -> Translator:
    """The averaged weights of a checkpoint, ready to translate."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    model = Translator(Shape(**state["shape"]), dropout=0)
    model.load_state_dict(state["average"])
    return model.eval()


def write_package(work: Path, checkpoint: Path, language: str, version: str, out: Path) -> Path:
    """An unpacked Argos package `translate-en_LANGUAGE-VERSION` in the folder `out`."""
    folder = out / f"translate-en_{language}-{version.replace('.', '_')}"
    source = english_pieces(work)
    target = target_pieces(work, language)
    export(load_model(checkpoint), source, target, language, folder / "model")
    write_reduced(work / "source.model", source, folder / "sentencepiece.model")
    write_splitter(folder / "minisbd/english.onnx")
    metadata = {
        "package_version": version,
        "argos_version": "1.9",
        "from_code": "en",
        "from_name": NAMES["en"],
        "to_code": language,
        "to_name": NAMES[language],
        "links": [],
    }
    text = json.dumps(metadata, indent=4)
    (folder / "metadata.json").write_text(f"{text}\n", encoding="utf-8")
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="folder that prepare.py made")
    parser.add_argument("--language", choices=LANGUAGES, required=True)
    parser.add_argument("--version", default="1.0")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    folder = write_package(
        options.work, options.checkpoint, options.language, options.version, options.out
    )
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    ctranslate2.Translator(str(folder / "model"))
    print(f"{folder}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
