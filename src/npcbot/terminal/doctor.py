"""``npcbot doctor``: what is configured, what is found, what is wrong."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from importlib import metadata
from math import isfinite

from npcbot import __version__
from npcbot.config import Settings, checkout, load_settings
from npcbot.encoders import BUNDLED, bundled_folder, load_encoder
from npcbot.errors import NpcbotError
from npcbot.index import Collection, collections
from npcbot.rerankers import load_reranker
from npcbot.retrieval import confidence

_PARTS = ("faiss-cpu", "bm25s", "jieba", "onnxruntime", "opencc", "tokenizers", "sentence-transformers", "torch")

Finding = tuple[str, bool]


def examine(names: Sequence[str]) -> Iterator[Finding]:
    """Sentences, each with whether it is good. Reads every collection whole."""
    yield f"npcbot {__version__}, Python {sys.version.split()[0]}", sys.version_info >= (3, 11)
    yield f"running from {'a checkout' if checkout() else 'an installed package'}", True
    for part in _PARTS:
        try:
            yield f"{part} {metadata.version(part)}", True
        except metadata.PackageNotFoundError:
            light = part in ("torch", "sentence-transformers")
            yield f"{part} is not installed" + (" (needed only for other encoders)" if light else ""), light
    try:
        settings = load_settings()
    except NpcbotError as error:
        yield str(error), False
        return
    yield f"settings from {', '.join(map(str, settings.files))}", True
    yield from _home(settings)
    fingerprint = ""
    try:
        encoder = load_encoder(settings.encoder)
        fingerprint = encoder.fingerprint
        vectors = encoder.encode_queries(["人民代表大会"])
        yield f"encoder {settings.encoder.name}: {fingerprint}, {vectors.shape[1]} dimensions", True
    except NpcbotError as error:
        yield str(error), False
    if settings.encoder.name == BUNDLED and fingerprint:
        yield from _calibration(fingerprint)
    try:
        reranker = load_reranker(settings.reranker)
        if reranker is not None:
            (reading,) = reranker.read("谁", ["人民代表大会"])
            yield f"reranker {settings.reranker.name}: {reranker.fingerprint}", isfinite(reading.score)
        else:
            yield "reranker: off", True
    except NpcbotError as error:
        yield str(error), False
    shared = os.environ.get("NPCBOT_SHARED")
    if shared:
        yield f"NPCBOT_SHARED: {shared}", os.path.isdir(shared)
    yield from _collections(settings, names, fingerprint)


def _home(settings: Settings) -> Iterator[Finding]:
    home = settings.home
    there = home if home.exists() else next(parent for parent in home.parents if parent.exists())
    if not home.exists():
        yield (
            f"home {home}: not there yet, made by the first npcbot index",
            there.is_dir() and os.access(there, os.W_OK),
        )
        return
    free = shutil.disk_usage(home).free / 1e9
    writable = home.is_dir() and os.access(home, os.W_OK)
    yield f"home {home}: {'writable' if writable else 'NOT writable'}, {free:.1f} GB free", writable and free > 0.1


def _calibration(fingerprint: str) -> Iterator[Finding]:
    try:
        loaded = confidence.load(bundled_folder() / confidence.FILE, fingerprint)
    except NpcbotError as error:
        yield str(error), False
        return
    fitted = loaded is not confidence.UNFITTED
    yield f"calibration: {'fitted for this encoder' if fitted else 'none for this encoder'}", fitted


def _collections(settings: Settings, names: Sequence[str], fingerprint: str) -> Iterator[Finding]:
    present = collections(settings.home)
    for name in names or dict.fromkeys((*present, *settings.collections.default)):
        if name not in present:
            yield f"collection {name}: nothing indexed yet (npcbot index PATH --collection {name})", not names
            continue
        try:
            with Collection.open(settings.home, name, fingerprint=fingerprint or None) as collection:
                problems = collection.check()
                kind = "public" if name in settings.collections.public else "private"
                default = ", asked by default" if name in settings.collections.default else ""
                count = len(collection.documents())
                yield f"collection {name} ({kind}{default}): {count} documents, {collection.n:,} passages", True
                for problem in problems:
                    yield f"collection {name}: {problem}", False
        except NpcbotError as error:
            yield f"collection {name}: {error}", False
