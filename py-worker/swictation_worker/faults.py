"""Exceptions to the closed set of fault classes; pure. The table is docs/faults.md.

Only names, texts and codes are looked at, so that a fault is classified without torch being imported.
Codes are those of ``cudaError_t`` (CUDA runtime API reference, "CUDART error types"); the texts are what
``cudaGetErrorString`` of CUDA 13.0 and PyTorch (``c10/cuda/CUDAFunctions.cpp``) print for them. ``hang``
and ``dead`` are seen by the daemon, never here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

FaultClass = Literal["oom", "ambiguous", "sticky", "wrong_result", "driver_gone", "config", "hang", "dead"]
FAULT_CLASSES: tuple[FaultClass, ...] = (
    "oom",
    "ambiguous",
    "sticky",
    "wrong_result",
    "driver_gone",
    "config",
    "hang",
    "dead",
)

CLASS_OF_TYPE: Mapping[str, FaultClass] = {"OutOfMemoryError": "oom", "WrongResult": "wrong_result"}
"""torch's own out-of-memory exception, and our own of a card that computes wrongly."""

CLASS_OF_CODE: Mapping[int, FaultClass] = {
    2: "oom",
    3: "driver_gone",
    34: "config",
    35: "config",
    36: "config",
    46: "driver_gone",
    98: "config",
    100: "driver_gone",
    101: "driver_gone",
    200: "config",
    209: "config",
    214: "sticky",
    220: "sticky",
    222: "config",
    226: "sticky",
    700: "sticky",
    702: "sticky",
    709: "sticky",
    710: "sticky",
    714: "sticky",
    715: "sticky",
    716: "sticky",
    717: "sticky",
    718: "sticky",
    719: "sticky",
    721: "sticky",
    802: "driver_gone",
    803: "driver_gone",
    804: "config",
    999: "driver_gone",
}

CODE_OF_TEXT: Mapping[str, int] = {
    "error: initialization error": 3,
    "cuda driver is a stub library": 34,
    "driver version is insufficient": 35,
    "not supported in the installed cuda driver": 36,
    "busy or unavailable": 46,
    "invalid device function": 98,
    "no cuda-capable device": 100,
    "invalid device ordinal": 101,
    "device kernel image is invalid": 200,
    "no kernel image is available": 209,
    "uncorrectable ecc error": 214,
    "uncorrectable nvlink error": 220,
    "compiled with an unsupported toolchain": 222,
    "over nvlink or a hardware error": 226,
    "illegal memory access": 700,
    "launch timed out": 702,
    "context is destroyed": 709,
    "device-side assert triggered": 710,
    "hardware stack error": 714,
    "illegal instruction": 715,
    "misaligned address": 716,
    "operation not supported on global/shared address space": 717,
    "invalid program counter": 718,
    "unspecified launch failure": 719,
    "tensor memory not completely freed": 721,
    "system not yet initialized": 802,
    "unsupported display driver / cuda driver combination": 803,
    "forward compatibility was attempted": 804,
    "cuda error: unknown error": 999,
    "cuda driver error: unknown error": 999,
    "cuda unknown error": 999,
}

AMBIGUOUS = re.compile(
    r"(cublas|cudnn|cusparse|cusolver)_status_"
    r"(alloc_failed|not_initialized|execution_failed|internal_error|mapping_error|not_supported)"
    r"|cufft_(alloc_failed|exec_failed|internal_error|setup_failed|not_supported)"
    r"|nvml_success == .* internal assert failed"
    r"|unable to find an engine to execute this computation"
)
DRIVER_GONE = re.compile(
    r"gpu is lost|fallen off the bus|no cuda gpus are available|found no nvidia driver"
    r"|cuda driver initialization failed|unable to determine the device handle"
    r"|couldn't communicate with the nvidia driver|libcuda\.so[.\d]*: cannot open shared object file"
)
CONFIG = re.compile(
    r"nvidia driver on your system is too old|not compiled with cuda enabled"
    r"|cannot re-initialize cuda in forked subprocess"
    r"|(cublas|cudnn)_status_(sublibrary_)?(arch_mismatch|version_mismatch|loading_failed)"
    r"|cudnn version incompatibility|no valid engine configs"
    r"|lib(cudnn|cublas|cufft|cusparse|cusolver|cudart|nvrtc|nvjitlink)[\w.-]*: cannot open shared object file"
    r"|unable to load any of \{lib|failed to open libnvrtc"
)
OUT_OF_MEMORY = re.compile(r"cuda out of memory|cuda (driver )?error: out of memory|cudaerrormemoryallocation")


@dataclass(frozen=True)
class Failure:
    """What is kept of an exception: no traceback, so that nothing on the card stays alive through it."""

    type_name: str
    text: str
    code: int | None


def describe_failure(error: BaseException) -> Failure:
    """``error_code`` is what torch's ``AcceleratorError`` carries since 2.8."""
    code = getattr(error, "error_code", None)
    return Failure(type(error).__name__, str(error), code if isinstance(code, int) else None)


def classify(failure: Failure) -> FaultClass | None:
    """The class of a failure, or ``None`` for one that does not come from a card."""
    text = failure.text.lower()
    if failure.type_name in CLASS_OF_TYPE:
        return CLASS_OF_TYPE[failure.type_name]
    code = failure.code if failure.code in CLASS_OF_CODE else _code_in(text)
    if code is not None:
        return CLASS_OF_CODE[code]
    if AMBIGUOUS.search(text):
        return "ambiguous"
    if DRIVER_GONE.search(text):
        return "driver_gone"
    if CONFIG.search(text):
        return "config"
    return "oom" if OUT_OF_MEMORY.search(text) else None


def resolve_ambiguous(fault: FaultClass | None, card_answers: bool) -> FaultClass | None:
    """A tiny kernel and a synchronize decide: a card that still answers was only full."""
    if fault != "ambiguous":
        return fault
    return "oom" if card_answers else "sticky"


def short_code(failure: Failure, fault: FaultClass | None) -> str:
    """A stable name for programs: ``cuda_719``, ``out_of_memory``, or the exception's own name."""
    code = failure.code if failure.code is not None else _code_in(failure.text.lower())
    if fault == "oom":
        return "out_of_memory"
    if fault is not None and code is not None:
        return f"cuda_{code}"
    status = re.search(r"(?:CUBLAS|CUDNN|CUFFT|CUSPARSE|CUSOLVER)_[A-Z_]+", failure.text)
    name = status.group(0) if status else re.sub(r"(?<=[a-z])(?=[A-Z])", "_", failure.type_name)
    return name.lower()


def _code_in(text: str) -> int | None:
    found = re.search(r"cuda (?:driver )?error(?: code)?:? (\d{1,3})\b|\(error (\d{1,3})\)", text)
    if found:
        code = int(found.group(1) or found.group(2))
        return code if code in CLASS_OF_CODE else None
    return next((code for part, code in CODE_OF_TEXT.items() if part in text), None)
