"""The bundled reader: a small cross-encoder, int8 ONNX, that scores a text and finds the answer in it. No torch.

As with the bundled encoder nothing is padded, so that a reading never depends on the texts beside it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from math import inf
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from npcbot.encoders import onnx
from npcbot.types import Reading

_FILES: Final = ("reader.json", "reader.onnx", "tokenizer.json")
#: Likeliest starts and ends that are put together, tokens in an answer, answers kept.
_ENDS, _LONGEST, _KEPT = 12, 40, 24

Floats = npt.NDArray[np.float32]


class BundledReader:
    """See ``npcbot.types.Reranker``. Texts longer than the model takes are cut at the end.

    ``threads`` 0 takes all processors. Safe to use from several threads. Raises EncoderError.
    """

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        self._folder = folder
        self._threads = threads or onnx.processors()
        with onnx.readable(folder):
            self._length = int(json.loads((folder / "reader.json").read_text("utf-8"))["max_tokens"])

    @cached_property
    def fingerprint(self) -> str:
        """``reader-`` and the start of a SHA-256 over its files."""
        return f"reader-{onnx.digest(self._folder, _FILES)}"

    def prepare(self) -> None:
        _ = self._loaded

    def read(self, question: str, texts: Sequence[str], seconds: float = inf) -> list[Reading]:
        """As many side by side as there are threads; no more are begun than the time is likely to be enough for."""
        self._loaded.result()
        began = time.perf_counter()
        readings: list[Reading] = []
        spent = 0.0
        while len(readings) < len(texts) and spent * (1 + self._threads / max(len(readings), 1)) <= seconds:
            some = texts[len(readings) : len(readings) + self._threads]
            readings += self._pool.map(lambda text: self._read(question, text), some)
            spent = time.perf_counter() - began
        return readings

    def _read(self, question: str, text: str) -> Reading:
        tokenizer, session = self._loaded.result()
        encoding = tokenizer.encode(question, text)
        score, start, end = session.run(None, {"input_ids": np.array([encoding.ids], dtype=np.int64)})
        return Reading(float(score[0]), tuple(_answers(encoding, start[0], end[0])))

    @cached_property
    def _loaded(self) -> Future[tuple[Any, Any]]:
        return self._pool.submit(self._load)

    def _load(self) -> tuple[Any, Any]:
        tokenizer = onnx.tokenizer(self._folder)
        # Of the two the longer is cut: a question may be as long as a text.
        tokenizer.enable_truncation(self._length, strategy="longest_first")
        return tokenizer, onnx.session(self._folder / "reader.onnx", 1)

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._threads, thread_name_prefix="read")


def _answers(encoding: Any, start: Floats, end: Floats) -> list[tuple[tuple[int, int], float]]:
    """The best spans of the second text in characters, with their log odds against the first token's, which stands for
    "not here" (BERT for SQuAD 2.0)."""
    inside = np.array([sequence == 1 for sequence in encoding.sequence_ids])
    nowhere = float(start[0] + end[0])
    starts = np.argsort(np.where(inside, -start, np.inf), kind="stable")[:_ENDS]
    ends = np.argsort(np.where(inside, -end, np.inf), kind="stable")[:_ENDS]
    found = [
        ((encoding.offsets[a][0], encoding.offsets[b][1]), float(start[a] + end[b]) - nowhere)
        for a in starts
        for b in ends
        if inside[a] and inside[b] and a <= b < a + _LONGEST
    ]
    return sorted(found, key=lambda item: -item[1])[:_KEPT]
