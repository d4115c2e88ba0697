"""FAISS, kept in one place: inner product over half-precision unit vectors, exact unless the factory string says not.

A factory string may carry search parameters after a semicolon: ``IVF1024,SQfp16;nprobe=32``. In front of it
``Lead128,`` keeps the first 128 dimensions of every vector, made unit length again: a third of the memory and of the
work, for encoders that are trained for it (Matryoshka; Kusupati et al., 2022).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from npcbot.errors import ConfigError, IndexDamaged
from npcbot.index.cache import Halves, batched
from npcbot.types import Vectors

Ids = npt.NDArray[np.int64]
_CHUNK = 8192
_TRAINING = 200_000
_LEAD = re.compile(r"Lead([1-9][0-9]*),")


def create(factory: str, dim: int) -> Any:
    """An empty FAISS index. ConfigError where the factory string makes none."""
    faiss = _faiss()
    recipe, _, parameters = factory.partition(";")
    if lead := _LEAD.match(recipe):
        kept = int(lead[1])
        if kept > dim:
            raise ConfigError(
                f"index.factory {factory!r} keeps {kept} dimensions; the encoder's vectors have {dim}.",
                f'Use "{recipe[lead.end() :]}" to keep all of them, or a smaller number after Lead.',
            )
        recipe, dim = recipe[lead.end() :], kept
    try:
        index = faiss.index_factory(dim, recipe, faiss.METRIC_INNER_PRODUCT)
        if parameters:
            faiss.ParameterSpace().set_index_parameters(index, parameters)
    except RuntimeError as error:
        raise ConfigError(
            f"index.factory {factory!r} makes no FAISS index of {dim} dimensions: {_reason(error)}",
            'Use "SQfp16" for exact search.',
        ) from error
    return index


def leading(vectors: Vectors, dim: int) -> Vectors:
    """float32 ``(..., dim)``: the first dimensions, rows of unit length; whole vectors as they are."""
    if vectors.shape[-1] == dim:
        return vectors
    kept = vectors[..., :dim].astype(np.float32)
    return np.asarray(kept / np.maximum(np.linalg.norm(kept, axis=-1, keepdims=True), 1e-12))


def write(path: Path, factory: str, dim: int, vectors: Iterable[Halves]) -> int:
    """Builds the index of blocks ``(n, dim)`` and writes it; returns how many vectors it holds."""
    faiss = _faiss()
    index = create(factory, dim)
    if not index.is_trained:
        vectors = list(vectors)
        _train(index, factory, vectors)
    for blocks in batched(vectors, _CHUNK // 4):
        index.add(leading(np.concatenate(blocks).astype(np.float32), index.d))
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:
        raise OSError(f"{path}: {_reason(error)}") from error
    return int(index.ntotal)


def _train(index: Any, factory: str, blocks: list[Halves]) -> None:
    total = sum(len(block) for block in blocks)
    sample = np.concatenate(blocks) if blocks else np.zeros((0, index.d), np.float16)
    if total > _TRAINING:
        sample = sample[sorted(random.Random(0).sample(range(total), _TRAINING))]
    try:
        index.train(leading(sample.astype(np.float32), index.d))
    except RuntimeError as error:
        raise ConfigError(
            f"index.factory {factory!r} cannot be trained on {total} vectors: {_reason(error)}",
            'Use "SQfp16" (exact, no training), or fewer lists.',
        ) from error


class VectorIndex:
    """An index file opened for searching, memory-mapped where its type allows."""

    def __init__(self, path: Path) -> None:
        self._faiss = faiss = _faiss()
        try:
            try:
                index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
            except RuntimeError:
                index = faiss.read_index(str(path))
            inverted = faiss.try_extract_index_ivf(index)
            if inverted is not None:
                inverted.make_direct_map()
        except RuntimeError as error:
            raise IndexDamaged(f"{path}: FAISS cannot read it: {_reason(error)}", "Rebuild the index.") from error
        self._index, self._inverted = index, inverted
        self._flat = isinstance(index, faiss.IndexFlatCodes)
        self.n = int(index.ntotal)
        self.dim = int(index.d)

    def search(self, vector: Vectors, k: int, allowed: npt.NDArray[np.bool_] | None = None) -> tuple[Ids, Vectors]:
        """The ids and scores of at most ``k`` vectors, best first; ``allowed`` is a mask over all of them."""
        k = min(k, self.n if allowed is None else int(np.count_nonzero(allowed)))
        if k <= 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        query = np.ascontiguousarray(leading(vector.reshape(1, -1), self.dim), dtype=np.float32)
        if allowed is None:
            scores, ids = self._index.search(query, k)
        elif self._flat or self._inverted is self._index:
            bits = np.packbits(allowed, bitorder="little")
            selector = self._faiss.IDSelectorBitmap(len(bits), self._faiss.swig_ptr(bits))
            kind, more = self._faiss.SearchParameters, {}
            if self._inverted is not None:
                kind, more = self._faiss.SearchParametersIVF, {"nprobe": self._inverted.nprobe}
            scores, ids = self._index.search(query, k, params=kind(sel=selector, **more))
        else:
            candidates = np.flatnonzero(allowed)
            found = self.scores(vector, candidates)
            best = np.lexsort((candidates, -found))[:k]
            return candidates[best], found[best]
        real = ids[0] >= 0
        return ids[0][real].astype(np.int64), scores[0][real].astype(np.float32)

    def scores(self, vector: Vectors, ids: Ids) -> Vectors:
        """float32 ``(len(ids),)``: the inner products with just these."""
        scores = np.empty(len(ids), dtype=np.float32)
        query = leading(np.asarray(vector, dtype=np.float32).reshape(-1), self.dim)
        for start in range(0, len(ids), _CHUNK):
            part = slice(start, start + _CHUNK)
            scores[part] = self.vectors(ids[part]) @ query
        return scores

    def vectors(self, ids: Ids) -> Vectors:
        """float32 ``(len(ids), dim)``, as the index keeps them."""
        found: Vectors = self._index.reconstruct_batch(np.ascontiguousarray(ids, dtype=np.int64))
        return found

    @property
    def lossless(self) -> bool:
        """Whether ``vectors`` gives back exactly what was added, in half precision."""
        if not self._flat:
            return False
        index = self._faiss.downcast_index(self._index)
        half = getattr(getattr(index, "sq", None), "qtype", None) == self._faiss.ScalarQuantizer.QT_fp16
        return half or isinstance(index, self._faiss.IndexFlat)


def _faiss() -> Any:
    """The module, untyped: its stubs do not know what its SWIG wrappers add in Python."""
    import faiss

    return faiss


def _reason(error: RuntimeError) -> str:
    """FAISS prefixes its messages with a C++ function and a file; people need the end of them."""
    return str(error).rsplit("Error: ", 1)[-1].strip().splitlines()[0]
