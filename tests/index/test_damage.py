"""Files of the index that are not what was written: noticed, named, refused, and mended by the command named."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from invented import Bench

from npcbot.errors import IndexDamaged, IndexMismatch, NpcbotError
from npcbot.index import rebuild


def store(bench: Bench) -> Path:
    return bench.folder / "gen-000001" / "store.sqlite"


def alter(bench: Bench, statement: str, *values: object) -> None:
    """Changes a record and keeps the size of the file, as a fault of the disk would."""
    size = store(bench).stat().st_size
    with sqlite3.connect(store(bench)) as db:
        assert db.execute(statement, values).rowcount > 0
    db.close()
    assert store(bench).stat().st_size == size


def test_a_byte_of_a_text(filled: Bench) -> None:
    data = store(filled).read_bytes()
    at = data.index("编号为3。".encode())
    store(filled).write_bytes(data[:at] + "编辑".encode() + data[at + 6 :])
    collection = filled.open()
    with pytest.raises(IndexDamaged, match=r"样本/003\.txt"):
        collection.document("样本/003.txt")
    assert collection.document("样本/002.txt").text
    assert any("003.txt" in line for line in collection.check())
    # Rebuilding cannot invent the text; removing or giving the document again can.
    with pytest.raises(IndexDamaged, match=r"003\.txt"):
        filled.update(rebuild=True)
    filled.update(remove=["样本/003.txt"])
    assert filled.open().check() == []


def test_a_damaged_document_is_mended_by_indexing_it_again(filled: Bench, make) -> None:
    alter(filled, "UPDATE texts SET text = CAST(x'61' || substr(text, 2) AS BLOB) WHERE document = 2")
    assert filled.open().check() != []
    filled.update(make(2), rebuild=True)
    assert filled.open().check() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE passages SET facts = replace(facts, '[[[\"', '[[[\"x') WHERE row = 4",
        "UPDATE passages SET document = 3 WHERE row = 4",
        "UPDATE passages SET passage_id = 'x' || substr(passage_id, 2) WHERE row = 4",
        "UPDATE passages SET seal = x'0000000000000000' WHERE row = 4",
    ],
)
def test_the_record_of_a_passage(filled: Bench, statement: str) -> None:
    alter(filled, statement)
    collection = filled.open()
    with pytest.raises(IndexDamaged, match="passage 4"):
        collection.passages([3, 4])
    assert len(collection.passages([3])) == 1
    assert collection.check() != []


def test_an_offset_of_a_passage(filled: Bench) -> None:
    """A passage moved by one character would be quoted word for word, and be another passage."""
    (facts,) = sqlite3.connect(store(filled)).execute("SELECT facts FROM passages WHERE row = 4").fetchone()
    start = str(filled.open().passages([4])[0].passage.start)
    alter(filled, "UPDATE passages SET facts = ? WHERE row = 4", facts.replace(start, str(int(start) + 1)))
    with pytest.raises(IndexDamaged, match="passage 4"):
        filled.open().passages([4])


@pytest.mark.parametrize("column", ["title", "sha", "rows"])
def test_the_record_of_a_document(filled: Bench, column: str) -> None:
    alter(
        filled,
        {
            "title": "UPDATE documents SET facts = replace(facts, '样本', '正式') WHERE row = 1",
            "sha": "UPDATE documents SET sha256 = replace(sha256, substr(sha256, 1, 1), 'x') WHERE row = 1",
            "rows": "UPDATE documents SET first_row = first_row + 1 WHERE row = 1",
        }[column],
    )
    collection = filled.open()
    with pytest.raises(IndexDamaged, match=r"001\.txt"):
        collection.documents()
    with pytest.raises(IndexDamaged, match=r"001\.txt"):
        collection.document("样本/001.txt")
    assert collection.check() != []


@pytest.mark.parametrize("content", ["", "gen-000009\n", "../../etc\n", "gen-000001.building", "\udcff垃圾"])
def test_current_is_of_no_use(filled: Bench, make, content: str) -> None:
    (filled.folder / "CURRENT").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(IndexDamaged, match=r"(?s)CURRENT.*npcbot index --rebuild --collection test"):
        filled.open()
    with pytest.raises(IndexDamaged, match="CURRENT"):
        filled.update(make(9))
    report = filled.update(rebuild=True)
    assert (report.documents, report.embedded, filled.open().check()) == (6, 0, [])


@pytest.mark.parametrize("name", ["vectors.faiss", "windows.npy", "lexical/data.npy", "store.sqlite"])
def test_a_file_cut_short_or_missing(filled: Bench, name: str) -> None:
    path = filled.folder / "gen-000001" / name
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(IndexDamaged, match=name):
        filled.open()
    path.unlink()
    with pytest.raises(IndexDamaged, match="missing"):
        filled.open()


def test_a_manifest_that_is_none(filled: Bench) -> None:
    (filled.folder / "gen-000001" / "manifest.json").write_text('{"format": 1, "files": []}')
    with pytest.raises(IndexDamaged, match=r"manifest\.json"):
        filled.open()


def test_a_generation_of_another_collection(filled: Bench) -> None:
    (filled.home / "copy").mkdir()
    filled.folder.joinpath("gen-000001").rename(filled.home / "copy" / "gen-000001")
    filled.folder.joinpath("CURRENT").rename(filled.home / "copy" / "CURRENT")
    with pytest.raises(IndexDamaged, match="'test'"):
        Bench(filled.home, name="copy").open()


def test_a_vector_that_belongs_to_another_passage(filled: Bench) -> None:
    path = filled.folder / "gen-000001" / "windows.npy"
    table = np.load(path)
    table[2, 1], table[3, 1] = table[3, 1], table[2, 1]
    np.save(path, table)
    collection = filled.open()
    assert any("windows.npy: not the file that was written" in line for line in collection.check())
    with pytest.raises(IndexDamaged, match="windows"):
        collection.dense(filled.encoder.encode_queries(["预算"])[0], 3)


def test_a_flipped_bit_of_the_vectors(filled: Bench) -> None:
    path = filled.folder / "gen-000001" / "vectors.faiss"
    data = bytearray(path.read_bytes())
    data[-1] ^= 0x40
    path.write_bytes(data)
    problems = filled.open().check()
    assert any("vectors.faiss" in line for line in problems)
    rebuild(filled.home, "test")
    assert filled.open().check() == []


def test_a_flipped_bit_of_the_cache(filled: Bench, make) -> None:
    path = filled.folder / "vectors.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("UPDATE entries SET value = CAST(x'ff' || substr(value, 2) AS BLOB) WHERE rowid IN (3, 7, 40)")
    db.close()
    assert any("vectors.sqlite" in line for line in filled.open().check())
    with pytest.raises(IndexDamaged, match=r"(?s)vectors\.sqlite.*--rebuild"):
        filled.update(make(9))
    assert filled.update(make(9), rebuild=True).embedded == 1, "the one broken vector; the others were tokens"
    assert filled.open().check() == []


@pytest.mark.parametrize("lost", ["removed", "rubbish"])
def test_a_cache_that_is_lost(filled: Bench, make, lost: str) -> None:
    path = filled.folder / "vectors.sqlite"
    path.write_bytes(b"no database, but long enough to look at" * 50) if lost == "rubbish" else path.unlink()
    assert any("vectors.sqlite" in line for line in filled.open().check())
    assert len(filled.open().dense(filled.encoder.encode_queries(["预算"])[0], 3).rows) == 3
    texts = len(set(filled.encoder.passages))
    with pytest.raises(IndexDamaged, match="--rebuild"):
        filled.update(make(9))
    assert filled.update(rebuild=True).embedded == texts
    assert filled.open().check() == []


def test_a_store_that_is_no_database(filled: Bench, make) -> None:
    size = store(filled).stat().st_size
    store(filled).write_bytes(b"x" * size)
    with pytest.raises(IndexDamaged, match=r"store\.sqlite"):
        filled.open()
    with pytest.raises(NpcbotError) as caught:
        filled.update(make(1))
    assert not isinstance(caught.value, IndexMismatch)
