"""Collections of documents for the engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import FakeEncoder
from riverside import Build

from npcbot.config import load_settings
from npcbot.index import Collection, update
from npcbot.types import Document


@pytest.fixture
def build(tmp_path: Path) -> Build:
    def build(*documents: Document, name: str = "test", encoder: FakeEncoder | None = None) -> Collection:
        encoder = encoder or FakeEncoder(dim=256)
        update(tmp_path, name, documents, encoder=encoder, settings=load_settings().index)
        return Collection.open(tmp_path, name, fingerprint=encoder.fingerprint)

    return build
