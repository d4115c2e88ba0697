"""Any sentence-transformers model, by name or folder. Imports torch."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from npcbot.config import EncoderSettings
from npcbot.encoders.hub import load
from npcbot.errors import EncoderError
from npcbot.types import Vectors


class SentenceTransformerEncoder:
    """See ``npcbot.types.Encoder``. Prompts in the settings win over those that the model declares.

    Raises:
        EncoderError: sentence-transformers is not installed, or the model cannot be loaded.
    """

    def __init__(self, settings: EncoderSettings) -> None:
        self._settings = settings
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EncoderError(
                f"The encoder {settings.name!r} needs sentence-transformers, which is not installed.",
                'Install npcbot in full, or set encoder.name = "bundled".',
            ) from error
        self._model = load(
            "encoder",
            settings.name,
            lambda here: SentenceTransformer(settings.name, device=settings.device, local_files_only=here),
        )
        if settings.max_tokens:
            self._model.max_seq_length = settings.max_tokens
        declared = {name: prompt or "" for name, prompt in (self._model.prompts or {}).items()}
        self._query = settings.query_prompt or declared.get("query") or ""
        self._passage = settings.passage_prompt or declared.get("passage") or declared.get("document") or ""
        self._dim = len(self._model.encode(["-"], show_progress_bar=False)[0])

    @property
    def dim(self) -> int:
        return self._dim

    @property
    def fingerprint(self) -> str:
        """Over the name, the prompts, the length limit and, for a folder, its weights' hash."""
        parts = [self._settings.name, self._query, self._passage, str(self._model.max_seq_length)]
        folder = Path(self._settings.name)
        if folder.is_dir():
            for file in sorted(f for f in folder.rglob("*") if f.suffix in (".safetensors", ".bin", ".onnx", ".json")):
                with file.open("rb") as opened:
                    parts.append(hashlib.file_digest(opened, "sha256").hexdigest())
        return f"st-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:16]}"

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(self._query, texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(self._passage, texts)

    def _encode(self, prompt: str, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self._dim), dtype=np.float32)
        vectors = self._model.encode(
            [prompt + text for text in texts],
            # The prompt is there already; a default prompt of the model's must not come before it.
            prompt="",
            batch_size=self._settings.batch_size,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(vectors, dtype=np.float32)
