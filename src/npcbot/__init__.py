"""npcbot finds, quotes and cites passages of Chinese official documents; it writes nothing of its own."""

__version__ = "0.1.0"
