"""Injected faults: the exceptions that PyTorch raises, word for word, so that they take the same way."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

from ..card.sim_card import OutOfMemoryError
from ..errors import WrongResult

HANG_STEP_S = 3_600.0
EXIT_CODE_OF_DEATH = 70


class SimulatedError(RuntimeError):
    """Carries ``error_code`` as torch's AcceleratorError does."""

    def __init__(self, text: str, error_code: int | None = None) -> None:
        super().__init__(text)
        self.error_code = error_code


ERRORS: Mapping[str, tuple[str, int | None]] = {
    "ambiguous": (
        "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasGemmEx( handle, ...)`",
        None,
    ),
    "sticky": ("CUDA error: unspecified launch failure", 719),
    "driver_gone": ("CUDA error: unknown error", 999),
    "config": ("CUDA error: no kernel image is available for execution on the device", 209),
}
POISONING = ("sticky", "wrong_result", "driver_gone", "config")
"""After one of these every further call of the process fails the same way."""


def fail_with(fault: str) -> None:
    """Raises, dies or hangs as a fault of that class does; never returns."""
    if fault == "dead":
        os._exit(EXIT_CODE_OF_DEATH)
    if fault == "oom":
        raise OutOfMemoryError("CUDA out of memory. Tried to allocate 64.00 MiB. (an injected fault)")
    if fault == "wrong_result":
        raise WrongResult("what was computed is not finite (an injected fault)")
    while fault == "hang":
        time.sleep(HANG_STEP_S)
    text, code = ERRORS[fault]
    raise SimulatedError(text, code)
