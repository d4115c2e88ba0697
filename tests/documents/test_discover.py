from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from npcbot.documents import discover
from npcbot.errors import DocumentError


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (
        "laws/甲法.md", "laws/乙法.txt", "laws/sub/丙法.HTML", "laws/sub/deep/丁.docx", "reports/2020.txt",
        "reports/2020.toml",
               "reports/2021.pdf", "reports/orphan.toml", "reports/photo.png", "reports/README", ".git/config.txt",
        "laws/.hidden.txt", "laws/~x.txt",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("文")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ids(*paths: str | Path) -> list[str]:
    return [found.document_id for found in discover(paths).found]


def test_a_folder_is_walked_in_the_order_of_names(tree: Path) -> None:
    assert ids("laws") == ["~x.txt", "乙法.txt", "甲法.md", "sub/丙法.HTML", "sub/deep/丁.docx"]
    found = discover([tree]).found
    assert [item.document_id for item in found][-2:] == ["reports/2020.txt", "reports/2021.pdf"]
    assert all(item.root == tree and tree / item.document_id == item.path for item in found)


def test_everything_left_out_has_a_reason(tree: Path) -> None:
    reasons = {str(skip.path.relative_to(tree)): skip.reason for skip in discover([tree]).skipped}
    assert reasons == {
        ".git": "hidden",
        "laws/.hidden.txt": "hidden",
        "reports/2020.toml": "sidecar of 2020.txt",
        "reports/orphan.toml": "a sidecar (.toml) without its document",
        "reports/photo.png": "files ending in '.png' are not read",
        "reports/README": "files without an ending are not read",
    }


def test_a_file_stands_under_its_folder(tree: Path) -> None:
    found = discover(["reports/2020.txt"]).found[0]
    assert (found.document_id, found.root) == ("2020.txt", Path("reports"))
    os.chdir("reports")
    found = discover(["2020.txt"]).found[0]
    assert (found.document_id, found.root) == ("2020.txt", Path("."))


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("laws/*.md", ["甲法.md"]),
        ("laws/?法.*", ["乙法.txt", "甲法.md"]),
        ("laws/**/*.HTML", ["sub/丙法.HTML"]),
        ("laws/**/*法.*", ["乙法.txt", "甲法.md", "sub/丙法.HTML"]),
        ("**/2020.txt", ["reports/2020.txt"]),
        ("*/2020.txt", ["reports/2020.txt"]),
        ("la*", ["laws/~x.txt", "laws/乙法.txt", "laws/甲法.md", "laws/sub/丙法.HTML", "laws/sub/deep/丁.docx"]),
        ("laws/**", ["~x.txt", "乙法.txt", "甲法.md", "sub/丙法.HTML", "sub/deep/丁.docx"]),
        ("laws/s*", ["sub/丙法.HTML", "sub/deep/丁.docx"]),
        ("reports/202[01].*", ["2020.txt", "2021.pdf"]),
    ],
)
def test_globs(tree: Path, pattern: str, expected: list[str]) -> None:
    assert ids(pattern) == expected
    assert ids(tree / pattern) == expected


def test_a_name_with_wildcards_that_exists_is_that_file(tree: Path) -> None:
    (tree / "a[1].txt").write_text("文")
    (tree / "a1.txt").write_text("文")
    assert ids("a[1].txt") == ["a[1].txt"]


def test_one_file_named_twice_is_one_document(tree: Path) -> None:
    assert ids("reports", "reports/2020.txt", "./reports/2020.txt", "reports/*.txt") == ["2020.txt", "2021.pdf"]


def test_two_files_with_one_id_are_refused(tree: Path) -> None:
    (tree / "laws" / "2020.txt").write_text("文")
    with pytest.raises(DocumentError, match=r"'2020\.txt'") as raised:
        discover(["laws", "reports"])
    assert str(tree) in raised.value.hint
    assert {"laws/2020.txt", "reports/2020.txt"} <= set(ids("."))


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("", "an empty path"),
        ("nowhere", "nowhere: no such file or folder"),
        ("nowhere/*.txt", "no file matches"),
        ("laws/*.pdf", "no file matches"),
        ("laws/[", "no file matches"),
        ("reports/photo.png", "no document in reports/photo.png (skipped: reports/photo.png: files ending in '.png'"),
        ("reports/2020.toml", "sidecar of 2020.txt"),
        ("empty", "no document in empty"),
        ("a\0b", "a\0b: "),
        ("long" * 100, "File name too long"),
    ],
)
def test_paths_that_give_nothing(tree: Path, path: str, says: str) -> None:
    (tree / "empty").mkdir()
    with pytest.raises(DocumentError) as raised:
        discover([path])
    assert says in raised.value.message and raised.value.hint


def test_no_paths() -> None:
    with pytest.raises(DocumentError, match="no path"):
        discover([])


def test_links_that_lead_round_in_circles_end(tree: Path) -> None:
    (tree / "laws" / "sub" / "up").symlink_to(tree / "laws")
    (tree / "laws" / "again").symlink_to(tree / "laws" / "sub")
    (tree / "laws" / "outside").symlink_to(tree / "reports")
    (tree / "laws" / "self.txt").symlink_to(tree / "laws" / "self.txt")
    result = discover(["laws"])
    expected = [
        "~x.txt",
        "乙法.txt",
        "甲法.md",
        "sub/丙法.HTML",
        "sub/deep/丁.docx",
        "outside/2020.txt",
        "outside/2021.pdf",
    ]
    assert [found.document_id for found in result.found if found.document_id != "self.txt"] == expected
    links = [str(skip.path) for skip in result.skipped if "link" in skip.reason]
    assert links == ["laws/again", "laws/sub/up"]


def test_many_links_to_folders_do_not_multiply(tmp_path: Path) -> None:
    for name in "abcdefgh":
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.txt").write_text("文")
        for other in "abcdefgh":
            (tmp_path / name / f"to-{other}").symlink_to(tmp_path / other)
    assert len(discover([tmp_path]).found) == 8


def test_a_folder_that_cannot_be_listed_is_named(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = os.scandir

    def scandir(path: Path) -> object:
        if path.name == "sub":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    result = discover(["laws"])
    assert ("laws/sub", "no permission to read it") in [(str(skip.path), skip.reason) for skip in result.skipped]
    assert len(result.found) == 3
    with pytest.raises(DocumentError, match="no permission"):
        discover(["laws/sub"])


def test_names_that_cannot_be_ids_are_skipped(tree: Path) -> None:
    try:
        (tree / "reports" / "a\nb.txt").write_text("文")
        Path(os.fsdecode(os.fsencode(tree / "reports") + b"/\xb1\xa8.txt")).write_text("文")
    except OSError:
        pytest.skip("this file system refuses such names itself")
    result = discover(["reports"])
    assert [found.document_id for found in result.found] == ["2020.txt", "2021.pdf"]
    assert sum("rename it" in skip.reason for skip in result.skipped) == 2


def test_names_are_kept_as_the_disk_has_them(tmp_path: Path) -> None:
    name = unicodedata.normalize("NFD", "Qualité.txt")
    (tmp_path / name).write_text("文")
    on_disk = os.listdir(tmp_path)[0]
    assert ids(tmp_path) == [on_disk]
