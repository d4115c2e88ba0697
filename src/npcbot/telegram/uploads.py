"""What a chat's own collection holds: the files it was sent, kept for giving back, and the index over them."""

from __future__ import annotations

import asyncio
import io
import shutil
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

from npcbot.answer import Library
from npcbot.config import Settings
from npcbot.documents import read
from npcbot.errors import NpcbotError
from npcbot.index import DocumentInfo, Progress, collections, update
from npcbot.telegram.state import State
from npcbot.types import Document

_Result = TypeVar("_Result")
FOLDER: Final = "telegram/files"
#: Bytes of a file's name that are kept; file systems take 255.
_NAME: Final = 120


class QuotaExceeded(NpcbotError):
    """The chat has as many documents, or as many bytes of them, as it may."""


class Uploads:
    """Works in a thread of its own, one upload after the other: questions never wait for one."""

    def __init__(self, settings: Settings, state: State, library: Library) -> None:
        self._settings = settings
        self._state = state
        self._library = library
        self._pool = ThreadPoolExecutor(1, "uploads")

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    async def add(self, chat_id: int, name: str, content: bytes, progress: Progress) -> tuple[Document, int]:
        """Indexes a file into the chat's collection, in the place of one of the same name; returns the document and
        how many passages the collection has now. ``progress`` is called from another thread.

        Raises:
            DocumentError: it cannot be read as a document.
            QuotaExceeded: the chat has too much already.
        """
        return await self._run(lambda: self._add(chat_id, safe_name(name), content, progress))

    async def documents(self, chat_id: int) -> Sequence[DocumentInfo]:
        return await self._run(lambda: self._documents(chat_id))

    async def remove(self, chat_id: int, document_id: str) -> bool:
        """Whether there was such a document."""
        return await self._run(lambda: self._remove(chat_id, document_id))

    async def export(self, chat_id: int) -> bytes:
        """The files as they were sent, in a ZIP archive; empty where there is none."""
        return await self._run(lambda: self._export(chat_id))

    async def forget(self, chat_id: int) -> None:
        """The collection, the files, and everything that the state has of the chat."""
        await self._run(lambda: self._forget(chat_id))

    async def _run(self, work: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def _files(self, chat_id: int) -> Path:
        return self._settings.home / FOLDER / self._state.collection(chat_id)

    def _add(self, chat_id: int, name: str, content: bytes, progress: Progress) -> tuple[Document, int]:
        folder = self._files(chat_id)
        others = [path for path in folder.glob("*") if path.name != name] if folder.is_dir() else []
        limits = self._settings.telegram
        size = sum(path.stat().st_size for path in others) + len(content)
        if len(others) >= limits.quota_documents or size > limits.quota_bytes:
            raise QuotaExceeded(
                f"{limits.quota_documents} documents and {limits.quota_bytes // 1_000_000} MB are kept for a chat",
                "Remove some with /remove.",
            )
        # Beside the others only once it has been read: what cannot be read is not kept.
        waiting = folder.parent / "reading" / folder.name / name
        waiting.parent.mkdir(parents=True, exist_ok=True)
        try:
            waiting.write_bytes(content)
            document = read(waiting, name, max_bytes=limits.upload_bytes)
            report = self._update(chat_id, [document], (), progress)
            folder.mkdir(parents=True, exist_ok=True)
            waiting.replace(folder / name)
        finally:
            shutil.rmtree(waiting.parent, ignore_errors=True)
        return document, report

    def _update(self, chat_id: int, documents: Sequence[Document], gone: Sequence[str], progress: Progress) -> int:
        return update(
            self._settings.home,
            self._state.collection(chat_id),
            iter(documents),
            encoder=self._library.encoder,
            settings=self._settings.index,
            remove=gone,
            progress=progress,
        ).passages

    def _documents(self, chat_id: int) -> Sequence[DocumentInfo]:
        name = self._state.chat(chat_id).collection
        if not name or name not in collections(self._settings.home):
            return []
        with self._library.collections([name]) as (opened,):
            return opened.documents()

    def _remove(self, chat_id: int, document_id: str) -> bool:
        left = [info.document_id for info in self._documents(chat_id)]
        if document_id not in left:
            return False
        if left == [document_id]:
            self._erase(chat_id)
        else:
            self._update(chat_id, (), [document_id], lambda stage, done, total: None)
            (self._files(chat_id) / document_id).unlink(missing_ok=True)
            self._state.unsee(self._state.collection(chat_id), document_id)
        return True

    def _export(self, chat_id: int) -> bytes:
        folder = self._files(chat_id)
        files = sorted(folder.glob("*")) if folder.is_dir() else []
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in files:
                archive.write(path, path.name)
        return made.getvalue() if files else b""

    def _erase(self, chat_id: int) -> None:
        name = self._state.collection(chat_id)
        self._library.let_go(name)
        shutil.rmtree(self._settings.home / name, ignore_errors=True)
        shutil.rmtree(self._files(chat_id), ignore_errors=True)
        self._state.unsee(name)

    def _forget(self, chat_id: int) -> None:
        if self._state.chat(chat_id).collection:
            self._erase(chat_id)
        self._state.forget(chat_id)


def safe_name(name: str) -> str:
    """A file's name that leads nowhere: without folders, control characters and what turns the reading direction."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    stem, dot, kind = kept.strip().strip(".").rpartition(".")
    if not dot:
        stem, kind = kind, ""
    while len(stem.encode()) > _NAME:
        stem = stem[:-1]
    return (stem or "document") + (f".{kind[:8]}" if kind else "")
