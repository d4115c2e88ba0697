"""Rerankers: the bundled reader, and any cross-encoder of sentence-transformers."""

from __future__ import annotations

from typing import Final

from npcbot.config import RerankerSettings
from npcbot.encoders import bundled_folder
from npcbot.types import Reranker

__all__ = ["BUNDLED", "OFF", "load_reranker"]

BUNDLED: Final = "bundled"
OFF: Final = "off"


def load_reranker(settings: RerankerSettings, threads: int = 0) -> Reranker | None:
    """The reranker that the settings name, None for "off". torch is imported for other models than the bundled one.

    Raises:
        EncoderError: it is missing or broken.
    """
    if settings.name == OFF:
        return None
    if settings.name == BUNDLED:
        from npcbot.rerankers.bundled import BundledReader

        return BundledReader(bundled_folder(), threads=threads)
    from npcbot.rerankers.named import NamedCrossEncoder

    return NamedCrossEncoder(settings.name, settings.device)
