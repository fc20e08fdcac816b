"""What is measured: the stand-in, an archive with random weights, or a real one. One interface over them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

import torch

from .shapes import FLASH_1B, TINY, Shape
from .stand_in import SAMPLE_RATE_HZ, StandInCanary

SEED = 1


class Subject(Protocol):
    """Built on the CPU with halved weights; `place` moves it, and to the CPU only lets the card's tensors go."""

    name: str
    cuts: bool
    """Long sound is cut, so no length of it fills a card."""

    def place(self, device: str) -> None: ...

    def transcribe(self, seconds: float) -> None: ...


class ModuleSubject:
    """A torch module whose host copy stays where it is while a copy of its tensors is on the card."""

    cuts = False

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


class ArchiveSubject:
    """A `.nemo` through the engine itself, mapped weights included."""

    cuts = True

    def __init__(self, path: str, name: str | None = None) -> None:
        from swictation_worker.engines.canary.engine import CanaryEngine

        self.name = f"{name or Path(path).stem} through the engine"
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


def open_subject(kind: str, dry: bool, work: Path) -> Subject:
    """`stand-in`, `nemo-random` or the path of an archive; a dry run takes the tiny shape in fp32. What is made for the
    check and can serve the next step lies in `work`."""
    shape, dtype = (TINY, torch.float32) if dry else (FLASH_1B, torch.float16)
    if kind == "stand-in":
        name = f"stand-in of {shape.name} in plain torch, random weights"
        return ModuleSubject(name, build_with(dtype, shape))
    if kind == "nemo-random":
        return open_random(shape, work)
    return ArchiveSubject(kind)


def build_with(dtype: torch.dtype, shape: Shape) -> torch.nn.Module:
    """Made with halved numbers from the start, so that nothing larger is ever there."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        return StandInCanary(shape).requires_grad_(False).eval()
    finally:
        torch.set_default_dtype(before)


def open_random(shape: Shape, work: Path) -> Subject:
    """NeMo's class with random weights, as an archive like a released one; its converted weights stay in `work`."""
    from swictation_worker.engines.canary.model import quieten_nemo

    from .random_canary import find_random_archive

    os.environ["XDG_CACHE_HOME"] = str(work / "cache")
    quieten_nemo()
    archive = find_random_archive(shape, work)
    return ArchiveSubject(str(archive), f"NeMo's class in the shape of {shape.name}, random weights,")
