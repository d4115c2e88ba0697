"""Imports point one way; nothing heavy is loaded before it is used; the documents keep up with the program."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "npcbot"
#: From where text comes in to where it goes out. A module imports from its own folder and those before it.
ORDER = [
    "errors",
    "types",
    "config",
    "numerals",
    "folding",
    "visible",
    "wrapping",
    "documents",
    "passages",
    "encoders",
    "rerankers",
    "index",
    "retrieval",
    "answer",
    "lookups",
    "evaluation",
    "telegram",
    "terminal",
]
HEAVY = {
    *("torch", "transformers", "sentence_transformers", "faiss", "jieba", "onnxruntime", "opencc", "tokenizers"),
    *("matplotlib", "rapidfuzz"),
}


def layer(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""
            if node.module == "npcbot":
                yield from (f"npcbot.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_one_way(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if own in ("__init__", "__main__", "sample"):
        return
    for name in imported(path):
        if name.startswith("npcbot.") and layer(name) in ORDER:
            assert ORDER.index(layer(name)) <= ORDER.index(own), f"{own} imports {name}"


def test_every_module_has_its_place() -> None:
    found = {
        path.name.removesuffix(".py")
        for path in PACKAGE.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert found - {"__init__", "__main__", "sample"} == set(ORDER)


def loaded(code: str) -> set[str]:
    program = f"import sys\n{code}\nprint('\\n'.join(name for name in sys.modules if '.' not in name))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split("\n"))


def test_help_loads_nothing_heavy() -> None:
    code = "from npcbot.terminal.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass"
    assert loaded(code) & (HEAVY | {"numpy", "scipy"}) == set()


def test_asking_loads_no_torch(tmp_path: Path) -> None:
    code = (
        f"import os; os.environ['NPCBOT_HOME'] = {str(tmp_path)!r}\n"
        "from npcbot.terminal.cli import main\n"
        f"for words in (['index', {str(PACKAGE / 'sample')!r}], ['ask', '常务委员会多久开一次会？']):\n"
        "    try:\n        main(words)\n    except SystemExit as end:\n        assert not end.code, end.code"
    )
    names = loaded(code)
    assert {"torch", "transformers", "sentence_transformers"} & names == set()
    assert {"onnxruntime", "faiss"} <= names


def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        pytest.skip("no git checkout")
    return [name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_files_stay_short() -> None:
    long = [
        name for name in tracked() if name.endswith(".py") and len((ROOT / name).read_text("utf-8").splitlines()) > 400
    ]
    assert long == []


def test_no_place_of_one_machine() -> None:
    wrong = re.compile(r"(?<![\w.:/])/(?:home|root|work|opt)/\w|index-url|find-links")
    for name in tracked():
        if (
            name.endswith((".py", ".toml", ".md", ".txt", "Makefile", "run", ".cfg", ".yml"))
            and name != "tests/test_imports.py"
        ):
            found = wrong.search((ROOT / name).read_text("utf-8"))
            assert not found, f"{name}: {found}"


def test_every_command_is_in_the_readme() -> None:
    from npcbot.terminal.cli import cli

    readme = (ROOT / "README.md").read_text("utf-8")
    missing = [name for name in cli.commands if f"npcbot {name}" not in readme]
    assert missing == []


def test_the_folders_are_in_the_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    assert [name for name in ORDER if f"`{name}" not in text] == []
