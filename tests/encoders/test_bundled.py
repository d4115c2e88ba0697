"""The shipped encoder: unit rows, the same alone and in company, near to the same weights in float32."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from npcbot.encoders import BundledEncoder, bundled_folder
from npcbot.errors import EncoderError
from npcbot.folding import fold_text

TEXTS = [
    "县级以上的地方各级人民代表大会设立常务委员会。",
    "代表大会每届任期五年。",
    "国务院是最高国家权力机关的执行机关，对全国人民代表大会负责并报告工作。" * 30,
    "The Standing Committee usually meets once every two months.",
    "",
    "，",
    "代表大会每届任期五年。",
]


@pytest.fixture(scope="module")
def encoder() -> BundledEncoder:
    return BundledEncoder(bundled_folder(), threads=2)


def test_rows_are_unit_float32(encoder: BundledEncoder) -> None:
    vectors = encoder.encode_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dim)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_vector_does_not_depend_on_its_company(encoder: BundledEncoder) -> None:
    together = encoder.encode_passages(TEXTS)
    alone = np.concatenate([encoder.encode_passages([text]) for text in TEXTS])
    assert np.abs(together - alone).max() < 1e-6
    assert np.abs(together[1] - together[6]).max() < 1e-6


def test_nothing_in_gives_nothing_out(encoder: BundledEncoder) -> None:
    assert encoder.encode_queries([]).shape == (0, encoder.dim)


def test_questions_and_passages_have_their_own_prompts(encoder: BundledEncoder) -> None:
    asked, told = encoder.encode_queries(TEXTS[:1]), encoder.encode_passages(TEXTS[:1])
    assert 0.5 < float(asked[0] @ told[0]) < 0.999


def test_meaning_crosses_languages(encoder: BundledEncoder) -> None:
    asked = encoder.encode_queries(["How long is the term of a people's congress?", "Who carries out the decisions?"])
    told = encoder.encode_passages([TEXTS[1], TEXTS[2][:40]])
    assert (asked @ told.T).argmax(axis=1).tolist() == [0, 1]


def test_beyond_its_length_a_text_is_cut(encoder: BundledEncoder) -> None:
    long = "代表大会审议报告。" * 400
    assert np.abs(encoder.encode_passages([long]) - encoder.encode_passages([long + "结尾不同。"])).max() < 1e-6


def test_its_vocabulary_has_the_characters_of_both_scripts(encoder: BundledEncoder) -> None:
    """No character of everyday use is unknown, in either script."""
    tokenizer = json.loads((bundled_folder() / "tokenizer.json").read_text("utf-8"))
    known = {piece for piece, _ in tokenizer["model"]["vocab"]}
    sample = "國家機關監察委員會選舉審議憲與法律修改常務報告諸訴訟乡镇县级以上〇零一二三四五六七八九十百千万亿"
    assert [character for character in sample if character not in known] == []
    assert fold_text("國") in known


def test_the_fingerprint_follows_the_files(encoder: BundledEncoder, tmp_path: Path) -> None:
    for name in ("encoder.json", "tokenizer.json", "model.onnx"):
        (tmp_path / name).write_bytes((bundled_folder() / name).read_bytes())
    assert BundledEncoder(tmp_path).fingerprint == encoder.fingerprint
    (tmp_path / "encoder.json").write_bytes((tmp_path / "encoder.json").read_bytes() + b"\n")
    assert BundledEncoder(tmp_path).fingerprint != encoder.fingerprint


@pytest.mark.parametrize("broken", ["encoder.json", "tokenizer.json", "model.onnx"])
def test_a_broken_file_is_named(tmp_path: Path, broken: str) -> None:
    for name in ("encoder.json", "tokenizer.json", "model.onnx"):
        (tmp_path / name).write_bytes((bundled_folder() / name).read_bytes() if name != broken else b"{")
    with pytest.raises(EncoderError) as error:
        BundledEncoder(tmp_path).encode_queries(["问"])
    assert str(tmp_path) in str(error.value)


def test_it_needs_no_torch() -> None:
    code = (
        "import sys; from npcbot.encoders import BundledEncoder, bundled_folder;"
        "BundledEncoder(bundled_folder()).encode_queries(['问']);"
        "print([name for name in ('torch', 'transformers', 'sentence_transformers') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
