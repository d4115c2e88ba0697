"""English words of parliaments and laws in the Chinese that documents use, so that BM25 has a say in English questions.

The list is our own and small on purpose: it holds what official documents speak of. A word that is not in it counts as
one that the documents do not have, so that a question about something else stays with the dense side.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Final

_WORD: Final = re.compile(r"[a-z]+(?:[-'’][a-z]+)*")
#: Words of a question that say nothing of its subject.
PLAIN: Final = frozenset(
    """
    a an the of in on at to for from by with and or as is are was were be been being do does did has have had
    how many much what which who whom whose when where why that this these those it its they their there any some all
    each every can could may might must shall should will would not no than then into over under about between during
    after before one ones s t so such if also only own more most other
    """.split()  # noqa: SIM905
)


def translated(question: str) -> tuple[str, frozenset[str]]:
    """Chinese terms for the English words of a question, in one text, and the words that they or grammar stand for.

    ``("", frozenset())`` for a question without Latin words. Longest phrases first; plurals are found too.
    """
    words = _WORD.findall(question.lower().replace("’", "'"))
    if not words:
        return "", frozenset()
    entries, longest = _entries()
    terms: list[str] = []
    done: set[str] = set()
    at = 0
    while at < len(words):
        for size in range(min(longest, len(words) - at), 0, -1):
            piece = words[at : at + size]
            found = next((entries[form] for form in _forms(piece) if form in entries), None)
            if found is not None:
                terms.append(found)
                # Tokens of the index are letters only.
                done.update(part for word in piece for part in re.findall("[a-z]+", word))
                at += size
                break
        else:
            at += 1
    return " ".join(terms), frozenset(done | (PLAIN & {part for word in words for part in re.findall("[a-z]+", word)}))


def _forms(words: list[str]) -> list[str]:
    """The phrase as written, and with its last word in the singular."""
    head, last = words[:-1], words[-1]
    singular = [last]
    if last.endswith("ies"):
        singular.append(last[:-3] + "y")
    if last.endswith("es"):
        singular.append(last[:-2])
    if last.endswith("s"):
        singular.append(last[:-1])
    return [" ".join([*head, form]) for form in singular]


@cache
def _entries() -> tuple[dict[str, str], int]:
    text = (resources.files("npcbot.retrieval") / "glossary.tsv").read_text("utf-8")
    entries = dict(line.split("\t") for line in text.splitlines())
    return entries, max(len(entry.split()) for entry in entries)
