"""Stand-ins for unit tests: pure functions of their input, so tests assert exact ids and scores."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Sequence
from math import inf

import numpy as np

from npcbot.types import Reading, Vectors


class FakeEncoder:
    """Hashed character uni-, bi- and trigrams in ``dim`` dimensions, rows of unit length. Counts what it encodes.

    ``delay`` seconds are slept per batch of passages, for tests that kill or interrupt.
    """

    def __init__(self, dim: int = 64, name: str = "fake", delay: float = 0.0) -> None:
        self._dim, self._name, self._delay = dim, name, delay
        self.passages: list[str] = []

    @property
    def fingerprint(self) -> str:
        return f"{self._name}-{self._dim}"

    @property
    def dim(self) -> int:
        return self._dim

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        time.sleep(self._delay)
        self.passages += texts
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self._dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for size in (1, 2, 3):
                for at in range(len(text) - size + 1):
                    mixed = zlib.crc32(text[at : at + size].encode())
                    row[mixed % self._dim] += 1.0 if mixed & 0x10000 else -1.0
            row[0] += 1e-3
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class FakeReranker:
    """Reads as it is told to; ``most`` texts at a time are all that it has time for. Keeps what it was asked, and
    in how many seconds."""

    def __init__(self, reading: Callable[[str, str], Reading], most: int = 1000) -> None:
        self._reading, self._most = reading, most
        self.asked: list[tuple[str, ...]] = []
        self.given: list[float] = []

    @property
    def fingerprint(self) -> str:
        return "fake-reranker"

    def prepare(self) -> None:
        pass

    def read(self, question: str, texts: Sequence[str], seconds: float = inf) -> list[Reading]:
        self.asked.append(tuple(texts))
        self.given.append(seconds)
        return [self._reading(question, text) for text in texts[: self._most]]
