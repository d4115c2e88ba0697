"""The bundled encoder: int8 ONNX run by onnxruntime, tokenised by tokenizers. No torch.

The activations' scales are constants of the model, and texts are run together only when they have the same length, so
nothing is padded: a text's vector is the same alone and in company. Runs go side by side, one a thread.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import numpy as np

from npcbot.config import data_file
from npcbot.encoders import onnx
from npcbot.types import Vectors

#: What makes the vectors; the rest of the folder may change without a new fingerprint.
_FILES: Final = ("encoder.json", "tokenizer.json", "model.onnx")
#: Tokens in one run of texts of the same length; more makes nothing faster.
_TOGETHER: Final = 256


def bundled_folder() -> Path:
    """Where the shipped encoder lies."""
    return data_file("encoder", "embeddings/encoder")


class BundledEncoder:
    """See ``npcbot.types.Encoder``. Texts longer than the model takes (512 tokens) are cut at the end.

    ``threads`` 0 takes all processors. Safe to use from several threads. Raises EncoderError.
    """

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        self._folder = folder
        self._threads = threads or onnx.processors()
        with onnx.readable(folder):
            facts = json.loads((folder / "encoder.json").read_text("utf-8"))
            self._dim = int(facts["dim"])
            self._length = int(facts["max_tokens"])
            self._prompts: dict[str, str] = {name: str(facts["prompts"][name]) for name in ("query", "passage")}

    @property
    def dim(self) -> int:
        return self._dim

    @cached_property
    def fingerprint(self) -> str:
        """``bundled-`` and the start of a SHA-256 over the shipped files."""
        return f"bundled-{onnx.digest(self._folder, _FILES)}"

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.encode([self._prompts["query"] + text for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self.encode([self._prompts["passage"] + text for text in texts])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts as they are: the prompt is the caller's affair."""
        vectors = np.zeros((len(texts), self._dim), dtype=np.float32)
        if not texts:
            return vectors
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]
        if len(ids) == 1:
            return self._run(self._single, ids)
        # Longest first, so that no thread is left alone with a long text at the end.
        order = sorted(range(len(ids)), key=lambda i: -len(ids[i]))
        runs = list(_runs(order, ids))
        for run, rows in zip(
            runs, self._pool.map(lambda run: self._run(self._many, [ids[i] for i in run]), runs), strict=True
        ):
            vectors[run] = rows
        return vectors

    def _run(self, session: Any, ids: Sequence[Sequence[int]]) -> Vectors:
        (vectors,) = session.run(None, {"input_ids": np.array(ids, dtype=np.int64)})
        return np.asarray(vectors, dtype=np.float32)

    @cached_property
    def _tokenizer(self) -> Any:
        tokenizer = onnx.tokenizer(self._folder)
        tokenizer.enable_truncation(self._length)
        return tokenizer

    @cached_property
    def _single(self) -> Any:
        """For one text: all threads work on it."""
        return onnx.session(self._folder / "model.onnx", self._threads)

    @cached_property
    def _many(self) -> Any:
        """For many texts: each is run by one thread."""
        return onnx.session(self._folder / "model.onnx", 1)

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._threads, thread_name_prefix="encode")


def _runs(order: Sequence[int], ids: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Texts of equal length, up to _TOGETHER tokens; ``order`` has equal lengths side by side."""
    for length, same in groupby(order, key=lambda i: len(ids[i])):
        members = list(same)
        size = max(1, _TOGETHER // length)
        yield from (members[start : start + size] for start in range(0, len(members), size))
