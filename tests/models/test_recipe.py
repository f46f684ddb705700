"""The recipe of models/recipe, from a tiny corpus and a tiny parent to a package that loads."""

import json
import random
import re
import shlex
import struct
import subprocess
import sys
from pathlib import Path

import ctranslate2
import numpy as np
import pytest
import sentencepiece

ROOT = Path(__file__).resolve().parents[2]
RECIPE = ROOT / "models/recipe"
# The recipe has an environment of its own, with torch in it: `make recipe` makes it.
PYTHON = ROOT / ".venv-recipe/bin/python"
WIDTH, HIDDEN, ENCODER_LAYERS, DECODER_LAYERS = 16, 32, 2, 1

ENGLISH = "The mission welcomed observers council supports talks today"
ALBANIAN = "Misioni mirëpriti vëzhguesit këshilli mbështet bisedimet sot"
SERBIAN = "Misija je pozdravila posmatrače savet podržava razgovore danas"


def sentences(words: str, count: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    return [" ".join(rng.choices(words.split(), k=5)).capitalize() + "." for _ in range(count)]


def write_triples(path: Path, count: int, seed: int) -> None:
    columns = [sentences(words, count, seed) for words in (ENGLISH, ALBANIAN, SERBIAN)]
    lines = ["\t".join(row) for row in zip(*columns, strict=True)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def parent_tensors(pieces: int) -> dict[str, np.ndarray]:
    """Random tensors under the names and in the shapes that Marian gives them."""
    rng = np.random.default_rng(1)
    shapes = {"Wemb": (pieces, WIDTH), "decoder_ff_logit_out_b": (1, pieces)}

    def attention(name: str) -> None:
        for letter in "qkvo":
            shapes[f"{name}_W{letter}"] = (WIDTH, WIDTH)
            shapes[f"{name}_b{letter}"] = (1, WIDTH)
        shapes[f"{name}_Wo_ln_scale"] = shapes[f"{name}_Wo_ln_bias"] = (1, WIDTH)

    def feed_forward(name: str) -> None:
        shapes[f"{name}_W1"], shapes[f"{name}_b1"] = (WIDTH, HIDDEN), (1, HIDDEN)
        shapes[f"{name}_W2"], shapes[f"{name}_b2"] = (HIDDEN, WIDTH), (1, WIDTH)
        shapes[f"{name}_ffn_ln_scale"] = shapes[f"{name}_ffn_ln_bias"] = (1, WIDTH)

    for i in range(1, ENCODER_LAYERS + 1):
        attention(f"encoder_l{i}_self")
        feed_forward(f"encoder_l{i}_ffn")
    for i in range(1, DECODER_LAYERS + 1):
        attention(f"decoder_l{i}_context")
        feed_forward(f"decoder_l{i}_ffn")
        shapes[f"decoder_l{i}_rnn_W"] = (WIDTH, WIDTH)
        shapes[f"decoder_l{i}_rnn_ffn_ln_scale"] = (1, WIDTH)
        shapes[f"decoder_l{i}_rnn_ffn_ln_bias"] = (1, WIDTH)
    return {name: rng.normal(0, 0.2, shape).astype("<f4") for name, shape in shapes.items()}


def write_marian(path: Path, tensors: dict[str, np.ndarray]) -> None:
    """A Marian binary: matrices as int8 with their multiplier, the rest as float32."""
    table, names, shapes, data = b"", b"", b"", b""
    for name, tensor in tensors.items():
        if tensor.shape[0] == 1:
            kind, content = 0x404, tensor.tobytes()
        else:
            multiplier = np.float32(127 / np.abs(tensor).max())
            stored = tensor if name == "Wemb" else tensor.T
            integers = np.round(stored * multiplier).astype(np.int8)
            kind, content = 0x4101, integers.tobytes() + multiplier.tobytes() + bytes(252)
        table += struct.pack("<4Q", len(name) + 1, kind, tensor.ndim, len(content))
        names += name.encode() + b"\0"
        shapes += struct.pack(f"<{tensor.ndim}i", *tensor.shape)
        data += content
    header = struct.pack("<2Q", 1, len(tensors)) + table + names + shapes
    path.write_bytes(header + struct.pack("<Q", 8) + bytes(8) + data)


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    """A folder with a corpus, an extra, and a parent with its vocabulary."""
    corpus, extra = tmp_path / "corpus", tmp_path / "extra"
    corpus.mkdir()
    extra.mkdir()
    for name, count in (("podium.train", 120), ("podium.dev", 6), ("podium.test", 6)):
        write_triples(corpus / f"{name}.tsv", count, len(name))
    write_triples(corpus / "sample.reference.tsv", 3, 7)
    template = (
        "Mr {last} has {number} seats.\tZoti {last} ka {number} vende.\tG. {last} {number}.\n"
    )
    (corpus / "templates.tsv").write_text(template, encoding="utf-8")
    cyrillic = "The council meets.\tСавет заседа.\nTap <b>here</b>\tДодирните\n"
    (extra / "tatoeba.en-sr.tsv").write_text(cyrillic, encoding="utf-8")
    english = [line.split("\t")[0] for line in (corpus / "podium.train.tsv").open()]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(english),
        model_prefix=str(tmp_path / "parent"),
        vocab_size=60,
        hard_vocab_limit=False,
        bos_id=-1,
        eos_id=0,
        unk_id=1,
        minloglevel=2,
    )
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(tmp_path / "parent.model"))
    write_marian(tmp_path / "parent.bin", parent_tensors(pieces.get_piece_size()))
    rows = zip(english, english, strict=True)
    (tmp_path / "work").mkdir()
    (tmp_path / "work/portuguese.tsv").write_text(
        "".join(f"{a}\t{b}\n" for a, b in rows), encoding="utf-8"
    )
    return tmp_path


