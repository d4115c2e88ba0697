"""Small collections of invented documents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from invented import Bench, make_document

from npcbot.types import Document


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "home")


@pytest.fixture
def make() -> Callable[..., Document]:
    return make_document


@pytest.fixture
def filled(bench: Bench) -> Bench:
    """Six documents."""
    bench.update(*(make_document(number) for number in range(6)))
    return bench
