"""Settings: the defaults in ``config/npcbot.toml``, then a person's own file. Environment: ``NPCBOT_HOME``,
``NPCBOT_CONFIG``, ``NPCBOT_SHARED``.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from npcbot.errors import ConfigError


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    name: str
    threads: int
    query_prompt: str
    passage_prompt: str
    max_tokens: int
    device: str
    batch_size: int


@dataclass(frozen=True, slots=True)
class RerankerSettings:
    """``depth`` is how many windows are read at most, ``budget_ms`` how long reading them may take."""

    name: str
    depth: int
    budget_ms: int
    device: str


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """``window`` in characters, ``lock_seconds`` in seconds; ``factory`` is a FAISS factory string."""

    window: int
    factory: str
    k1: float
    b: float
    lock_seconds: float


@dataclass(frozen=True, slots=True)
class DocumentSettings:
    max_bytes: int


@dataclass(frozen=True, slots=True)
class CollectionSettings:
    default: tuple[str, ...]
    public: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """``threshold`` 0 means the one fitted for the encoder; ``neighbours`` and ``max_question`` in characters."""

    k: int
    threshold: float
    neighbours: int
    max_question: int


@dataclass(frozen=True, slots=True)
class RetrievalSettings:
    candidates: int
    narrow: bool


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """``npcbot serve``. Rates are ``"10/60"``: so many in so many seconds. Sizes are in bytes, times in seconds; chats
    and operators are Telegram's ids; 0 turns ``health_port`` off."""

    api_base: str
    mode: str
    webhook_url: str
    webhook_port: int
    workers: int
    chats_at_once: int
    backlog: int
    stale_seconds: int
    stale: str
    per_person: str
    per_chat: str
    overall: str
    send_per_chat: str
    send_per_group: str
    send_overall: str
    allow: tuple[int, ...]
    block: tuple[int, ...]
    leave_unknown: bool
    operators: tuple[int, ...]
    upload_bytes: int
    quota_documents: int
    quota_bytes: int
    typing: bool
    log_questions: bool
    health_port: int


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, where state lives (``home``), and the files they were read from."""

    encoder: EncoderSettings
    reranker: RerankerSettings
    index: IndexSettings
    documents: DocumentSettings
    collections: CollectionSettings
    answer: AnswerSettings
    retrieval: RetrievalSettings
    telegram: TelegramSettings
    home: Path
    files: tuple[Path, ...]


_SECTIONS: dict[str, type[Any]] = {
    "encoder": EncoderSettings,
    "reranker": RerankerSettings,
    "index": IndexSettings,
    "documents": DocumentSettings,
    "collections": CollectionSettings,
    "answer": AnswerSettings,
    "retrieval": RetrievalSettings,
    "telegram": TelegramSettings,
}
# (section, key) -> smallest and largest value that make sense.
_BOUNDS: dict[tuple[str, str], tuple[float, float]] = {
    ("encoder", "threads"): (0, 1024),
    ("encoder", "max_tokens"): (0, 1_000_000),
    ("encoder", "batch_size"): (1, 100_000),
    ("reranker", "depth"): (1, 200),
    ("reranker", "budget_ms"): (1, 600_000),
    ("index", "window"): (20, 2000),
    ("index", "k1"): (0, 10),
    ("index", "b"): (0, 1),
    ("index", "lock_seconds"): (0, 86_400),
    ("documents", "max_bytes"): (1, 1 << 34),
    ("answer", "k"): (1, 50),
    ("answer", "threshold"): (0, 1),
    ("answer", "neighbours"): (0, 5000),
    ("answer", "max_question"): (2, 9999),
    ("retrieval", "candidates"): (10, 10_000),
    ("telegram", "webhook_port"): (1, 65_535),
    ("telegram", "workers"): (0, 1024),
    ("telegram", "chats_at_once"): (1, 10_000),
    ("telegram", "backlog"): (1, 1_000_000),
    ("telegram", "stale_seconds"): (1, 1_000_000),
    # Telegram hands out files of at most 20 MB to bots, unless the API server is one's own.
    ("telegram", "upload_bytes"): (1, 1 << 31),
    ("telegram", "quota_documents"): (1, 100_000),
    ("telegram", "quota_bytes"): (1, 1 << 40),
    ("telegram", "health_port"): (0, 65_535),
}
_CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("telegram", "mode"): ("polling", "webhook"),
    ("telegram", "stale"): ("say", "drop"),
}
_RATES = ("per_person", "per_chat", "overall", "send_per_chat", "send_per_group", "send_overall")
_RATE = re.compile(r"[1-9][0-9]{0,6}/[1-9][0-9]{0,6}")


@cache
def checkout() -> Path | None:
    """The project's folder when running from a checkout, else ``None``."""
    root = Path(__file__).resolve().parents[2]
    return root if (root / "pyproject.toml").is_file() and (root / "config" / "npcbot.toml").is_file() else None


