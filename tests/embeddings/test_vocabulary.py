"""Which pieces the bundled models keep, and in which order."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import vocabulary


def test_specials_come_first_and_the_others_stay_in_their_order() -> None:
    packed: Any = SimpleNamespace(pieces=["渡", "</s>", "口", "<pad>", "<unk>", "<s>", "船"])
    order = [packed.pieces[piece] for piece in vocabulary.every_piece(packed)]
    assert order == [*vocabulary.SPECIALS, "渡", "口", "船"]
