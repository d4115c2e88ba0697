"""Where the shared documents and data sets lie, beside the checkout; tests that need them skip without them."""

from __future__ import annotations

import os
from pathlib import Path

SHARED = Path(os.environ.get("NPCBOT_SHARED") or Path(__file__).resolve().parents[2] / "shared")
