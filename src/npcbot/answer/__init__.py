"""From hits to a cited answer: what is quoted, its citation, and the check that it is the document's own text."""

from npcbot.answer.answer import Answer, Answerer
from npcbot.answer.citation import Citation
from npcbot.answer.library import Library

__all__ = ["Answer", "Answerer", "Citation", "Library"]
