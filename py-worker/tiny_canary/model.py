"""A Canary of 0.4 M parameters, or of 1.2 M: the real NeMo class, tokenizers and prompt, only smaller.

Shape: FastConformer of two layers of 64, Transformer decoder of two layers, prompt format `canary2`, tokenizer
`CanaryTokenizer` made of the special tokens and one SentencePiece model that knows every letter.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sentencepiece
from nemo.collections.asr.models import EncDecMultiTaskModel
from nemo.collections.common.tokenizers.canary_tokenizer import CanaryTokenizer
from omegaconf import OmegaConf

from card_check.configuration import model_configuration

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from card_check.shapes import Shape

PIECES = 128
SPECIAL_TOKENS = (
    ["<|startofcontext|>", "<|en|>", "<|itn|>", "<|noitn|>", "<|timestamp|>", "<|notimestamp|>"]
    + ["<|diarize|>", "<|nodiarize|>"]
    + [f"<|emo:{mood}|>" for mood in ("undefined", "neutral", "happy", "sad", "angry")]
)


def build_tokenizers(phrases: Sequence[str], folder: Path) -> dict[str, Any]:
    """Writes both SentencePiece models below `folder`; gives the tokenizer part of the configuration."""
    with silenced():
        CanaryTokenizer.build_special_tokenizer(SPECIAL_TOKENS, folder / "spl_tokens")
    (folder / "en").mkdir(parents=True, exist_ok=True)
    corpus = [*phrases, *"abcdefghijklmnopqrstuvwxyz", "'"]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(corpus),
        model_prefix=str(folder / "en" / "tokenizer"),
        vocab_size=PIECES,
        model_type="bpe",
        character_coverage=1.0,
        num_threads=1,
        bos_id=-1,
        eos_id=-1,
        minloglevel=2,
    )
    write_vocabulary(folder / "en")
    languages = {name: {"dir": str(folder / name), "type": "bpe"} for name in ("spl_tokens", "en")}
    custom = {
        "_target_": "nemo.collections.common.tokenizers.canary_tokenizer.CanaryTokenizer",
        "tokenizers": None,
    }
    return {"dir": None, "type": "agg", "langs": languages, "custom_tokenizer": custom}


@contextmanager
def silenced() -> Iterator[None]:
    """SentencePiece writes its whole configuration to the standard error of the process; not while this lasts."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def write_vocabulary(folder: Path) -> None:
    """NeMo wants a `vocab.txt` beside each model: one piece a line."""
    model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
    pieces = [model.id_to_piece(index) for index in range(model.get_piece_size())]
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")


def build_model(shape: Shape, tokenizer: dict[str, Any]) -> EncDecMultiTaskModel:
    """An untrained model on the CPU, weights by torch's current seed."""
    return EncDecMultiTaskModel(OmegaConf.create(model_configuration(shape, tokenizer)))
