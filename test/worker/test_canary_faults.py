"""Fault classes from real exceptions of torch where a CPU build raises them, and from texts with their source."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from canary_parts import ignore, isolate_cache, require_nemo, require_tiny
from swictation_worker.faults import FaultClass, classify, describe_failure

require_nemo()

import torch  # noqa: E402

from card_check.meter import DryMeter  # noqa: E402

HUGE = 1 << 50

TEXTS_WITH_SOURCE: list[tuple[FaultClass, str, str]] = [
    (
        "oom",
        "CUDA out of memory. Tried to allocate 32.00 MiB. GPU 0 has a total capacty of 4.00 GiB of which 41.56 MiB is "
        "free. Including non-PyTorch memory, this process has 3.44 GiB memory in use.",
        "Synthintel0/MyGirlGPT issue 11",
    ),
    (
        "oom",
        "CUDA out of memory. Tried to allocate 2.26 GiB (GPU 0; 6.00 GiB total capacity; 781.59 MiB already allocated)",
        "pytorch/pytorch issue 59778",
    ),
    (
        "sticky",
        "CUDA error: unspecified launch failure\nCUDA kernel errors might be asynchronously reported at some other API "
        "call, so the stacktrace below might be incorrect.\nFor debugging consider passing CUDA_LAUNCH_BLOCKING=1.",
        "w-okada/voice-changer issue 1408",
    ),
    (
        "sticky",
        "CUDA error: device-side assert triggered\nCompile with `TORCH_USE_CUDA_DSA` to enable device-side assertions.",
        "concept-graphs/concept-graphs issue 22",
    ),
    (
        "sticky",
        "CUDA error: uncorrectable ECC error encountered\nCompile with `TORCH_USE_CUDA_DSA`",
        "tloen/alpaca-lora issue 123",
    ),
    (
        "driver_gone",
        "CUDA error: unknown error; Compile with `TORCH_USE_CUDA_DSA` to enable device-side assertions.",
        "kvcache-ai/ktransformers issue 816",
    ),
    (
        "ambiguous",
        "GET was unable to find an engine to execute this computation",
        "Nerogar/OneTrainer issue 274, QwenLM/Qwen3-VL issue 151 (with CUDNN_STATUS_ALLOC_FAILED)",
    ),
    (
        "config",
        "CUDA error: no kernel image is available for execution on the device\nCompile with `TORCH_USE_CUDA_DSA`",
        "hustvl/Vim issue 74",
    ),
]


@pytest.mark.parametrize(("fault", "text", "source"), TEXTS_WITH_SOURCE, ids=lambda value: str(value)[:40])
def test_texts_that_people_reported(fault: FaultClass, text: str, source: str) -> None:
    assert classify(describe_failure(RuntimeError(text))) == fault, source


def raise_no_cuda() -> None:
    torch.zeros(1, device="cuda")


def raise_out_of_memory() -> None:
    with DryMeter() as meter:
        meter.limit(0.001)
        torch.zeros(1_000_000)


def raise_host_memory() -> None:
    torch.empty(HUGE)


def raise_accelerator_error() -> None:
    raise torch.AcceleratorError("CUDA error: unspecified launch failure")


@pytest.mark.parametrize(
    ("action", "fault"),
    [
        (raise_out_of_memory, "oom"),
        (raise_accelerator_error, "sticky"),
        (raise_host_memory, None),
        pytest.param(
            raise_no_cuda, "config", marks=pytest.mark.skipif(torch.version.cuda is not None, reason="a CUDA build")
        ),
    ],
)
def test_real_exceptions(action: Callable[[], None], fault: FaultClass | None) -> None:
    with pytest.raises((RuntimeError, AssertionError)) as caught:
        action()
    assert classify(describe_failure(caught.value)) == fault


def test_the_engine_works_after_memory_ran_out(tmp_path_factory: pytest.TempPathFactory) -> None:
    """torch's own exception in the middle of NeMo; the next request on the same model is served."""
    from swictation_worker.engines.canary.engine import CanaryEngine

    cache = isolate_cache(tmp_path_factory.mktemp("cache"))
    next(cache)
    engine = CanaryEngine(str(require_tiny()))
    engine.place("cpu", ignore)
    sound = np.random.default_rng(1).standard_normal(48_000).astype(np.float32) * np.float32(0.1)
    expected = engine.transcribe(sound, 40.0, ignore)
    with DryMeter() as meter:
        meter.limit(0.2)
        with pytest.raises(torch.OutOfMemoryError):
            engine.transcribe(sound, 40.0, ignore)
    assert engine.transcribe(sound, 40.0, ignore) == expected
    next(cache, None)
