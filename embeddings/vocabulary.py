"""Which pieces stay, and the tokenizer over them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from unpack import Packed

SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
MAX_TOKENS = 512
PROMPTS = {"query": "query: ", "passage": "passage: "}
_FOREIGN = re.compile(r"LATIN|GREEK|CYRILLIC|HIRAGANA|KATAKANA")


def tokenizer(pieces: list[str], scores: list[float]) -> Any:
    """NFKC, runs of spaces to one, ▁ for a space and at the start; <s> text </s>."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    made = Tokenizer(models.Unigram(list(zip(pieces, scores, strict=True)), unk_id=pieces.index("<unk>")))
    made.normalizer = normalizers.Sequence(
        [normalizers.Replace(Regex(r"[\n\r\t]"), " "), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    made.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[(name, pieces.index(name)) for name in ("<s>", "</s>")],
    )
    made.add_special_tokens(list(SPECIALS))
    made.enable_truncation(MAX_TOKENS)
    return made


def texts(folders: Iterable[Path]) -> Iterator[str]:
    """Every line of the .txt and .md files and every record of the .jsonl files, in a fixed order."""
    for folder in folders:
        for file in sorted(path for path in folder.rglob("*") if path.suffix in (".txt", ".md", ".jsonl")):
            for line in file.read_text("utf-8", errors="replace").splitlines():
                if file.suffix == ".jsonl":
                    record = json.loads(line)
                    line = f"{record.get('title', '')}\n{record['text']}".strip()
                if line.strip():
                    yield line


def spellings(words: Iterable[str]) -> Iterator[str]:
    """Each word as it may stand in a question: alone, capital, all capitals, and behind a bracket."""
    for word in words:
        yield from (word, word.capitalize(), word.upper(), f"({word}", f"({word.capitalize()}")


def kept_pieces(packed: Packed, used_in: Iterable[str]) -> list[int]:
    """The pieces that stay, specials first, then in their old order.

    All of Han, digits and punctuation, both scripts alike, and all single characters of the alphabets that occur in
    names; of longer Latin pieces those that spell a text of ``used_in``. The rest are words of other languages.
    """
    made = tokenizer(packed.pieces, packed.scores)
    made.no_truncation()
    used: Counter[int] = Counter()
    for batch in batches(used_in, 5000):
        for encoding in made.encode_batch_fast(batch, add_special_tokens=False):
            used.update(encoding.ids)
    named = ((n, packed.pieces[n]) for n in every_piece(packed))
    return [n for n, piece in named if piece in SPECIALS or _stays(piece, used[n])]


def every_piece(packed: Packed) -> list[int]:
    """All pieces, in the same order."""
    specials = {packed.pieces.index(name): place for place, name in enumerate(SPECIALS)}
    return sorted(range(len(packed.pieces)), key=lambda n: specials.get(n, len(SPECIALS)))


def _stays(piece: str, uses: int) -> bool:
    word = piece.replace("▁", "")
    scripts = {_script(character) for character in word}
    if scripts <= {"han", "none"}:
        return True
    if scripts <= {"han", "none", "ascii"}:
        return len(word) == 1 or uses > 0
    return "other" not in scripts and (len(word) == 1 or uses > 0)


def _script(character: str) -> str:
    if character.isascii():
        return "ascii" if character.isalpha() else "none"
    name = unicodedata.name(character, "")
    if name.startswith(("CJK UNIFIED", "CJK COMPAT")) or character in "〇々":
        return "han"
    if not character.isalpha():
        # Vowel signs and other marks belong to the scripts that are left out.
        return "other" if unicodedata.category(character)[0] == "M" else "none"
    return "foreign" if _FOREIGN.match(name) else "other"


def batches(items: Iterable[str], size: int) -> Iterator[list[str]]:
    batch: list[str] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
