"""What ``SentenceTransformer("embeddings/encoder")`` runs: the bundled encoder as a sentence-transformers module.

Named in the folder's modules.json. The vectors are those of BundledEncoder. From version 6 on sentence-transformers
wants ``trust_remote_code=True`` for any module that is not its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import torch
from sentence_transformers.sentence_transformer.modules import InputModule

from npcbot.encoders.bundled import BundledEncoder


class OnnxModule(InputModule):
    """Texts to unit rows, in one step: tokens of different lengths have no tensor in common, and need none."""

    def __init__(self, folder: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.folder = Path(folder)
        self.encoder = BundledEncoder(self.folder)

    def preprocess(self, inputs: Any, prompt: str | None = None, **_: Any) -> dict[str, Any]:
        return {"texts": [(prompt or "") + text for text in inputs]}

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        features["sentence_embedding"] = torch.from_numpy(self.encoder.encode(features["texts"]))
        return features

    def get_embedding_dimension(self) -> int:
        return self.encoder.dim

    @classmethod
    def load(cls, model_name_or_path: str, *_: Any, **__: Any) -> Self:
        return cls(model_name_or_path)

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        for file in self.folder.iterdir():
            if file.suffix in (".onnx", ".json", ".md"):
                (Path(output_path) / file.name).write_bytes(file.read_bytes())
