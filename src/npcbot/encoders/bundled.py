"""The bundled encoder: int8 ONNX run by onnxruntime, tokenised by tokenizers. No torch.

Each text is run alone, without padding. int8 activations are scaled by their range over everything in a run, so in a
batch a text's vector would depend on its neighbours; alone it is the same whenever and wherever it is encoded. Several
texts are run side by side, one a thread, which is as fast as a batch on processors.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from npcbot.config import data_file
from npcbot.errors import EncoderError
from npcbot.types import Vectors

_MEND: Final = "Restore the folder from the project, or name another encoder in the settings (encoder.name)."
#: What makes the vectors; the rest of the folder may change without a new fingerprint.
_FILES: Final = ("encoder.json", "tokenizer.json", "model.onnx")


def bundled_folder() -> Path:
    """Where the shipped encoder lies."""
    return data_file("encoder", "embeddings/encoder")


class BundledEncoder:
    """See ``npcbot.types.Encoder``. Texts longer than the model takes (512 tokens) are cut at the end.

    ``threads`` 0 takes all processors. Safe to use from several threads. Raises EncoderError.
    """

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        self._folder = folder
        self._threads = threads or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else threads or 1
        try:
            facts = json.loads((folder / "encoder.json").read_text("utf-8"))
            self._dim = int(facts["dim"])
            self._length = int(facts["max_tokens"])
            self._prompts: dict[str, str] = {name: str(facts["prompts"][name]) for name in ("query", "passage")}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EncoderError(f"{folder}: the bundled encoder cannot be read: {error}", _MEND) from error

    @property
    def dim(self) -> int:
        return self._dim

    @cached_property
    def fingerprint(self) -> str:
        """``bundled-`` and the start of a SHA-256 over the shipped files."""
        digest = hashlib.sha256()
        try:
            for name in _FILES:
                with (self._folder / name).open("rb") as file:
                    digest.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            raise EncoderError(f"{error.filename}: the bundled encoder cannot be read: {error}", _MEND) from error
        return f"bundled-{digest.hexdigest()[:16]}"

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(self._prompts["query"], texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(self._prompts["passage"], texts)

    def _encode(self, prompt: str, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self._dim), dtype=np.float32)
        if not texts:
            return vectors
        prompted = [prompt + text for text in texts]
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(prompted)]
        if len(ids) == 1:
            vectors[0] = self._run(self._single, ids[0])
            return vectors
        # Longest first, so that no thread is left alone with a long text at the end.
        order = sorted(range(len(ids)), key=lambda i: -len(ids[i]))
        for i, vector in zip(order, self._pool.map(lambda i: self._run(self._many, ids[i]), order), strict=True):
            vectors[i] = vector
        return vectors

    def _run(self, session: Any, ids: Sequence[int]) -> npt.NDArray[np.float32]:
        tokens = np.array([ids], dtype=np.int64)
        (vectors,) = session.run(None, {"input_ids": tokens, "attention_mask": np.ones_like(tokens)})
        return np.asarray(vectors[0], dtype=np.float32)

    @cached_property
    def _tokenizer(self) -> Any:
        # One thread: forked processes and the warnings about them are not worth what the others would save.
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        except Exception as error:  # tokenizers raises bare Exception
            raise EncoderError(f"{self._folder / 'tokenizer.json'}: cannot be read: {error}", _MEND) from error
        tokenizer.no_padding()
        tokenizer.enable_truncation(self._length)
        return tokenizer

    @cached_property
    def _single(self) -> Any:
        """For one text: all threads work on it."""
        return self._session(self._threads)

    @cached_property
    def _many(self) -> Any:
        """For many texts: each is run by one thread."""
        return self._session(1)

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._threads, thread_name_prefix="encode")

    def _session(self, threads: int) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # A text of every length is run: patterns and arenas of the longest would be kept for each.
        options.enable_mem_pattern = False
        # Waiting threads must not burn the processor that the search needs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        path = self._folder / "model.onnx"
        try:
            return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's exceptions have no common base
            raise EncoderError(f"{path}: cannot be loaded: {error}", _MEND) from error
