"""Fault classes, from what torch and CUDA print; every row of docs/faults.md where that page names codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from swictation_worker.faults import (
    CLASS_OF_CODE,
    CODE_OF_TEXT,
    FAULT_CLASSES,
    Failure,
    FaultClass,
    classify,
    describe_failure,
    resolve_ambiguous,
    short_code,
)

SEEN: list[tuple[FaultClass | None, str, str]] = [
    ("oom", "OutOfMemoryError", "CUDA out of memory. Tried to allocate 64.00 MiB. GPU 0 has a total capacity of 4 GiB"),
    ("oom", "RuntimeError", "CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported"),
    ("oom", "RuntimeError", "CUDA driver error: out of memory"),
    ("ambiguous", "RuntimeError", "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    ("ambiguous", "RuntimeError", "CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`"),
    (
        "ambiguous",
        "RuntimeError",
        "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm( handle, opa)`",
    ),
    ("ambiguous", "RuntimeError", "cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
    ("ambiguous", "RuntimeError", "cuDNN error: CUDNN_STATUS_NOT_INITIALIZED"),
    ("ambiguous", "RuntimeError", "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"),
    ("ambiguous", "RuntimeError", "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED_CUDA_DRIVER"),
    ("ambiguous", "RuntimeError", "cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED"),
    ("ambiguous", "RuntimeError", "CUDA error: CUBLAS_STATUS_INTERNAL_ERROR when calling `cublasCreate(handle)`"),
    ("ambiguous", "RuntimeError", "CUDA error: CUBLAS_STATUS_MAPPING_ERROR when calling `cublasSgemm( handle, opa)`"),
    ("ambiguous", "RuntimeError", "GET was unable to find an engine to execute this computation"),
    ("ambiguous", "RuntimeError", "NVML_SUCCESS == r INTERNAL ASSERT FAILED at CUDACachingAllocator.cpp"),
    ("ambiguous", "RuntimeError", "cuFFT error: CUFFT_ALLOC_FAILED"),
    ("ambiguous", "RuntimeError", "cuFFT error: CUFFT_SETUP_FAILED"),
    ("ambiguous", "RuntimeError", "cuDNN error: CUDNN_STATUS_NOT_SUPPORTED. This error may appear if you passed in a"),
    ("ambiguous", "RuntimeError", "CUDA error: CUBLAS_STATUS_NOT_SUPPORTED when calling `cublasGemmEx( handle, opa)`"),
    ("sticky", "RuntimeError", "CUDA error: unspecified launch failure\nCompile with `TORCH_USE_CUDA_DSA`"),
    ("sticky", "AcceleratorError", "CUDA error: an illegal memory access was encountered"),
    ("sticky", "RuntimeError", "CUDA error: device-side assert triggered"),
    ("sticky", "RuntimeError", "CUDA error: the launch timed out and was terminated"),
    ("sticky", "RuntimeError", "CUDA error: uncorrectable ECC error encountered"),
    ("wrong_result", "WrongResult", "a matrix product came out wrong"),
    ("driver_gone", "RuntimeError", "CUDA error: unknown error"),
    ("driver_gone", "RuntimeError", "CUDA unknown error - this may be due to an incorrectly set up environment"),
    ("driver_gone", "RuntimeError", "CUDA driver error: unknown error"),
    ("driver_gone", "RuntimeError", "CUDA error: initialization error\nCUDA kernel errors might be asynchronously"),
    ("driver_gone", "RuntimeError", "CUDA driver error: initialization error"),
    ("driver_gone", "RuntimeError", "CUDA driver initialization failed, you might not have a CUDA gpu."),
    ("driver_gone", "RuntimeError", "No CUDA GPUs are available"),
    ("driver_gone", "RuntimeError", "Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU"),
    ("driver_gone", "RuntimeError", "CUDA error: no CUDA-capable device is detected"),
    ("driver_gone", "RuntimeError", "CUDA error: CUDA-capable device(s) is/are busy or unavailable"),
    ("driver_gone", "RuntimeError", "Unable to determine the device handle for GPU0: GPU is lost."),
    ("config", "RuntimeError", "CUDA error: no kernel image is available for execution on the device"),
    ("config", "RuntimeError", "CUDA driver version is insufficient for CUDA runtime version"),
    ("config", "RuntimeError", "The NVIDIA driver on your system is too old (found version 11040)."),
    ("config", "AssertionError", "Torch not compiled with CUDA enabled"),
    ("config", "RuntimeError", "Cannot re-initialize CUDA in forked subprocess. To use CUDA with multiprocessing, you"),
    ("config", "RuntimeError", "cuDNN error: CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED"),
    ("config", "RuntimeError", "CUDA error: CUBLAS_STATUS_ARCH_MISMATCH when calling `cublasCreate(handle)`"),
    ("config", "OSError", "libcudnn.so.9: cannot open shared object file: No such file or directory"),
    ("config", "RuntimeError", "Error in dlopen: libnvrtc.so.13: cannot open shared object file: No such file"),
    ("config", "RuntimeError", "nvrtc: error: failed to open libnvrtc-builtins.so.12.9."),
    (
        "config",
        "RuntimeError",
        "Unable to load any of {libcudnn_graph.so.9.1.0, libcudnn_graph.so.9, libcudnn_graph.so}",
    ),
    ("driver_gone", "OSError", "libcuda.so.1: cannot open shared object file: No such file or directory"),
    ("config", "RuntimeError", "cuDNN Frontend error: No valid engine configs for Matmul_MUL_Reduction_SUB_"),
    (
        "config",
        "RuntimeError",
        "Unexpected error from cudaGetDeviceCount(). Did you run some cuda functions before calling "
        "NumCudaDevices() that might have already set an error? Error 804: forward compatibility was attempted on non "
        "supported HW",
    ),
    (None, "ValueError", "expected a tensor"),
    (None, "MemoryError", ""),
    (None, "RuntimeError", "[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: not enough memory: you tried"),
]


@pytest.mark.parametrize(("fault", "name", "text"), SEEN)
def test_texts(fault: FaultClass | None, name: str, text: str) -> None:
    assert classify(Failure(name, text, None)) == fault


@pytest.mark.parametrize(("code", "fault"), CLASS_OF_CODE.items())
def test_codes_win_over_texts(code: int, fault: FaultClass) -> None:
    assert classify(Failure("AcceleratorError", "CUDA error", code)) == fault
    assert classify(Failure("RuntimeError", f"CUDA error: {code}", None)) == fault


@pytest.mark.parametrize(
    ("codes", "fault"),
    [
        ((700, 702, 709, 710, *range(714, 720), 721, 214, 220, 226), "sticky"),
        ((999, 100, 101, 46, 3, 802, 803), "driver_gone"),
        ((209, 200, 98, 222, 34, 35, 36, 804), "config"),
        ((2,), "oom"),
    ],
)
def test_the_table_of_the_policy_is_complete(codes: tuple[int, ...], fault: FaultClass) -> None:
    assert {code for code, found in CLASS_OF_CODE.items() if found == fault} == set(codes)


RUNTIME_TEXTS = {
    2: "out of memory",
    3: "initialization error",
    34: "CUDA driver is a stub library",
    35: "CUDA driver version is insufficient for CUDA runtime version",
    36: "API call is not supported in the installed CUDA driver",
    46: "CUDA-capable device(s) is/are busy or unavailable",
    98: "invalid device function",
    100: "no CUDA-capable device is detected",
    101: "invalid device ordinal",
    200: "device kernel image is invalid",
    209: "no kernel image is available for execution on the device",
    214: "uncorrectable ECC error encountered",
    220: "uncorrectable NVLink error detected during the execution",
    222: "the provided PTX was compiled with an unsupported toolchain.",
    226: "Invalid access of peer GPU memory over nvlink or a hardware error",
    700: "an illegal memory access was encountered",
    702: "the launch timed out and was terminated",
    709: "context is destroyed",
    710: "device-side assert triggered",
    714: "hardware stack error",
    715: "an illegal instruction was encountered",
    716: "misaligned address",
    717: "operation not supported on global/shared address space",
    718: "invalid program counter",
    719: "unspecified launch failure",
    721: "tensor memory not completely freed",
    802: "system not yet initialized",
    803: "system has unsupported display driver / cuda driver combination",
    804: "forward compatibility was attempted on non supported HW",
    999: "unknown error",
}
"""What ``cudaGetErrorString`` of CUDA 13.0 gives for each code that has a class."""


def test_every_code_is_known_by_the_text_of_the_runtime_too() -> None:
    assert set(RUNTIME_TEXTS) == set(CLASS_OF_CODE)
    for code, text in RUNTIME_TEXTS.items():
        assert classify(Failure("RuntimeError", f"CUDA error: {text}", None)) == CLASS_OF_CODE[code], text


def test_texts_lead_to_known_codes() -> None:
    assert set(CODE_OF_TEXT.values()) <= set(CLASS_OF_CODE)


def test_a_tiny_kernel_decides() -> None:
    assert resolve_ambiguous("ambiguous", card_answers=True) == "oom"
    assert resolve_ambiguous("ambiguous", card_answers=False) == "sticky"
    assert resolve_ambiguous("driver_gone", card_answers=False) == "driver_gone"


def test_short_codes_are_stable_names() -> None:
    assert short_code(Failure("RuntimeError", "CUDA error: unspecified launch failure", None), "sticky") == "cuda_719"
    assert short_code(Failure("OutOfMemoryError", "CUDA out of memory.", None), "oom") == "out_of_memory"
    status = Failure("RuntimeError", "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling", None)
    assert short_code(status, "sticky") == "cublas_status_alloc_failed"
    assert short_code(Failure("ValueError", "bad", None), None) == "value_error"


def test_a_described_failure_keeps_no_traceback() -> None:
    class AcceleratorError(RuntimeError):
        error_code = 719

    assert describe_failure(AcceleratorError("x")) == Failure("AcceleratorError", "x", 719)


DOCUMENTED = Path(__file__).parents[2] / "docs" / "faults.md"


def test_every_code_of_the_page_has_the_class_that_the_page_says() -> None:
    """Rows of its tables begin with a class in backticks; numbers and ranges in the next cell are codes, but for
    the two classes that are no CUDA error: their numbers are times."""
    table = DOCUMENTED.read_text().split("## The breaker")[0]
    rows = re.findall(r"^\|\s*`(\w+)`\s*\|([^|]*)\|", table, re.MULTILINE)
    assert [fault for fault, _ in rows] == list(FAULT_CLASSES)
    coded = [(fault, cell) for fault, cell in rows if fault not in ("hang", "dead")]
    assert {CLASS_OF_CODE[code] for code in CLASS_OF_CODE} <= {fault for fault, _ in coded}
    for fault, cell in coded:
        for first, last in re.findall(r"\b(\d{1,3})(?:\s*[-–]\s*(\d{1,3}))?\b", cell):
            for code in range(int(first), int(last or first) + 1):
                assert CLASS_OF_CODE[code] == fault