def run(workshop: Path, script: str, *arguments: str) -> str:
    result = subprocess.run(
        [PYTHON, RECIPE / script, *arguments],
        cwd=workshop,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def readme_commands() -> list[list[str]]:
    """The commands of the README's first block, without pip's, as lists of words."""
    block = re.search(r"```sh\n(.*?)```", (RECIPE / "README.md").read_text("utf-8"), re.DOTALL)
    assert block is not None
    lines = block[1].replace("\\\n", " ").splitlines()
    return [shlex.split(line)[1:] for line in lines if line.startswith("python ")]


def test_quantised_tensors_come_back_transposed(tmp_path: Path) -> None:
    sys.path.insert(0, str(RECIPE))
    try:
        from bergamot import read_marian
    finally:
        sys.path.remove(str(RECIPE))
    tensors = parent_tensors(20)
    write_marian(tmp_path / "parent.bin", tensors)
    weights = read_marian(tmp_path / "parent.bin")
    assert weights.keys() == tensors.keys()
    matrix = tensors["encoder_l1_ffn_W1"]
    np.testing.assert_allclose(weights["encoder_l1_ffn_W1"], matrix.T, atol=0.01)
    np.testing.assert_allclose(weights["Wemb"], tensors["Wemb"], atol=0.01)
    np.testing.assert_array_equal(weights["encoder_l1_ffn_b1"], tensors["encoder_l1_ffn_b1"])


@pytest.mark.skipif(not PYTHON.exists(), reason="make recipe has not been run")
def test_the_readme_leads_from_a_corpus_to_a_package(workshop: Path) -> None:
    parent = str(workshop / "parent.bin")
    small = {
        "prepare.py": [
            *("--corpus", "corpus", "--pieces", "90"),
            *("--parent", parent, str(workshop / "parent.model")),
        ],
        "train.py": ["--parent", parent, "--steps", "4", "--every", "4", "--tokens", "400"],
    }
    commands = readme_commands()
    assert [script for script, *_ in commands] == [
        "prepare.py",
        "train.py",
        "convert.py",
        "evaluate.py",
    ]
    here = {
        "/tmp/work": "work",
        "/tmp/packages": "packages",
        "../../../shared/corpus/extra": "extra",
    }
    output = {}
    for script, *words in commands:
        for there, place in here.items():
            words = [word.replace(there, place) for word in words]
        output[script] = run(workshop, script, *words, *small.get(script, []))
    assert "tatoeba.en-sr: 1 pairs" in output["prepare.py"]
    assert "Savet zaseda." in (workshop / "work/train.tatoeba.en-sr.tsv").read_text("utf-8")
    assert "length penalty" in output["evaluate.py"]

    package = workshop / "packages/translate-en_sq-1_0"
    metadata = json.loads((package / "metadata.json").read_text("utf-8"))
    assert (metadata["from_code"], metadata["to_code"]) == ("en", "sq")
    assert (package / "minisbd/english.onnx").exists()
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(package / "sentencepiece.model"))
    translator = ctranslate2.Translator(str(package / "model"))
    source = pieces.encode("The council supports talks today.", out_type=str)
    assert translator.translate_batch([source], max_decoding_length=20)[0].hypotheses
    # A figure must be copied digit by digit, whatever the vocabulary was learned from.
    target = sentencepiece.SentencePieceProcessor(model_file=str(workshop / "work/target.model"))
    for figure in ("1", "47", "2019", "1,250"):
        cut = target.encode(figure, out_type=str)
        assert not [piece for piece in cut if sum(map(str.isdigit, piece)) > 1]

    # Training goes on where it stopped, and a stage goes on from another stage's result.
    goes_on = ["--work", "work", *small["train.py"]]
    resumed = run(workshop, "train.py", *goes_on, "--name", "joint", "--steps", "8")
    assert "8 " in resumed
    assert "\n4 " not in resumed
    run(
        workshop,
        "train.py",
        *(*goes_on, "--name", "sr", "--start", "work/joint.best.pt", "--languages", "sr"),
        *("--thaw", "1", "--peak", "1e-4", "--share", "tatoeba.en-sr=0"),
    )
    assert (workshop / "work/sr.best.pt").exists()
