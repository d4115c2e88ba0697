"""The writer: what is embedded, kept, replaced and removed, and what is left when it fails."""

from __future__ import annotations

import dataclasses
import errno
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEncoder
from invented import SETTINGS, Bench

from npcbot.errors import (
    ConfigError,
    DocumentError,
    EncoderError,
    IndexMismatch,
    IndexMissing,
    IndexUnwritable,
)
from npcbot.index import Lost, collections, rebuild
from npcbot.index import update as writer
from npcbot.index.cache import Cache
from npcbot.types import Document


def replace(document: Document, old: str, new: str) -> Document:
    assert old in document.text
    return dataclasses.replace(document, text=document.text.replace(old, new, 1), sha256="")


def test_the_report_counts(bench: Bench, make) -> None:
    seen: list[tuple[str, int, int]] = []
    report = bench.update(make(0), make(1), progress=lambda *step: seen.append(step))
    collection = bench.open()
    assert (report.documents, report.passages, report.generation) == (2, collection.n, 1)
    assert report.added == ("样本/000.txt", "样本/001.txt")
    assert report.embedded == len(bench.encoder.passages) == len(set(bench.encoder.passages))
    assert report.embedded + report.reused == report.windows > report.passages
    assert ("read", 2, 0) in seen
    assert ("embed", report.embedded, report.embedded) in seen
    assert seen[-1] == ("build", 1, 1)
    assert collection.check() == []
    assert collections(bench.home) == ["test"]


def test_nothing_new_writes_nothing(filled: Bench, make) -> None:
    encoded = len(filled.encoder.passages)
    report = filled.update(*(make(number) for number in range(6)))
    assert (report.embedded, len(report.unchanged), report.generation) == (0, 6, 1)
    assert len(filled.encoder.passages) == encoded
    assert filled.generations() == ["gen-000001"]


def test_only_what_changed_is_embedded(filled: Bench, make) -> None:
    before = {p.passage_id for p in filled.open().passages(range(filled.open().n))}
    filled.encoder.passages.clear()
    changed = replace(make(2), "第6项任务", "第6项重大任务")
    report = filled.update(make(0), changed)
    assert (report.changed, report.unchanged, report.added) == (("样本/002.txt",), ("样本/000.txt",), ())
    assert 0 < report.embedded == len(filled.encoder.passages) <= 3
    assert all("重大任务" in text for text in filled.encoder.passages)
    collection = filled.open()
    assert collection.check() == []
    after = {p.passage_id for p in collection.passages(range(collection.n))}
    assert len(before - after) == len(after - before) == 1
    (gone,) = before - after
    assert collection.find(gone) is Lost.CHANGED


def test_the_index_is_the_same_however_it_came_about(bench: Bench, make, tmp_path: Path) -> None:
    bench.update(make(4), make(1))
    bench.update(make(3), replace(make(1), "编号为1", "编号为一"))
    bench.update(make(1), make(0), make(2), remove=["样本/003.txt"])
    other = Bench(tmp_path / "other")
    other.update(*(make(number) for number in (0, 1, 2, 4)))
    one, two = bench.open(), other.open()
    assert one.documents() == two.documents()
    assert one.passages(range(one.n)) == two.passages(range(two.n))
    vector = bench.encoder.encode_queries(["预算审查"])[0]
    assert one.dense(vector, 50).rows.tolist() == two.dense(vector, 50).rows.tolist()
    assert one.lexical(["预算"], 50)[0].tolist() == two.lexical(["预算"], 50)[0].tolist()
    assert one.check() == two.check() == []


def test_metadata_alone_is_a_change(filled: Bench, make) -> None:
    report = filled.update(dataclasses.replace(make(1), title="改过的题目", issuer="样本机关"))
    assert report.changed == ("样本/001.txt",)
    assert report.embedded > 0, "the title is embedded with every passage"
    info = filled.open().info("样本/001.txt")
    assert (info.title, info.issuer) == ("改过的题目", "样本机关")


def test_removal(filled: Bench) -> None:
    old = filled.open()
    report = filled.update(remove=["样本/002.txt", "没有这个.txt"])
    assert report.removed == ("样本/002.txt",)
    assert (report.documents, report.embedded) == (5, 0)
    collection = filled.open()
    gone = old.passages([old.info("样本/002.txt").first_row])[0].passage_id
    assert collection.find(gone) is Lost.MISSING
    with pytest.raises(IndexMissing, match=r"002\.txt"):
        collection.document("样本/002.txt")
    assert collection.check() == []
    # The generation before is still whole for those who have it open.
    assert old.document("样本/002.txt").text
    assert old.check() == []


def test_a_collection_may_become_empty_and_fill_again(filled: Bench, make) -> None:
    filled.update(remove=[f"样本/{number:03}.txt" for number in range(6)])
    collection = filled.open()
    assert (collection.n, list(collection.documents()), collection.check()) == (0, [], [])
    assert len(collection.dense(filled.encoder.encode_queries(["预算"])[0], 10).rows) == 0
    report = filled.update(make(3))
    assert (report.documents, report.embedded) == (1, 0)
    assert filled.open().check() == []


