"""Leans the vector of a legal question towards the articles that answer it.

People ask about the law in everyday words, statutes answer in their own, and an encoder trained on neither puts the two
far apart. A linear map, trained on lay questions and the articles that answer them, brings the question over. Only the
question moves, so an index stays what it is. How far it moves follows how legal the question is, since the map would
lead other questions astray.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np

from npcbot.errors import EncoderError
from npcbot.types import Vectors

#: Its name in the encoder's folder.
FILE: Final = "adapter.npz"


@dataclass(frozen=True, slots=True)
class QueryAdapter:
    """``q`` becomes the unit vector of ``q + g(q) (q @ matrix + shift)``, where ``g(q)``, the chance that the question
    is a legal one, is ``sigmoid(q @ gate + gate_shift)``. ``matrix`` is float32 ``(dim, dim)``; ``shift`` and ``gate``
    are ``(dim,)``."""

    matrix: Vectors
    shift: Vectors
    gate: Vectors
    gate_shift: float

    def legal(self, vector: Vectors) -> float:
        """0..1: how legal the question of this unit vector ``(dim,)`` is."""
        return float(1 / (1 + np.exp(-(vector @ self.gate + self.gate_shift))))

    def __call__(self, vector: Vectors) -> Vectors:
        """The adapted unit vector, float32 ``(dim,)``."""
        moved = vector + self.legal(vector) * (vector @ self.matrix + self.shift)
        return np.asarray(moved / np.linalg.norm(moved), dtype=np.float32)


def save(path: Path, fingerprint: str, adapter: QueryAdapter) -> None:
    """Half precision for the map: its rounding is far below that of the encoder."""
    np.savez(
        path,
        encoder=np.array(fingerprint),
        matrix=adapter.matrix.astype(np.float16),
        shift=adapter.shift.astype(np.float32),
        gate=adapter.gate.astype(np.float32),
        gate_shift=np.float32(adapter.gate_shift),
    )


def load(path: Path, fingerprint: str) -> QueryAdapter | None:
    """The adapter in ``path`` if it was trained for this encoder.

    Raises:
        EncoderError: the file is broken.
    """
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as facts:
            if str(facts["encoder"]) != fingerprint:
                return None
            adapter = QueryAdapter(
                facts["matrix"].astype(np.float32), facts["shift"], facts["gate"], float(facts["gate_shift"])
            )
        dim = len(adapter.shift)
        if adapter.matrix.shape != (dim, dim) or adapter.gate.shape != (dim,):
            raise ValueError(f"a map of {adapter.matrix.shape}, a gate of {adapter.gate.shape}, a shift of {dim}")
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise EncoderError(f"{path}: the query adapter cannot be used: {error}", "Restore the file.") from error
    return adapter
