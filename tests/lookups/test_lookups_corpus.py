"""On the shared documents: counts against a plain search of the files, verdicts on real sentences with known slips."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeEncoder
from material import SHARED
from mutations import letters, originals, slips, touches

from npcbot.config import load_settings
from npcbot.documents import read
from npcbot.index import Collection, update
from npcbot.lookups.check import Checker, Verdict
from npcbot.lookups.count import count
from npcbot.lookups.scan import scan_of, scanned
from npcbot.types import Kind

CORPUS = SHARED / "corpus"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"the shared documents are not at {SHARED}")
TERMS = ["全过程人民民主", "法治", "城镇新增就业", "小康", "改革开放", "人民公社", "可持续发展", "一带一路", "互联网"]


@pytest.fixture(scope="module")
def files() -> list[Path]:
    """All reports, and the laws that have several versions with some others."""
    laws = sorted((CORPUS / "laws").glob("*.md"))
    stems = Counter(re.sub(r"\(.*", "", path.name) for path in laws)
    versions = [path for path in laws if stems[re.sub(r"\(.*", "", path.name)] > 1]
    chosen = [*sorted((CORPUS / "reports").glob("*.txt")), CORPUS / "npcsc-work-report-2023.txt"]
    return [*chosen, *versions[:60], *laws[::40]]


@pytest.fixture(scope="module")
def corpus(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    home = tmp_path_factory.mktemp("lookups")
    documents = (read(path, path.relative_to(CORPUS).as_posix()) for path in dict.fromkeys(files))
    update(home, "default", documents, encoder=FakeEncoder(dim=8), settings=load_settings().index)
    with Collection.open(home, "default") as collection:
        yield collection


def test_counts_are_those_of_the_files(corpus: Collection, files: list[Path]) -> None:
    """The truth is counted in the files themselves, white space left out; no paragraph ends within these terms."""
    bare = {path: "".join(path.read_text("utf-8").split()) for path in dict.fromkeys(files)}
    counts = count([corpus], TERMS)
    for number, term in enumerate(TERMS):
        expected = {path.relative_to(CORPUS).as_posix(): text.count(term) for path, text in bare.items()}
        found = Counter(counts.searched[one.document].info.document_id for one in counts.occurrences[number])
        assert dict(found) == {name: times for name, times in expected.items() if times}, term


def test_an_absence_in_the_reports_is_a_fact(corpus: Collection) -> None:
    counts = count([corpus], ["区块链", "人工智能"], kind=Kind.REPORT)
    years = {row.label: row.counts for row in counts.years()}
    assert years["1954"] == (0, 0)
    assert years["2017"][1] > 0
    assert {"1958", "1961", "1976"} <= set(counts.years_without_document())
    assert any("1964" in one.info.title for one in counts.incomplete())


@pytest.mark.parametrize("seed", range(3))
def test_slips_in_real_sentences_are_found_where_they_are(corpus: Collection, seed: int) -> None:
    """At least 99 in 100; and nothing that was changed is ever called exact."""
    drawn = random.Random(seed)
    checker, everything = Checker([corpus]), scan_of(corpus).letters
    right, wrong = 0, []
    sentences = originals(corpus, drawn)
    for _ in range(25):
        document_id, original = next(sentences)
        for slip in slips(document_id, original, drawn):
            if scanned(slip.said, letters=True).text in everything:
                continue  # by chance it stands somewhere
            (checked,) = checker.check(f"『{slip.said}』")
            assert checked.verdict not in (Verdict.EXACT, Verdict.VERSION), slip
            place = checked.parts[0].place if len(checked.parts) == 1 else None
            changes = [change for change in place.changes if not change.form] if place is not None else []
            same = place is not None and letters(place.original) == letters(original)
            nearer = sum(change.cost for change in changes) <= sum(max(1, b - a) for a, b in slip.sites)
            placed = all(any(touches(change.quotation, site) for site in slip.sites) for change in changes) and all(
                any(touches(change.quotation, site) for change in changes) for site in slip.sites
            )
            if checked.verdict is Verdict.DIFFERS and ((same and placed) or (not same and changes and nearer)):
                right += 1
            else:
                wrong.append((slip.kind, slip.said, checked.verdict.value))
    assert right + len(wrong) > 100
    assert len(wrong) <= max(1, 0.01 * (right + len(wrong))), wrong
