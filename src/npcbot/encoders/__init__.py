"""Texts to vectors: the bundled encoder, or any sentence-transformers model that the settings name."""

from __future__ import annotations

from typing import Final

from npcbot.config import EncoderSettings
from npcbot.encoders.bundled import BundledEncoder, bundled_folder
from npcbot.types import Encoder

__all__ = ["BUNDLED", "BundledEncoder", "bundled_folder", "load_encoder"]

BUNDLED: Final = "bundled"


def load_encoder(settings: EncoderSettings) -> Encoder:
    """The encoder that the settings name. torch is imported for other models than the bundled one, and only then.

    Raises:
        EncoderError: it is missing or broken.
    """
    if settings.name == BUNDLED:
        return BundledEncoder(bundled_folder(), threads=settings.threads)
    from npcbot.encoders.named import SentenceTransformerEncoder

    return SentenceTransformerEncoder(settings)
