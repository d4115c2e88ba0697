from __future__ import annotations

from pathlib import Path

import pytest

from npcbot.documents.sidecar import load_sidecar
from npcbot.errors import DocumentError


def load(folder: Path, toml: str | bytes) -> object:
    (folder / "报告.2020.toml").write_bytes(toml if isinstance(toml, bytes) else toml.encode())
    return load_sidecar(folder / "报告.2020.txt")


def test_no_sidecar(tmp_path: Path) -> None:
    assert load_sidecar(tmp_path / "a.txt") == {}


def test_every_key(tmp_path: Path) -> None:
    assert load(
        tmp_path,
        """title = " 样本报告 "
        issuer = "样本委员会"
        kind = "report"
        status = "in force"
        incomplete = "缺第五部分"
        dates = [{kind = "delivered", date = 2023-03-07}, {kind = "published", date = "2023-03"},
                 {kind = "in_force", date = "2023"}, {kind = "adopted", date = 2023},
                 {kind = "amended", date = 2023-03-07T08:00:00}]
        """,
    ) == {
        "title": "样本报告",
        "issuer": "样本委员会",
        "kind": "report",
        "status": "in force",
        "incomplete": "缺第五部分",
        "dates": [
            {"kind": "delivered", "date": "2023-03-07"},
            {"kind": "published", "date": "2023-03"},
            {"kind": "in_force", "date": "2023"},
            {"kind": "adopted", "date": "2023"},
            {"kind": "amended", "date": "2023-03-07"},
        ],
    }


def test_a_signature_of_utf8_is_no_error(tmp_path: Path) -> None:
    assert load(tmp_path, b"\xef\xbb\xbftitle = 'a'") == {"title": "a"}


@pytest.mark.parametrize(
    ("toml", "says", "hint"),
    [
        ("titel = 'a'", "unknown key 'titel'", "title, issuer"),
        ("title = 3", "title must be a text", "title ="),
        ("title = ' '", "title must be a text", "leave it out"),
        ("incomplete = true", "incomplete must be a text", "incomplete ="),
        ("kind = 'statute'", "kind is 'statute'", "report, law, other"),
        ("kind = ['law']", "kind must be a text", "kind ="),
        ("dates = '2023'", "dates must be a list", "kind ="),
        ("dates = ['2023']", "must have kind and date", "kind ="),
        ("dates = [{date = 2023-03-07}]", "must have kind and date", "kind ="),
        ("dates = [{kind = 'signed', date = 2023-03-07}]", "dates.kind is 'signed'", "delivered, adopted"),
        ("dates = [{kind = ['x'], date = 2023-03-07}]", "dates.kind is ['x']", "delivered"),
        ("dates = [{kind = 'adopted', date = '2023-02-30'}]", "'2023-02-30'", "2023-03-07"),
        ("dates = [{kind = 'adopted', date = '7 March 2023'}]", "'7 March 2023'", "2023-03-07"),
        ("dates = [{kind = 'adopted', date = 08:00:00}]", "'08:00:00'", "2023-03-07"),
        ("title = ", "not valid TOML", "Correct"),
        ("a = " + "[" * 5000, "not valid TOML", "Correct"),
        ("title = '标题'".encode("gb18030"), "not UTF-8", "UTF-8"),
        ("#" * (2 << 20), "too large", "sidecar"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, toml: str | bytes, says: str, hint: str) -> None:
    with pytest.raises(DocumentError) as raised:
        load(tmp_path, toml)
    assert raised.value.message.startswith(f"{tmp_path / '报告.2020.toml'}: ")
    assert says in raised.value.message and hint in raised.value.hint


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.toml").mkdir()
    with pytest.raises(DocumentError, match="cannot be read"):
        load_sidecar(tmp_path / "a.txt")
