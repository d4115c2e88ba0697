"""The reader."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from invented import Bench

from npcbot.errors import IndexMissing
from npcbot.index import Lost, StoredPassage, rebuild
from npcbot.index.tokens import tokenize
from npcbot.types import DateKind, Document, Kind, Mark, Source, TypedDate

STATUTE = """样本议事规则

第一章　总则

第一条　为了说明样本的格式，制定本规则。

第二条　代表应当：
（一）出席会议；
（二）审议报告。

第二条之一　会议公开举行。

第二章　附则

第三条　本规则自公布之日起施行。
"""


@pytest.fixture
def statute() -> Document:
    return Document(
        "法规/样本议事规则.md",
        STATUTE,
        "样本议事规则",
        Kind.LAW,
        issuer="样本大会",
        status="有效",
        dates=(
            TypedDate(DateKind.ADOPTED, "2020-05-28", Source.TEXT),
            TypedDate(DateKind.IN_FORCE, "2021", Source.NAME),
        ),
        format="md",
        page_starts=(0, 40),
        marks=(Mark(0, 6, 1),),
        incomplete="",
        notes=("样本",),
    )


def test_a_document_comes_back_as_it_went_in(bench: Bench, statute: Document) -> None:
    bench.update(statute)
    collection = bench.open()
    assert collection.document(statute.document_id) == statute
    (info,) = collection.documents()
    assert (info.title, info.issuer, info.status, info.date) == ("样本议事规则", "样本大会", "有效", "2020-05-28")
    assert (info.dates, info.sha256, info.chars) == (statute.dates, statute.sha256, len(STATUTE))
    assert (info.first_row, info.end_row, info.kind) == (0, collection.n, Kind.LAW)
    assert collection.info(statute.document_id) is info


def test_passages_come_back_as_they_were_split(bench: Bench, statute: Document) -> None:
    from npcbot.passages import split

    bench.update(statute)
    collection = bench.open()
    stored = collection.passages(range(collection.n))
    assert tuple(item.passage for item in stored) == split(statute)
    assert [item.row for item in stored] == list(range(collection.n))
    assert collection.passages([2, 0, 2]) == [stored[2], stored[0], stored[2]]
    assert collection.passages([]) == []
    for row in (-1, collection.n):
        with pytest.raises(IndexError):
            collection.passages([row])


def test_articles_are_found_by_number(bench: Bench, statute: Document, make) -> None:
    bench.update(make(1), statute)
    collection = bench.open()
    for number, words in {"2": "第二条　", "2-1": "第二条之一", "3": "第三条"}.items():
        rows = collection.article([statute.document_id], number)
        assert rows
        start = collection.passages(rows)[0].passage.start
        assert STATUTE[start:].startswith(words)
    assert collection.article([statute.document_id, "样本/001.txt"], "1") != []
    assert collection.article(["样本/001.txt"], "1") == []
    assert collection.article([statute.document_id], "99") == []
    assert collection.article([statute.document_id], "") == []


def test_ids_are_found_again(filled: Bench) -> None:
    collection = filled.open()
    for item in collection.passages(range(collection.n)):
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,40}", item.passage_id)
        assert collection.find(item.passage_id) == item
    some = collection.passages([0])[0].passage_id
    assert collection.find(some[:-1] + ("a" if some[-1] != "a" else "b")) is Lost.CHANGED
    for nonsense in ("", "-", "aaaaaaaa-bbbbbbbbbbbb", "'; DROP TABLE passages", "中文"):
        assert collection.find(nonsense) is Lost.MISSING


def test_neighbours_stay_in_their_document(filled: Bench) -> None:
    collection = filled.open()
    info = collection.documents()[2]
    rows = [item.row for item in collection.neighbours(info.first_row, 3, 2)]
    assert rows == [info.first_row, info.first_row + 1, info.first_row + 2]
    assert len(collection.neighbours(info.end_row - 1, 1, 5)) == 2
    for row in range(collection.n):
        assert collection.document_of(row).document_id == collection.passages([row])[0].document_id


def test_passages_that_say_the_same(bench: Bench) -> None:
    words = "样本机关应当每年公布一次工作报告，并听取群众意见。"
    bench.update(
        Document("a.txt", f"甲办法\n\n第一条　{words}\n\n第二条　另有规定的除外。\n", "甲办法", Kind.LAW),
        Document("b.txt", f"甲办法\n\n第一条　{words[:9]}\n{words[9:]}\n", "甲办法", Kind.LAW),
        Document("c.txt", f"甲办法\n\n第１条　{words.replace('应当', '應當')}\n", "甲办法", Kind.LAW),
    )
    collection = bench.open()
    rows = {info.document_id: info.first_row for info in collection.documents()}
    ids = {name: collection.passages([row])[0].passage_id for name, row in rows.items()}
    assert collection.same_text(rows["a.txt"]) == [ids["b.txt"], ids["c.txt"]]
    assert collection.same_text(rows["a.txt"] + 1) == []


def test_the_two_searches(filled: Bench) -> None:
    collection = filled.open()
    target = collection.passages([7])[0]
    text = collection.document(target.document_id).text[target.passage.start : target.passage.end]
    hits = collection.dense(filled.encoder.encode_queries([text])[0], 5)
    assert 7 in hits.rows.tolist()
    start, end = hits.spans[hits.rows.tolist().index(7)]
    assert target.passage.start <= start < end <= target.passage.end
    rows, scores = collection.lexical(tokenize(text), 5)
    assert rows[0] == 7
    assert scores.tolist() == sorted(scores, reverse=True)
    assert collection.coverage(tokenize(text), rows)[0] == pytest.approx(1)
    assert collection.document_frequency(["没有的词"]).tolist() == [0]
    info = collection.documents()[0]
    narrowed, _ = collection.lexical(tokenize(text), 50, rows=list(range(info.first_row, info.end_row)))
    assert set(narrowed.tolist()) <= set(range(info.first_row, info.end_row))


def test_a_newer_generation_is_noticed(filled: Bench, make) -> None:
    collection = filled.open()
    assert not collection.stale()
    filled.update(make(8))
    assert collection.stale()
    assert (collection.generation, len(collection.documents())) == (1, 6)
    newer = filled.open()
    assert (newer.generation, len(newer.documents()), newer.stale()) == (2, 7, False)


def test_an_old_generation_that_is_gone_says_so(filled: Bench, make) -> None:
    collection, opened = filled.open(), filled.open()
    vector = filled.encoder.encode_queries(["预算"])[0]
    rows = opened.dense(vector, 3).rows.tolist()
    for number in (7, 8, 9):
        filled.update(make(number))
    with pytest.raises(IndexMissing, match="again"):
        collection.dense(vector, 3)
    assert opened.dense(vector, 3).rows.tolist() == rows, "what was open stays usable"
    assert len(filled.open().documents()) == 9


def test_reading_and_checking_write_nothing(filled: Bench) -> None:
    before = {path: path.stat().st_mtime_ns for path in filled.folder.rglob("*")}
    collection = filled.open()
    assert collection.check() == []
    collection.close()
    assert {path: path.stat().st_mtime_ns for path in filled.folder.rglob("*")} == before


def test_nothing_there(bench: Bench) -> None:
    with pytest.raises(IndexMissing, match="npcbot index PATH --collection test"):
        bench.open()
    with pytest.raises(IndexMissing):
        rebuild(bench.home, "test")
    assert not bench.home.exists(), "asking makes no folders"


def test_rebuild_gives_the_same_searches(filled: Bench) -> None:
    before = filled.open()
    vector = filled.encoder.encode_queries(["备案审查"])[0]
    expected = before.dense(vector, 30)
    (filled.folder / "gen-000001" / "vectors.faiss").write_bytes(b"")
    encoded = len(filled.encoder.passages)
    assert rebuild(filled.home, "test").generation == 2
    after = filled.open()
    assert after.check() == []
    assert after.dense(vector, 30).rows.tolist() == expected.rows.tolist()
    assert after.dense(vector, 30).scores.tolist() == expected.scores.tolist()
    assert len(filled.encoder.passages) == encoded


def test_many_readers_at_once(filled: Bench) -> None:
    collection = filled.open()
    queries = filled.encoder.encode_queries([f"第{n}号小组走访" for n in range(40)])
    expected = [collection.dense(query, 5).rows.tolist() for query in queries]
    fresh = filled.open()

    def ask(n: int) -> tuple[list[int], list[StoredPassage], str]:
        rows = fresh.dense(queries[n], 5).rows
        passages = fresh.passages(rows)
        return rows.tolist(), passages, fresh.document(passages[0].document_id).text

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, list(range(40)) * 5))
    assert [rows for rows, _, _ in answers] == expected * 5


def test_documents_are_held_within_bounds(filled: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("npcbot.index.collection._HELD", 1000)
    collection = filled.open()
    for info in collection.documents():
        assert collection.document(info.document_id).sha256 == info.sha256
    assert sum(len(held.text) for held in collection._held.values()) <= 1000


def test_closing(filled: Bench) -> None:
    with filled.open() as collection:
        collection.dense(filled.encoder.encode_queries(["预算"])[0], 3)
    filled.open().close()
