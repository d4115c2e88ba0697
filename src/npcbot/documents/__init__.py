"""Files to documents: which files there are, what their text is, and what is known of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from npcbot.documents.discover import Discovery, Found, Skipped, discover
from npcbot.documents.readers import DEFAULT_MAX_BYTES, extract
from npcbot.documents.sidecar import load_sidecar
from npcbot.types import Document

__all__ = ["DEFAULT_MAX_BYTES", "Discovery", "Found", "Skipped", "discover", "extract", "load_sidecar", "read"]


def read(path: Path, document_id: str, *, max_bytes: int = DEFAULT_MAX_BYTES) -> Document:
    """Read one file and what is known of it, from its sidecar, its text and its name.

    Raises:
        DocumentError: the file or its sidecar cannot be read; see `extract` and `load_sidecar`.
    """
    from npcbot.documents.metadata import describe

    extracted = extract(path, max_bytes=max_bytes)
    document = describe(extracted, document_id, load_sidecar(path))
    missing = tuple(note for note in extracted.notes if note not in document.notes)
    return replace(document, notes=missing + document.notes) if missing else document
