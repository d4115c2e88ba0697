"""What the bundled models share: sessions of onnxruntime, the tokenizer, the hash of their files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from npcbot.errors import EncoderError

MEND: Final = (
    "Restore the folder from the project, or name another model in the settings (encoder.name, reranker.name)."
)


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def readable(folder: Path) -> Iterator[None]:
    """EncoderError for what is wrong with the model's files that are read inside."""
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EncoderError(f"{folder}: the bundled model cannot be read: {error}", MEND) from error


def digest(folder: Path, names: Iterable[str]) -> str:
    """The start of a SHA-256 over these files. EncoderError where one cannot be read."""
    whole = hashlib.sha256()
    with readable(folder):
        for name in names:
            with (folder / name).open("rb") as file:
                whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()[:16]


def tokenizer(folder: Path) -> Any:
    """The folder's ``tokenizers.Tokenizer``, without padding. EncoderError where it cannot be read."""
    # One thread: forked processes and the warnings about them are not worth what the others would save.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from tokenizers import Tokenizer

    path = folder / "tokenizer.json"
    try:
        made = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises bare Exception
        raise EncoderError(f"{path}: cannot be read: {error}", MEND) from error
    made.no_padding()
    return made


def session(path: Path, threads: int) -> Any:
    """An ``onnxruntime.InferenceSession`` of the graph as it was written. EncoderError where it cannot be loaded."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # The graph was written as it is to be run; further fusions make it slower.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    # A text of every length is run: patterns and arenas of the longest would be kept for each.
    options.enable_mem_pattern = False
    # Waiting threads must not burn the processor that the search needs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's exceptions have no common base
        raise EncoderError(f"{path}: cannot be loaded: {error}", MEND) from error
