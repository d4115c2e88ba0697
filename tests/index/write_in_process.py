"""A writer to be killed or waited for: writes one edition of the sample collection, saying how far it is.

Arguments: home, edition, seconds of delay per batch of texts.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from fakes import FakeEncoder
from invented import SETTINGS, make_document

from npcbot.index import staging, update
from npcbot.types import Document

DOCUMENTS = 12


def edition_of(word: str) -> list[Document]:
    """Each edition has other words, and lacks one of the documents that the others have."""
    documents = [make_document(number, word) for number in range(DOCUMENTS)]
    del documents[sum(map(ord, word)) % DOCUMENTS]
    return documents


def main(home: str, edition: str, delay: str) -> None:
    # Whatever the tests were started by, Ctrl-C reaches this process.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    staging._BATCH = 8
    encoder = FakeEncoder(delay=float(delay))
    import bm25s  # noqa: F401
    import faiss  # noqa: F401

    print("ready", flush=True)
    update(
        Path(home),
        "test",
        edition_of(edition),
        encoder=encoder,
        settings=SETTINGS,
        remove=[make_document(number).document_id for number in range(DOCUMENTS)],
        progress=lambda stage, done, total: print(stage, done, total, flush=True),
        wait=30,
    )
    print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
