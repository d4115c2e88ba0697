"""A server for a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from botapi import Server, running_server


@pytest.fixture
def server() -> Iterator[Server]:
    with running_server() as one:
        yield one
