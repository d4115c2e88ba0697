"""Any cross-encoder of sentence-transformers, by name or folder. Imports torch."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from math import inf
from typing import Final

from npcbot.encoders.hub import load
from npcbot.errors import EncoderError
from npcbot.types import Reading

#: Texts read before the time is looked at.
_TOGETHER: Final = 4


class NamedCrossEncoder:
    """See ``npcbot.types.Reranker``; scores only, and its raw ones, before any activation.

    Raises:
        EncoderError: sentence-transformers is not installed, or the model cannot be loaded.
    """

    def __init__(self, name: str, device: str) -> None:
        try:
            from sentence_transformers import CrossEncoder
            from torch.nn import Identity
        except ImportError as error:
            raise EncoderError(
                f"The reranker {name!r} needs sentence-transformers, which is not installed.",
                'Install npcbot in full, or set reranker.name = "bundled".',
            ) from error
        self._model = load(
            "reranker",
            name,
            lambda here: CrossEncoder(
                name, device=device, num_labels=1, activation_fn=Identity(), local_files_only=here
            ),
        )
        self.fingerprint = f"st-{hashlib.sha256(name.encode()).hexdigest()[:16]}"

    def prepare(self) -> None:
        """It was loaded when it was made."""

    def read(self, question: str, texts: Sequence[str], seconds: float = inf) -> list[Reading]:
        ends = time.perf_counter() + seconds
        readings: list[Reading] = []
        while len(readings) < len(texts) and time.perf_counter() < ends:
            pairs = [(question, text) for text in texts[len(readings) : len(readings) + _TOGETHER]]
            readings += [Reading(float(score)) for score in self._model.predict(pairs, show_progress_bar=False)]
        return readings