def test_a_document_without_passages(bench: Bench) -> None:
    bench.update(Document("empty.txt", "\n", "空"), Document("short.txt", "各位代表！\n", ""))
    collection = bench.open()
    assert len(collection.documents()) == 2
    assert collection.check() == []


def test_origins_are_kept_with_the_documents(bench: Bench, make) -> None:
    bench.update(make(0), make(1), origins={"样本/000.txt": "/a", "样本/001.txt": "/b"})
    bench.update(replace(make(1), "过去一年", "过去两年"), make(2), origins={"样本/002.txt": "/c"})
    assert [info.origin for info in bench.open().documents()] == ["/a", "/b", "/c"]
    bench.update(make(0), origins={"样本/000.txt": "/d"})
    assert [info.origin for info in bench.open().documents()] == ["/d", "/b", "/c"]


def test_one_id_for_two_texts_is_refused(filled: Bench, make) -> None:
    twin = replace(make(7), "编号", "号码")
    with pytest.raises(DocumentError, match=r"007\.txt"):
        filled.update(make(7), twin)
    assert filled.update(make(7), make(7)).added == ("样本/007.txt",)


@pytest.mark.parametrize("name", ["", "Upper", "a/b", "..", "中文", "a" * 65])
def test_bad_names(tmp_path: Path, make, name: str) -> None:
    with pytest.raises(ConfigError, match="name a collection"):
        Bench(tmp_path, name=name).update(make(0))
    with pytest.raises(ConfigError, match="name a collection"):
        Bench(tmp_path, name=name).open()


def test_only_two_generations_are_kept(filled: Bench, make) -> None:
    for number in range(7, 11):
        filled.update(make(number))
    assert filled.generations() == ["gen-000004", "gen-000005"]


def test_leavings_of_killed_writers_are_swept(filled: Bench, make) -> None:
    for name in ("gen-000002.building", "gen-000002"):
        (filled.folder / name).mkdir()
        (filled.folder / name / "store.sqlite").write_bytes(b"half")
    (filled.folder / "CURRENT.new").write_text("gen-0")
    filled.update(make(9))
    assert filled.generations() == ["gen-000001", "gen-000002"]
    assert not (filled.folder / "CURRENT.new").exists()
    assert filled.open().check() == []


def test_another_encoder_is_refused_until_rebuilt(filled: Bench, make) -> None:
    ids = [p.passage_id for p in filled.open().passages(range(filled.open().n))]
    filled.encoder = FakeEncoder(dim=48, name="other")
    with pytest.raises(IndexMismatch, match="npcbot index --rebuild --collection test"):
        filled.update(make(0))
    with pytest.raises(IndexMismatch, match="encoder"):
        filled.open()
    report = filled.update(rebuild=True)
    assert (report.embedded, report.documents) == (len(set(filled.encoder.passages)), 6)
    collection = filled.open()
    assert (collection.check(), collection.manifest.dim) == ([], 48)
    assert [p.passage_id for p in collection.passages(range(collection.n))] == ids
    with Cache(filled.folder / "vectors.sqlite", "other-48", 48, collection.manifest.tokens) as cache:
        assert not cache.foreign(), "the vectors of the encoder before are forgotten"


@pytest.mark.parametrize(
    ("module", "constant"),
    [("npcbot.index.manifest", "FOLDING_VERSION"), ("npcbot.index.manifest", "PARSER_VERSION")],
)
def test_another_version_is_refused_until_rebuilt(
    filled: Bench, make, monkeypatch: pytest.MonkeyPatch, module: str, constant: str
) -> None:
    path = filled.folder / "gen-000001" / "manifest.json"
    field = constant.split("_")[0].lower()
    version = getattr(filled.open().manifest, field)
    path.write_text(path.read_text().replace(f'"{field}": "{version}"', f'"{field}": "older"'))
    for attempt in (filled.open, lambda: filled.update(make(0)), lambda: rebuild(filled.home, "test")):
        with pytest.raises(IndexMismatch, match=f"{field} 'older'"):
            attempt()
    report = filled.update(rebuild=True)
    assert (report.embedded, filled.open().check()) == (0, [])


def test_another_format_is_refused(filled: Bench) -> None:
    path = filled.folder / "gen-000001" / "manifest.json"
    path.write_text(path.read_text().replace('"format": 1', '"format": 99'))
    for attempt in (filled.open, filled.update, lambda: filled.update(rebuild=True)):
        with pytest.raises(IndexMismatch, match="format 99"):
            attempt()


def test_new_settings_are_taken_up(filled: Bench) -> None:
    windows = filled.open().manifest.windows
    wide = dataclasses.replace(SETTINGS, window=2000, k1=0.9, factory="Flat")
    report = filled.update(settings=wide)
    assert report.windows == report.passages < windows
    made = filled.open().manifest
    assert (made.window, made.k1, made.factory) == (2000, 0.9, "Flat")
    assert filled.open().check() == []


