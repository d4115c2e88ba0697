"""Real processes: two writers at once, Ctrl-C, and SIGKILL at random moments."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from invented import Bench, make_document
from write_in_process import edition_of

from npcbot.errors import IndexBusy, IndexMissing

HERE = Path(__file__).parent
SOURCE = HERE.parents[1] / "src"


@contextmanager
def writer(bench: Bench, edition: str, delay: float, **options) -> Iterator[subprocess.Popen[str]]:
    """A process that has said it is ready and is about to write."""
    process = subprocess.Popen(
        [sys.executable, str(HERE / "write_in_process.py"), str(bench.home), edition, str(delay)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": f"{SOURCE}{os.pathsep}{HERE.parent}", "OMP_NUM_THREADS": "1"},
        **options,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()[1]
        yield process
    finally:
        process.kill()
        process.communicate()


def until(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdout is not None
    for said in process.stdout:
        if said.startswith(line):
            return
    raise AssertionError(f"never said {line!r}: {process.communicate()[1]}")


def edition(bench: Bench) -> str | None:
    """Which edition the index holds, all of it and nothing else; None where there is no index yet."""
    try:
        collection = bench.open()
    except IndexMissing:
        return None
    with collection:
        assert collection.check() == []
        texts = [collection.document(info.document_id).text for info in collection.documents()]
        found = {word for text in texts for word in re.findall("报告了(.+?)版进展", text)}
        assert len(found) == 1
        (word,) = found
        assert {info.document_id for info in collection.documents()} == {
            document.document_id for document in edition_of(word)
        }
        return word


def kill_again_and_again(bench: Bench, times: int, seed: int) -> None:
    rng = random.Random(seed)
    with writer(bench, "0", 0.01) as process:
        began = time.perf_counter()
        assert process.wait(60) == 0
    whole = time.perf_counter() - began
    held, finished, outcomes = "0", 0, set()
    for number in range(1, times + 1):
        with writer(bench, str(number), 0.01) as process:
            if number % 2:
                # The first is killed for certain, however fast the machine has become meanwhile.
                time.sleep(rng.uniform(0, (0.2 if number == 1 else 1.2) * whole))
            else:  # the short time in which the generation is written and published
                until(process, "build 0")
                time.sleep(rng.uniform(0, 0.15))
            process.send_signal(signal.SIGKILL)
            assert process.wait(60) in (-signal.SIGKILL, 0)
            finished += process.returncode == 0
        now = edition(bench)
        assert now in (held, str(number))
        outcomes.add(now == held)
        held = now
    with writer(bench, "last", 0) as process:
        assert process.wait(60) == 0, process.communicate()[1]
    assert edition(bench) == "last"
    assert finished < times, "nothing was killed"
    assert times < 50 or outcomes == {True, False}
    assert len(bench.generations()) <= 2
    assert not list(bench.folder.glob("*.building"))


def test_a_killed_writer_leaves_the_index_whole(bench: Bench) -> None:
    kill_again_and_again(bench, 5, seed=5)


@pytest.mark.soak
def test_fifty_killed_writers_leave_the_index_whole(bench: Bench) -> None:
    kill_again_and_again(bench, 50, seed=50)


def test_a_writer_killed_before_there_is_an_index(bench: Bench) -> None:
    for stage in ("read", "embed 8", "build 0"):
        with writer(bench, "甲", 0.01) as process:
            until(process, stage)
            process.kill()
            process.wait(60)
        assert edition(bench) in (None, "甲")
    bench.update(make_document(1))
    assert bench.open().check() == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_in_a_process(bench: Bench) -> None:
    bench.update(make_document(1))
    with writer(bench, "乙", 0.05) as process:
        until(process, "embed 16")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) != 0
        assert "KeyboardInterrupt" in process.communicate()[1]
    assert [path.name for path in bench.folder.glob("*.building")] == []
    assert len(bench.open().documents()) == 1
    assert bench.open().check() == []


def test_two_writers(bench: Bench) -> None:
    told: list[str] = []
    with writer(bench, "甲", 0.1) as process:
        until(process, "embed 0")
        with pytest.raises(IndexBusy, match="test"):
            bench.update(make_document(20), wait=0.1)
        report = bench.update(make_document(20), wait=60, progress=lambda stage, *_: told.append(stage))
        assert process.wait(60) == 0
    assert told[0] == "wait"
    assert report.documents == 12, "the second adds to what the first wrote"
    assert bench.open().check() == []


@pytest.mark.skipif(sys.platform == "win32", reason="resource limits")
def test_a_disk_that_is_really_full(bench: Bench) -> None:
    """A limit on the size of files makes the system refuse writes, as a full disk does."""
    import resource

    bench.update(make_document(1))
    limit = 100_000
    for path in bench.folder.rglob("*"):
        assert path.is_dir() or path.stat().st_size < limit

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    with writer(bench, "甲", 0, preexec_fn=small_files) as process:
        _, said = process.communicate(timeout=60)
        assert process.returncode != 0
        assert "IndexUnwritable" in said.splitlines()[-2], said
    assert (bench.open().check(), len(bench.open().documents())) == ([], 1)
    assert [path.name for path in bench.folder.glob("*.building")] == []
    assert bench.update(make_document(2)).documents == 2