def data_file(name: str, in_checkout: str) -> Path:
    """A file or folder that ships with npcbot: in the checkout where there is one, else in the installed package."""
    if root := checkout():
        return root / in_checkout
    return Path(str(resources.files("npcbot") / "data" / name))


def home() -> Path:
    """Where all state lives: ``NPCBOT_HOME``, else ``embeddings/index`` of a checkout, else the platform's folder."""
    if named := os.environ.get("NPCBOT_HOME"):
        return Path(named).expanduser().absolute()
    if root := checkout():
        return root / "embeddings" / "index"
    import platformdirs

    return Path(platformdirs.user_data_dir("npcbot"))


def load_settings() -> Settings:
    """Read the defaults and the person's own file over them.

    Raises:
        ConfigError: a file is missing or broken, a key is unknown, a value has the wrong type or is out of range.
    """
    where = home()
    files = [data_file("npcbot.toml", "config/npcbot.toml")]
    if named := os.environ.get("NPCBOT_CONFIG"):
        files.append(Path(named).expanduser())
    elif (own := where / "npcbot.toml").is_file():
        files.append(own)
    values: dict[str, dict[str, Any]] = {section: {} for section in _SECTIONS}
    for file in files:
        for section, entries in _read(file).items():
            if section not in _SECTIONS or not isinstance(entries, dict):
                raise ConfigError(f"{file}: unknown section [{section}]", f"Known: {', '.join(_SECTIONS)}.")
            for key, value in entries.items():
                values[section][key] = _checked(file, section, key, value)
    sections = {name: kind(**values[name]) for name, kind in _SECTIONS.items()}
    return Settings(**sections, home=where, files=tuple(files))


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{file}: no such file", "Mend NPCBOT_CONFIG, or unset it to use the defaults.") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read as TOML: {error}", "Correct the file, or remove it.") from error


def _checked(file: Path, section: str, key: str, value: Any) -> Any:
    kinds = {field.name: str(field.type) for field in fields(_SECTIONS[section])}
    if key not in kinds:
        raise ConfigError(f"{file}: unknown setting {section}.{key}", f"Known in [{section}]: {', '.join(kinds)}.")
    kind = kinds[key]
    if kind == "float" and type(value) is int:
        value = float(value)
    if kind == "tuple[str, ...]":
        if not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            raise ConfigError(f"{file}: {section}.{key} must be a list of names in quotes", "")
        return tuple(value)
    if kind == "tuple[int, ...]":
        if not (isinstance(value, list) and all(type(item) is int for item in value)):
            raise ConfigError(f"{file}: {section}.{key} must be a list of numbers", "")
        return tuple(value)
    if type(value).__name__ != kind:
        raise ConfigError(f"{file}: {section}.{key} must be of type {kind}, not {type(value).__name__}", "")
    if bounds := _BOUNDS.get((section, key)):
        low, high = bounds
        if not low <= value <= high:
            raise ConfigError(f"{file}: {section}.{key} is {value}; it must lie between {low:g} and {high:g}", "")
    if (choices := _CHOICES.get((section, key))) and value not in choices:
        raise ConfigError(f"{file}: {section}.{key} is {value!r}; it must be one of {', '.join(choices)}", "")
    if section == "telegram" and key in _RATES and not _RATE.fullmatch(value):
        raise ConfigError(f"{file}: {section}.{key} is {value!r}; a rate is written 10/60: ten in a minute", "")
    return value
