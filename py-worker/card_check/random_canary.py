"""A Canary of full size with random weights: NeMo's own class in the shape of a released model.

It has the memory and the times of the real one, and no words. Needs the full worker; nothing is fetched. As an archive
it says itself that nothing is expected of its known clip, so that the worker takes it.
"""

from __future__ import annotations

import io
import random
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sentencepiece
import torch
from nemo.collections.asr.models import EncDecMultiTaskModel
from nemo.collections.common.tokenizers.canary_tokenizer import DEFAULT_TOKENS, CanaryTokenizer
from omegaconf import OmegaConf

from swictation_worker.known_clip import CLIP, OWN_CLIP, OWN_WORDS
from tiny_canary.model import SPECIAL_TOKENS, silenced, write_vocabulary

from .configuration import model_configuration

if TYPE_CHECKING:
    from .shapes import Shape

SEED = 1

SPECIAL_PIECES = 1152
PIECES_PER_LANGUAGE = 1024
LANGUAGES = ("en", "de", "es", "fr")


def find_random_archive(shape: Shape, folder: Path) -> Path:
    """`folder/random-NAME.nemo` with fp32 weights, made where it is not there."""
    path = folder / f"random-{shape.name}.nemo"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        write_random_archive(shape, path)
    return path


def write_random_archive(shape: Shape, path: Path) -> None:
    """It takes its name when it is whole."""
    torch.manual_seed(SEED)
    unfinished = path.with_name(f"unfinished-{path.name}")
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        build_random_model(shape, Path(folder)).save_to(str(unfinished))
    with tarfile.open(unfinished, "a") as archive:
        for name, content in ((OWN_CLIP, CLIP.read_bytes()), (OWN_WORDS, b"")):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    unfinished.replace(path)


def build_random_model(shape: Shape, folder: Path) -> EncDecMultiTaskModel:
    """On torch's current default device and number type; tokenizers of the right size are written to `folder`."""
    configuration = OmegaConf.create(model_configuration(shape, build_full_tokenizers(folder)))
    return EncDecMultiTaskModel(configuration).eval()


def build_full_tokenizers(folder: Path) -> dict[str, Any]:
    """One of 1,152 special tokens and four of 1,024 pieces each, from words drawn with a fixed seed."""
    missing = SPECIAL_PIECES - 2 - len({*DEFAULT_TOKENS, *SPECIAL_TOKENS})
    tokens = [*SPECIAL_TOKENS, *(f"<|{number}|>" for number in range(missing))]
    with silenced():
        CanaryTokenizer.build_special_tokenizer(tokens, folder / "spl_tokens")
    for language in LANGUAGES:
        build_language(folder / language)
    names = ("spl_tokens", *LANGUAGES)
    custom = {"_target_": "nemo.collections.common.tokenizers.canary_tokenizer.CanaryTokenizer", "tokenizers": None}
    languages = {name: {"dir": str(folder / name), "type": "bpe"} for name in names}
    return {"dir": None, "type": "agg", "langs": languages, "custom_tokenizer": custom}


def build_language(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(1)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(draw.choices(letters, k=draw.randint(3, 9))) for _ in range(4000)]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(words),
        model_prefix=str(folder / "tokenizer"),
        vocab_size=PIECES_PER_LANGUAGE,
        model_type="bpe",
        num_threads=1,
        bos_id=-1,
        eos_id=-1,
        minloglevel=2,
    )
    write_vocabulary(folder)
