"""What is measured: the stand-in, NeMo's class with random weights, or a real archive. One interface over them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Protocol

import torch

from .shapes import FLASH_1B, TINY, Shape
from .stand_in import SAMPLE_RATE_HZ, StandInCanary

SEED = 1


class Subject(Protocol):
    """Built on the CPU with halved weights; `place` moves it, and to the CPU only lets the card's tensors go."""

    name: str

    def place(self, device: str) -> None: ...

    def transcribe(self, seconds: float) -> None: ...


class ModuleSubject:
    """A torch module whose host copy stays where it is while a copy of its tensors is on the card."""

    def __init__(self, name: str, model: torch.nn.Module) -> None:
        self.name = name
        self.model = model
        tensors = [*model.named_parameters(), *model.named_buffers()]
        self._host = {name: tensor.data for name, tensor in tensors}

    def place(self, device: str) -> None:
        if device != "cpu":
            self.model.to(device)
            return
        for name, tensor in [*self.model.named_parameters(), *self.model.named_buffers()]:
            tensor.data = self._host[name]

    def transcribe(self, seconds: float) -> None:
        device = next(self.model.parameters()).device
        with torch.inference_mode():
            self.model(torch.randn(1, int(seconds * SAMPLE_RATE_HZ), device=device))


class NemoSubject(ModuleSubject):
    """NeMo's own class: sound as arrays, through the same call as the engine."""

    def transcribe(self, seconds: float) -> None:
        import numpy as np

        from swictation_worker.engines.canary.model import transcribe_piece

        noise = np.random.default_rng(SEED).standard_normal(int(seconds * SAMPLE_RATE_HZ))
        model: Any = self.model
        transcribe_piece(model, (0.1 * noise).astype(np.float32))


class ArchiveSubject:
    """A real `.nemo` through the engine itself, mapped weights included."""

    def __init__(self, path: str) -> None:
        from swictation_worker.engines.canary.engine import CanaryEngine

        self.name = f"{Path(path).stem} through the engine"
        self._engine = CanaryEngine(path)

    def place(self, device: str) -> None:
        self._engine.place("cuda" if device == "cuda" else "cpu", lambda _: None)

    def transcribe(self, seconds: float) -> None:
        import numpy as np

        noise = np.random.default_rng(SEED).standard_normal(int(seconds * SAMPLE_RATE_HZ))
        self._engine.transcribe((0.1 * noise).astype(np.float32), 40.0, lambda _: None)


def import_classes(kind: str) -> None:
    """What the nursery imports before a fork, so that a fork is timed as the daemon's."""
    if kind != "stand-in":
        import swictation_worker.engines.canary.engine  # noqa: F401


def open_subject(kind: str, dry: bool) -> Subject:
    """`stand-in`, `nemo-random` or the path of an archive; a dry run takes the tiny shape in fp32."""
    shape, dtype = (TINY, torch.float32) if dry else (FLASH_1B, torch.float16)
    if kind == "stand-in":
        name = f"stand-in of {shape.name} in plain torch, random weights"
        return ModuleSubject(name, build_with(dtype, shape))
    if kind == "nemo-random":
        return open_random(shape if not dry else TINY, dtype)
    return ArchiveSubject(kind)


def build_with(dtype: torch.dtype, shape: Shape) -> torch.nn.Module:
    """Made with halved numbers from the start, so that nothing larger is ever there."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        return StandInCanary(shape).requires_grad_(False).eval()
    finally:
        torch.set_default_dtype(before)


def open_random(shape: Shape, dtype: torch.dtype) -> Subject:
    """NeMo's class with random weights in the full shape (its tokenizers are made on the spot)."""
    from swictation_worker.engines.canary.model import quieten_nemo, shorten_positions

    from .random_canary import build_random_model

    quieten_nemo()
    torch.manual_seed(SEED)
    with tempfile.TemporaryDirectory() as folder:
        model = build_random_model(shape, Path(folder))
    shorten_positions(model)
    model.to(dtype).requires_grad_(False)
    return NemoSubject(f"NeMo's class in the shape of {shape.name}, random weights", model)
