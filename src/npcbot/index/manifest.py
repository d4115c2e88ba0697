"""``manifest.json``: who made a generation of the index, from what, with which settings, and every file in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from npcbot.errors import IndexDamaged, IndexMismatch
from npcbot.folding import FOLDING_VERSION
from npcbot.index.tokens import TOKENS_VERSION
from npcbot.passages import PARSER_VERSION

#: Changes whenever older code could not read the files.
FORMAT: Final = 1
NAME: Final = "manifest.json"
_SMALL: Final = 1 << 24


@dataclass(frozen=True, slots=True)
class Manifest:
    """``encoder`` is the encoder's fingerprint; ``files`` maps a path in the folder to ``[bytes, hex SHA-256]``."""

    collection: str
    generation: int
    encoder: str
    dim: int
    window: int
    factory: str
    k1: float
    b: float
    documents: int
    passages: int
    windows: int
    created: str
    files: dict[str, tuple[int, str]]
    tokens: str
    folding: str = FOLDING_VERSION
    parser: str = PARSER_VERSION
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        (folder / NAME).write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Raises IndexDamaged where the file is missing or broken, IndexMismatch where it has another format."""
        try:
            facts: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
            if facts["format"] != FORMAT:
                raise IndexMismatch(
                    f"{folder}: the index has format {facts['format']}, this npcbot reads {FORMAT}",
                    f"Delete {folder.parent} and index the files again.",
                )
            facts["files"] = {name: (int(size), str(digest)) for name, (size, digest) in facts["files"].items()}
            return cls(**facts)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexDamaged(f"{folder / NAME}: cannot be read: {error}", repair(folder.parent.name)) from error

    def expect(self, fingerprint: str | None) -> None:
        """Raises IndexMismatch unless the index was made by this encoder and by this folding and parser."""
        wanted = (
            ("encoder", self.encoder, fingerprint or self.encoder),
            ("folding", self.folding, FOLDING_VERSION),
            ("tokens", self.tokens, TOKENS_VERSION),
            ("parser", self.parser, PARSER_VERSION),
        )
        if differ := [f"{what} {had!r}, now {now!r}" for what, had, now in wanted if had != now]:
            raise IndexMismatch(
                f"The index of collection {self.collection!r} was made by another {'; '.join(differ)}",
                f"Choose the encoder that made it, or run: npcbot index --rebuild --collection {self.collection}"
                if self.encoder != wanted[0][2]
                else f"Run: npcbot index --rebuild --collection {self.collection}",
            )

    def expect_sizes(self, folder: Path) -> None:
        """Raises IndexDamaged where a file is missing or has another size: what opening can afford to look at."""
        for name, (size, _) in self.files.items():
            try:
                found = (folder / name).stat().st_size
            except OSError as error:
                raise IndexDamaged(f"{folder / name}: missing: {error.strerror}", repair(self.collection)) from error
            if found != size:
                raise IndexDamaged(f"{folder / name}: {found} bytes, the manifest says {size}", repair(self.collection))

    def expect_small(self, folder: Path, *, but: str) -> None:
        """Raises IndexDamaged where a file of at most 16 MB, except ``but``, is not the one that was written."""
        for name, (size, sha256) in self.files.items():
            if name != but and size <= _SMALL and digest(folder / name) != sha256:
                raise IndexDamaged(f"{folder / name}: not the file that was written", repair(self.collection))


def repair(collection: str) -> str:
    return f"Run: npcbot index --rebuild --collection {collection}"


def anew(folder: Path) -> str:
    """What to do where the texts themselves cannot be read. The vectors may stay, so that nothing is embedded twice."""
    return (
        f"Move CURRENT and gen-* out of {folder}, then index the files again:"
        f" npcbot index PATH… --collection {folder.name}"
    )


def inventory(folder: Path) -> dict[str, tuple[int, str]]:
    """Size and SHA-256 of every file under ``folder`` but the manifest."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_size, digest(path))
        for path in sorted(files(folder))
        if path.name != NAME
    }


def files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def digest(path: Path) -> str:
    """Hex SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
