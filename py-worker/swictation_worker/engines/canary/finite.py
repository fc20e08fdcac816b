"""Numbers that are not finite never become text: watched while a model transcribes, told when it has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch

from ...errors import WrongResult

IsFlawed = Callable[[torch.Tensor], torch.Tensor]
WATCHED: Mapping[str, IsFlawed] = {"encoder": lambda output: ~output.isfinite(), "log_softmax.mlp": torch.isnan}
"""Whose outputs are looked at: what the decoder hears, and what the words are chosen from. An index that is taken from
numbers which are not numbers is 0, the unknown piece: without an error it would be typed as a word. The logarithm of a
hopeless word may well be minus infinity at precision 16."""


class Verdict:
    """A flag that stays on the model's device until somebody asks, so that nothing waits for the card meanwhile."""

    def __init__(self) -> None:
        self._flawed: torch.Tensor | None = None

    def look_at(self, output: Any, is_flawed: IsFlawed) -> None:
        for tensor in output if isinstance(output, tuple | list) else (output,):
            if isinstance(tensor, torch.Tensor) and tensor.is_floating_point() and not tensor.is_meta:
                flawed = is_flawed(tensor).any()
                self._flawed = flawed if self._flawed is None else self._flawed | flawed

    def require_finite(self) -> None:
        """Raises `WrongResult`. Ends with a synchronize on a card."""
        if self._flawed is not None and bool(self._flawed):
            raise WrongResult("the model computed numbers that are not finite")


def tell(verdict: Verdict, is_flawed: IsFlawed, _module: torch.nn.Module, _inputs: Any, output: Any) -> None:
    verdict.look_at(output, is_flawed)


@contextmanager
def finite_only(model: torch.nn.Module) -> Iterator[None]:
    """Raises `WrongResult` at its end where the encoder or the choice of words was not finite meanwhile."""
    verdict = Verdict()
    hooks = [
        model.get_submodule(name).register_forward_hook(partial(tell, verdict, is_flawed))
        for name, is_flawed in WATCHED.items()
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
    verdict.require_finite()
