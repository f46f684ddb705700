"""The sentence splitter of a package: rules for English, written as a network that Argos can load.

Argos splits paragraphs with MiniSBD, which reads an ONNX file from the package's folder `minisbd`
and downloads one where there is none. With this file a package works without a network. Each rule
is one filter of a convolution over characters: it fires where the characters around a possible
sentence end are all in the sets that the rule names.
"""

from __future__ import annotations

import json
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase, digits

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

STOPS, CLOSERS, OPENERS = ".!?…", "\"'”’)]", "\"'“‘(["
CAPITALS = ascii_uppercase + "ÀÁÂÄÇČĆÈÉÊËĐÎÏÔÖŠÜŽ"
LETTERS = CAPITALS + CAPITALS.lower() + ascii_lowercase
CHARACTERS = ["<PAD>", "<UNK>", *dict.fromkeys(" " + STOPS + CLOSERS + OPENERS + LETTERS + digits)]
TITLES = ["Mr", "Mrs", "Ms", "Dr", "Prof", "Hon", "St", "Mt", "Rep", "Sen", "Gov"]
RANKS = ["Gen", "Lt", "Col", "Maj", "Capt", "Sgt"]
LATIN = ["e.g", "i.e", "vs"]
NUMBERED = ["No", "Nos", "Art", "Fig", "Vol", "para", "pp"]  # abbreviations before a figure
BEFORE, AFTER = 6, 2  # characters that a rule can see on each side of the possible end

Rule = dict[int, str]  # position, from the possible end -> characters allowed there


def abbreviation(word: str) -> Rule:
    """The letters of a word that ends right before the full stop at position 0."""
    return {0: ".", **{i - len(word): letter for i, letter in enumerate(word)}}


ENDS: list[Rule] = [
    {0: STOPS, 1: " ", 2: CAPITALS + digits + OPENERS},
    {-1: STOPS, 0: CLOSERS, 1: " ", 2: CAPITALS + digits + OPENERS},
]
EXCEPTIONS: list[Rule] = [
    {0: ".", -1: CAPITALS},  # an initial
    *(abbreviation(word) for word in TITLES + RANKS + LATIN),
    *({**abbreviation(word), 2: digits} for word in NUMBERED),
]


def filters(rules: list[Rule], whole_words: bool) -> tuple[np.ndarray, np.ndarray]:
    """Convolution weights and biases that give 1 where a rule holds and at most 0 elsewhere.

    With `whole_words` a letter right before the rule's first character breaks the rule.
    """
    weights = np.zeros((len(rules), len(CHARACTERS), BEFORE + 1 + AFTER), np.float32)
    for row, rule in enumerate(rules):
        for position, allowed in rule.items():
            for character in allowed:
                weights[row, CHARACTERS.index(character), position + BEFORE] = 1
        if whole_words:
            for character in LETTERS:
                weights[row, CHARACTERS.index(character), min(rule) + BEFORE - 1] = -1
    return weights, np.array([1 - len(rule) for rule in rules], np.float32)


def write_splitter(path: Path) -> None:
    """Writes the ONNX file; of MiniSBD's five classes it answers 0 (go on) or 2 (sentence end)."""
    ends, end_biases = filters(ENDS, whole_words=False)
    others, other_biases = filters(EXCEPTIONS, whole_words=True)
    verdict = np.zeros((5, len(ENDS) + len(EXCEPTIONS), 1), np.float32)
    verdict[2, : len(ENDS)], verdict[2, len(ENDS) :] = 1, -2
    constants = {
        "depth": np.array(len(CHARACTERS)),
        "off_on": np.array([0, 1], np.float32),
        "rules": np.concatenate([ends, others]),
        "rule_biases": np.concatenate([end_biases, other_biases]),
        "verdict": verdict,
        "verdict_biases": np.array([0.5, -9, 0, -9, -9], np.float32),
    }
    nodes = [
        helper.make_node("OneHot", ["units", "depth", "off_on"], ["characters"], axis=1),
        helper.make_node(
            "Conv", ["characters", "rules", "rule_biases"], ["matches"], pads=[BEFORE, AFTER]
        ),
        helper.make_node("Relu", ["matches"], ["fired"]),
        helper.make_node("Conv", ["fired", "verdict", "verdict_biases"], ["classes"]),
        helper.make_node("Transpose", ["classes"], ["output"], perm=[0, 2, 1]),
    ]
    graph = helper.make_graph(
        nodes,
        "english_sentence_ends",
        [
            helper.make_tensor_value_info("units", TensorProto.INT64, ["batch", "length"]),
            helper.make_tensor_value_info(
                "features", TensorProto.FLOAT, ["batch", "length", "none"]
            ),
        ],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", "length", 5])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    numbers = {character: i for i, character in enumerate(CHARACTERS)}
    vocabulary = {"lang": "en", "_unit2id": numbers, "_id2unit": CHARACTERS}
    helper.set_model_props(
        model,
        {
            "lang_code": "en",
            "config": json.dumps({"feat_funcs": [], "max_seqlen": 1000, "batch_size": 1}),
            "vocab": json.dumps(vocabulary),
        },
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(path))
