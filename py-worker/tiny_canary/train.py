"""Trains the tiny Canaries that the tests transcribe with: `python py-worker/tiny_canary [OUTPUT.nemo]`.

There are two sizes, since the card may have a smaller model where a large one does not fit.

Deterministic: seeds, one order of the data, and the same number of threads give the same weights. On two cores it
takes less than two minutes. Needs the full worker and espeak-ng; without the latter it says what to type.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import math
import sys
import tarfile
import tempfile
import time
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from card_check.configuration import PROMPT_SLOTS
from card_check.shapes import TINY, TINY_LARGE, Shape
from swictation_worker.engines.canary.model import quieten_nemo
from swictation_worker.known_clip import OWN_CLIP, OWN_WORDS

from .model import build_model, build_tokenizers
from .speech import PHRASES, SAMPLE_RATE_HZ, TRAINING_VOICES, UNSEEN_VOICES, SpeakerMissing, speak_phrase

if TYPE_CHECKING:
    from nemo.collections.asr.models import EncDecMultiTaskModel
    from numpy.typing import NDArray

SEED = 20_260
STEPS = 600
"""With 500 it misses 4 of 216 phrases in voices that it never heard, with 600 and with 800 none."""
BATCH = 16
BUCKETS = 3
PEAK_RATE = 3e-3
DISTURBED = 0.2
FIRST_WORD_ID = 24
KNOWN_PHRASE = "the quick brown fox jumps over the lazy dog"
MODELS = Path(__file__).resolve().parents[2] / "models"
SIZES = {"small": TINY, "large": TINY_LARGE}


@dataclass(frozen=True)
class Example:
    """One spoken phrase and the decoder's token ids: prompt, then the words and the end token."""

    samples: NDArray[np.float32]
    prompt_ids: list[int]
    ids: list[int]


def main() -> int:
    parser = argparse.ArgumentParser(prog="tiny_canary", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("output", nargs="?", type=Path, help="instead of models/NAME.nemo")
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--steps", type=int, default=STEPS)
    options = parser.parse_args()
    shape = SIZES[options.size]
    try:
        train_and_save(shape, options.output or MODELS / f"{shape.name}.nemo", options.steps)
    except SpeakerMissing as missing:
        sys.stderr.write(f"tiny-canary: {missing}\n")
        return 1
    return 0


def train_and_save(shape: Shape, output: Path, steps: int) -> None:
    """Writes the `.nemo` and prints its size, checksum and the time taken."""
    started = time.monotonic()
    quieten_nemo()
    fix_randomness()
    with tempfile.TemporaryDirectory() as folder:
        model = build_model(shape, build_tokenizers(PHRASES, Path(folder)))
        train(model, shape, speak_examples(model), steps)
        output.parent.mkdir(parents=True, exist_ok=True)
        model.save_to(str(output))
        add_known_clip(output)
    digest = hashlib.sha256(output.read_bytes()).hexdigest()
    seconds = time.monotonic() - started
    sys.stdout.write(f"{output.name}: {output.stat().st_size} bytes, sha256 {digest}, {seconds:.0f} s\n")
    sys.stdout.write(f"weights: sha256 {digest_weights(model)}\n")


def add_known_clip(output: Path) -> None:
    """A phrase in a voice that training did not use: it does not understand the clip that models of full size are tried
    with. The file takes its place whole."""
    unfinished = output.with_name(f".{output.name}")
    sound = io.BytesIO()
    with wave.open(sound, "wb") as clip:
        clip.setparams((1, 2, SAMPLE_RATE_HZ, 0, "NONE", ""))
        samples = speak_phrase(KNOWN_PHRASE, UNSEEN_VOICES[0])
        clip.writeframes((samples * 32767).astype("<i2").tobytes())
    parts = {OWN_CLIP: sound.getvalue(), OWN_WORDS: KNOWN_PHRASE.encode()}
    with tarfile.open(output) as trained, tarfile.open(unfinished, "w") as archive:
        for member in trained:
            archive.addfile(member, trained.extractfile(member) if member.isfile() else None)
        for name, content in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    unfinished.replace(output)


def fix_randomness() -> None:
    """One thread: how many there are says where sums are cut. New memory needs no filling to be the same."""
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(mode=True)
    deterministic: Any = torch.utils.deterministic
    deterministic.fill_uninitialized_memory = False


def digest_weights(model: EncDecMultiTaskModel) -> str:
    """SHA-256 over all tensors in name order: the archive itself carries times, this does not."""
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.contiguous().numpy().tobytes())
    return digest.hexdigest()


def speak_examples(model: EncDecMultiTaskModel) -> list[Example]:
    """Each phrase in each training voice, in a fixed order."""
    return [make_example(model, phrase, speak_phrase(phrase, voice)) for voice in TRAINING_VOICES for phrase in PHRASES]


def make_example(model: EncDecMultiTaskModel, phrase: str, samples: NDArray[np.float32]) -> Example:
    slots = {**PROMPT_SLOTS, "pnc": "<|nopnc|>", "prompt_language": "spl_tokens"}
    answer = {"text": phrase, "prompt_language": "en"}
    turns = [{"role": "user", "slots": slots}, {"role": "assistant", "slots": answer}]
    encoded = model.prompt.encode_dialog(turns)
    return Example(samples, encoded["context_ids"].tolist(), encoded["input_ids"].tolist())