def test_a_bad_factory_is_told_before_anything_is_embedded(bench: Bench, make) -> None:
    with pytest.raises(ConfigError, match=r"index\.factory 'Nope'"):
        bench.update(make(0), settings=dataclasses.replace(SETTINGS, factory="Nope"))
    assert bench.encoder.passages == []


@pytest.mark.parametrize("broken", ["shape", "nan"])
def test_an_encoder_that_returns_nonsense_is_refused(bench: Bench, make, broken: str) -> None:
    class Broken(FakeEncoder):
        def encode_passages(self, texts):
            vectors = super().encode_passages(texts)
            return vectors[1:] if broken == "shape" else vectors * np.float32("nan")

    with pytest.raises(EncoderError, match="fake-64"):
        bench.update(make(0), encoder=Broken())
    with pytest.raises(IndexMissing):
        bench.open()


def test_an_encoder_that_fails_is_not_taken_for_a_bad_disk(bench: Bench, make) -> None:
    class Absent(FakeEncoder):
        def encode_passages(self, texts):
            raise FileNotFoundError(errno.ENOENT, "No such file", "weights.bin")

    with pytest.raises(EncoderError, match=r"weights\.bin"):
        bench.update(make(0), encoder=Absent())


class Interrupting(FakeEncoder):
    """Ctrl-C in the middle of the work."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def encode_passages(self, texts):
        if self.after == 0:
            raise KeyboardInterrupt
        self.after -= 1
        return super().encode_passages(texts)


def test_ctrl_c_keeps_the_old_generation_and_what_was_embedded(
    filled: Bench, make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("npcbot.index.staging._BATCH", 4)
    fresh = [make(number) for number in range(6, 12)]
    first = Interrupting(after=5)
    with pytest.raises(KeyboardInterrupt):
        filled.update(*fresh, encoder=first)
    assert filled.generations() == ["gen-000001"]
    assert (filled.open().check(), len(filled.open().documents())) == ([], 6)
    second = FakeEncoder()
    report = filled.update(*fresh, encoder=second)
    assert len(first.passages) == 20
    assert not set(first.passages) & set(second.passages)
    assert report.embedded == len(second.passages) > 0
    assert filled.open().check() == []


@pytest.mark.parametrize("place", ["npcbot.index.local.write", "npcbot.index.generations._sync", "numpy.save"])
def test_a_full_disk_leaves_the_old_generation(
    filled: Bench, make, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    def full(*_args: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(place, full)
        with pytest.raises(IndexUnwritable, match="No space left"):
            filled.update(make(8))
    assert (filled.open().check(), len(filled.open().documents())) == ([], 6)
    assert filled.update(make(8)).documents == 7


def test_a_full_disk_under_sqlite(filled: Bench, make, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Cache, "put_vectors", full)
        with pytest.raises(IndexUnwritable, match="disk is full"):
            filled.update(make(8))
    assert filled.open().check() == []


def test_a_home_that_cannot_be_written(tmp_path: Path, make) -> None:
    (tmp_path / "home").write_text("a file stands where the folder should be")
    with pytest.raises(IndexUnwritable, match="NPCBOT_HOME"):
        Bench(tmp_path / "home").update(make(0))


def test_an_unreadable_source_is_not_taken_for_a_bad_disk(filled: Bench, make) -> None:
    def source():
        yield make(6)
        raise OSError(errno.EIO, "Input/output error")

    with pytest.raises(DocumentError, match="Input/output"):
        writer(filled.home, "test", source(), encoder=filled.encoder, settings=SETTINGS)
    assert len(filled.open().documents()) == 6


def test_the_cache_does_not_grow_without_end(bench: Bench, make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("npcbot.index.writer._SLACK", 0)
    for edition in range(12):
        bench.update(make(0, edition=f"第{edition}"), make(1, edition=f"第{edition}"))
    made = bench.open().manifest
    with Cache(bench.folder / "vectors.sqlite", made.encoder, made.dim, made.tokens) as cache:
        assert cache.size() <= 4 * 2 * (made.windows + made.passages)
    assert bench.open().check() == []


def test_what_the_backend_is_told(filled: Bench, make) -> None:
    """Another backend sees the same passages, which of them are new, and which are gone."""
    from npcbot.index.local import LocalBackend

    told: dict[str, object] = {}

    class Told(LocalBackend):
        def add(self, entries):
            told["fresh"] = {entry.passage_id for entry in entries if entry.fresh}
            told["rows"] = [entry.row for entry in entries]
            super().add(entries)

        def delete(self, passage_ids):
            told["gone"] = set(passage_ids)

    before = {p.passage_id for p in filled.open().passages(range(filled.open().n))}
    filled.update(make(9), replace(make(1), "过去一年", "过去两年"), remove=["样本/000.txt"], backend=Told)
    collection = filled.open()
    after = {p.passage_id for p in collection.passages(range(collection.n))}
    assert told["rows"] == list(range(collection.n))
    assert told["gone"] == before - after
    assert after - before <= told["fresh"]
    stored = {p.document_id for p in map(collection.find, told["fresh"])}
    assert stored == {"样本/001.txt", "样本/009.txt"}
