"""Makes what ``encoder/`` holds anew, step after step; hours on two processor cores. A GPU, where there is one, trains.

    python embeddings/remake.py --shared ../shared --words WORDS --work FOLDER

A step whose result is in FOLDER is not done again, so an interrupted run goes on where it stopped. The package's own
weights are converted first: with them, negatives for the lessons are found.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent


def steps(shared: Path, words: Path, work: Path) -> Iterator[tuple[Path | None, list[str]]]:
    """What each step makes, None where it writes into ``encoder/``, and its command."""
    start, reader, trained = (work / name for name in ("start", "reader", "encoder"))
    lessons, mined = work / "lessons", work / "lessons" / "questions.jsonl"
    texts = ["--text", f"{shared / 'corpus'}", f"{shared / 'train'}", "--words", f"{words}"]
    yield start / "modules.json", ["convert.py", "--fp32", f"{start}"]
    # The encoder as it starts finds the negatives.
    yield mined, ["convert.py", *texts]
    yield mined, ["lessons.py", "--shared", f"{shared}", "--out", f"{lessons}"]
    taught = ["--start", f"{start}", "--lessons", f"{lessons}"]
    yield trained / "modules.json", ["train_encoder.py", *taught, "--out", f"{trained}"]
    yield None, ["convert.py", *texts, "--weights", f"{trained}"]
    yield None, ["adapt.py", "--shared", f"{shared}", "--lessons", f"{lessons}"]
    yield reader / "reader.json", ["train_reader.py", *taught, "--out", f"{reader}"]
    yield None, ["convert.py", "--reader", f"{reader}", "--lessons", f"{lessons}"]
    yield None, ["fit.py", "--shared", f"{shared}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--words", type=Path, required=True, help="see README.md, How it was made")
    parser.add_argument("--work", type=Path, required=True, help="a folder for what is made on the way, some 2 GB")
    arguments = parser.parse_args()
    for made, (script, *rest) in steps(arguments.shared, arguments.words, arguments.work):
        if made is not None and made.exists():
            print(f"{made} is there")
            continue
        began = time.monotonic()
        print(f"$ python embeddings/{script} {' '.join(rest)}", flush=True)
        subprocess.run([sys.executable, str(HERE / script), *rest], check=True)
        print(f"  {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
