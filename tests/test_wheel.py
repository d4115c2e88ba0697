"""A wheel, installed away from the checkout, does the same; and so does the light set of requirements."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: What the bundled encoder does without.
NOT_LIGHT = ("torch", "transformers", "sentence_transformers", "telegram")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel, unpacked into a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder / "dist"), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = (folder / "dist").glob("*.whl")
    target = folder / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), str(wheel)]
    subprocess.run(pip, check=True, capture_output=True)
    return target


def npcbot(site: Path, home: Path, *words: str, block: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Runs the installed copy; imports of ``block`` fail, as they do where those packages are missing."""
    program = (
        "import sys\n"
        f"sys.path.insert(0, {str(site)!r})\n"
        f"for name in {block!r}:\n    sys.modules[name] = None\n"
        "import npcbot\n"
        f"assert npcbot.__file__.startswith({str(site)!r}), npcbot.__file__\n"
        "from npcbot.terminal.cli import main\n"
        "main(sys.argv[1:])\n"
    )
    environment = {**os.environ, "NPCBOT_HOME": str(home)}
    environment.pop("PYTHONPATH", None)
    command = [sys.executable, "-c", program, *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=home.parent, check=False)


def test_the_wheel_answers_from_its_own_sample(installed: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    indexed = npcbot(installed, home, "index", str(installed / "npcbot" / "sample"))
    assert indexed.returncode == 0, indexed.stderr
    assert indexed.stdout.startswith("4 documents")
    asked = npcbot(installed, home, "ask", "-k", "1", "五年来制定了多少部法律？")
    assert asked.returncode == 0, asked.stderr
    assert "制定法律47部" in "".join(re.sub(r"[│┃\n⟦⟧]| {2,}", "", asked.stdout))
    assert "没有找到答案" not in asked.stdout


def test_without_a_home_state_goes_to_the_platforms_folder(installed: Path, tmp_path: Path) -> None:
    program = f"import sys; sys.path.insert(0, {str(installed)!r}); from npcbot.config import home; print(home())"
    environment = {key: value for key, value in os.environ.items() if key != "NPCBOT_HOME"}
    environment |= {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "share")}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)
    assert Path(done.stdout.strip()).is_relative_to(tmp_path)


def test_it_works_without_torch_and_says_what_a_named_model_needs(installed: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    sample = str(installed / "npcbot" / "sample")
    assert npcbot(installed, home, "index", sample, block=NOT_LIGHT).returncode == 0
    asked = npcbot(installed, home, "ask", "--json", "五年来制定了多少部法律？", block=NOT_LIGHT)
    assert asked.returncode == 0, asked.stderr
    assert '"answered": true' in asked.stdout
    (home / "npcbot.toml").write_text('[encoder]\nname = "some/model"\n', "utf-8")
    refused = npcbot(installed, home, "ask", "问题在哪里？", block=NOT_LIGHT)
    assert refused.returncode == 2
    assert "sentence-transformers" in refused.stderr


def test_the_light_requirements_are_the_dependencies_without_torch() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    light = [
        line.strip()
        for line in (ROOT / "requirements-light.txt").read_text("utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    heavy = re.compile(r"torch|sentence-transformers")
    assert sorted(light) == sorted(line for line in project if not heavy.match(line))


@pytest.mark.soak
def test_a_clean_environment_with_the_light_requirements(installed: Path, tmp_path: Path) -> None:
    """Installs them for real, which takes a package index."""
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "-r", str(ROOT / "requirements-light.txt")]
    subprocess.run(pip, check=True, capture_output=True)
    (wheel,) = (installed.parent / "dist").glob("*.whl")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", str(wheel)], check=True)
    environment = {**os.environ, "NPCBOT_HOME": str(tmp_path / "home")}
    environment.pop("PYTHONPATH", None)
    program = str(tmp_path / "venv" / "bin" / "npcbot")
    run = {"capture_output": True, "text": True, "env": environment, "cwd": tmp_path, "check": False}
    sample = next((tmp_path / "venv").rglob("npcbot/sample"))
    indexed = subprocess.run([program, "index", str(sample)], **run)  # type: ignore[call-overload]
    assert indexed.returncode == 0, indexed.stderr
    asked = subprocess.run([program, "ask", "--json", "五年来制定了多少部法律？"], **run)  # type: ignore[call-overload]
    assert '"answered": true' in asked.stdout, asked.stderr
    probe = subprocess.run([python, "-c", "import torch"], **run)  # type: ignore[call-overload]
    assert probe.returncode != 0
