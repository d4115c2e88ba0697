"""The index: documents, passages and vectors in SQLite, FAISS and BM25 derived from them, one folder a collection.

``update`` writes the next generation of a collection, ``Collection`` reads the current one.
"""

from npcbot.index.backend import Backend, DenseHits, Searcher
from npcbot.index.collection import Collection, Lost
from npcbot.index.generations import collections
from npcbot.index.records import DocumentInfo, StoredPassage
from npcbot.index.staging import Progress
from npcbot.index.writer import UpdateReport, rebuild, update

__all__ = [
    "Backend",
    "Collection",
    "DenseHits",
    "DocumentInfo",
    "Lost",
    "Progress",
    "Searcher",
    "StoredPassage",
    "UpdateReport",
    "collections",
    "rebuild",
    "update",
]