def train(model: EncDecMultiTaskModel, shape: Shape, examples: list[Example], steps: int) -> None:
    """AdamW under a one-cycle rate; the loss counts the answer only, not the prompt.

    A head for CTC helps the encoder to hear before the decoder has learned where to look; it is thrown away.
    """
    random = np.random.default_rng(SEED)
    ear = torch.nn.Linear(shape.decoder_width, 8 * math.ceil((model.tokenizer.vocab_size + 1) / 8))
    trained = [*model.parameters(), *ear.parameters()]
    optimizer = torch.optim.AdamW(trained, lr=PEAK_RATE, betas=(0.9, 0.98), weight_decay=1e-3, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, total_steps=steps, pct_start=0.2)
    model.train()
    for step in range(steps):
        loss = compute_loss(model, ear, choose_batch(examples, random), random)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        schedule.step()
        if step % 100 == 99:
            sys.stderr.write(f"step {step + 1}/{steps} loss {loss.item():.4f}\n")
    model.eval()


def choose_batch(examples: list[Example], random: np.random.Generator) -> list[Example]:
    """Examples of similar length, so that little is computed on padding. `examples` rise in length."""
    third = len(examples) // BUCKETS
    first = int(random.integers(0, BUCKETS)) * third
    return [examples[first + int(index)] for index in random.choice(third, size=BATCH, replace=False)]


def compute_loss(
    model: EncDecMultiTaskModel, ear: torch.nn.Linear, batch: list[Example], random: np.random.Generator
) -> torch.Tensor:
    """Cross entropy of the answer's tokens and CTC of the encoder, each a mean over the batch."""
    sounds = [vary_sound(example.samples, random) for example in batch]
    lengths = torch.tensor([len(sound) for sound in sounds])
    audio = torch.zeros(len(batch), int(lengths.max()))
    for row, sound in enumerate(sounds):
        audio[row, : len(sound)] = torch.from_numpy(sound)
    ids, id_lengths, labels = pad_tokens(batch, model.tokenizer.pad_id)
    log_probs, encoded_lengths, states, _ = model.forward(
        input_signal=audio,
        input_signal_length=lengths,
        transcript=disturb_tokens(ids, labels, random),
        transcript_length=id_lengths,
    )
    written = torch.nn.functional.nll_loss(log_probs.flatten(0, 1), labels.flatten(), ignore_index=-100)
    return written + compute_hearing_loss(ear(states), encoded_lengths, batch)


def compute_hearing_loss(heard: torch.Tensor, lengths: torch.Tensor, batch: list[Example]) -> torch.Tensor:
    """CTC over the encoder's states; the last class is the blank."""
    answers = [example.ids[len(example.prompt_ids) : -1] for example in batch]
    return torch.nn.functional.ctc_loss(
        heard.log_softmax(-1).transpose(0, 1),
        torch.tensor([token for answer in answers for token in answer]),
        lengths,
        torch.tensor([len(answer) for answer in answers]),
        blank=heard.shape[-1] - 1,
        zero_infinity=True,
    )


def disturb_tokens(ids: torch.Tensor, labels: torch.Tensor, random: np.random.Generator) -> torch.Tensor:
    """One in five of the words that the decoder sees is wrong, so that it listens instead of reciting."""
    struck = torch.from_numpy(random.random(ids.shape) < DISTURBED) & (labels != -100)
    struck[:, : int((labels[0] != -100).nonzero()[0]) + 1] = False
    others = torch.from_numpy(random.integers(FIRST_WORD_ID, int(ids.max()) + 1, size=tuple(ids.shape)))
    return torch.where(struck, others, ids)


def pad_tokens(batch: list[Example], pad_id: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Decoder input, its lengths, and labels with -100 where nothing is to be learned."""
    id_lengths = torch.tensor([len(example.ids) - 1 for example in batch])
    ids = torch.full((len(batch), int(id_lengths.max())), pad_id)
    labels = torch.full_like(ids, -100)
    for row, example in enumerate(batch):
        tokens, first = torch.tensor(example.ids), len(example.prompt_ids) - 1
        ids[row, : len(tokens) - 1] = tokens[:-1]
        labels[row, first : len(tokens) - 1] = tokens[first + 1 :]
    return ids, id_lengths, labels


def vary_sound(samples: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """Silence of up to 0.6 s before and behind, another loudness, a little hiss, a slight change of speed."""
    positions = np.arange(0.0, len(samples) - 1, random.uniform(0.92, 1.08))
    warped = np.interp(positions, np.arange(len(samples)), samples)
    before, behind = random.integers(0, int(0.6 * SAMPLE_RATE_HZ), size=2)
    padded = np.pad(warped * random.uniform(0.3, 1.5), (int(before), int(behind)))
    hiss = random.standard_normal(len(padded)) * 10 ** random.uniform(-4.5, -2.5)
    return (padded + hiss).astype(np.float32)
