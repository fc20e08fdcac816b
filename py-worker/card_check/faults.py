"""A sticky error in a throw-away process, and the next process that does not feel it; and the context's size."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

import torch

from .meter import MB

Figures = dict[str, Any]
DRY_MESSAGE = "CUDA error: device-side assert triggered (dry run on the CPU)"


def recover_by_fork(open_and_transcribe: Callable[[], str], dry: bool) -> Figures:
    """Two forks of a process that never touched the card: the first is poisoned, the second must work.

    `open_and_transcribe` builds, loads and transcribes and gives the subject's name; it runs in the second child only,
    since the class of NeMo asks for the current card where it is built.
    """
    poisoned = run_in_fork(lambda: provoke_sticky(dry))
    started_s = time.monotonic()
    answer = run_in_fork(lambda: {"subject": open_and_transcribe()})
    after_s = time.monotonic() - started_s
    message = str(poisoned.get("message") or poisoned.get("failed") or "")
    fault = classify_text(message)
    return {
        "message": message.splitlines()[0] if message else "",
        "class": fault,
        "still_poisoned": poisoned.get("still_poisoned"),
        "provoked": fault == "sticky" and bool(poisoned.get("still_poisoned")),
        "recovered": "subject" in answer,
        "fork_to_answer_s": after_s,
        **answer,
    }


def provoke_sticky(dry: bool) -> Figures:
    """A device-side assert (an index out of range), then a harmless call, which must fail as well."""
    first = message_of(lambda: raise_assert(dry))
    second = message_of(lambda: raise_assert(dry) if dry else torch.zeros(1, device="cuda").cpu())
    return {"message": first, "still_poisoned": second is not None}


def raise_assert(dry: bool) -> None:
    if dry:
        raise RuntimeError(DRY_MESSAGE)
    table = torch.zeros(4, device="cuda")
    print(table[torch.tensor([10_000_000], device="cuda")].sum().item())
    torch.cuda.synchronize()


def message_of(action: Callable[[], object]) -> str | None:
    try:
        action()
    except RuntimeError as error:
        return str(error)
    return None


def classify_text(message: str) -> str | None:
    """The worker's own classes, by the same table."""
    from swictation_worker.faults import Failure, classify

    return classify(Failure("AcceleratorError", message, None))


def run_in_fork(action: Callable[[], Figures]) -> Figures:
    """What the child's `action` gave, over a pipe; empty where it died."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        answer_and_exit(action, writer)
    os.close(writer)
    with os.fdopen(reader) as stream:
        text = stream.read()
    os.waitpid(pid, 0)
    found: Figures = json.loads(text) if text else {}
    return found


def answer_and_exit(action: Callable[[], Figures], writer: int) -> None:
    """Never returns. What went wrong is an answer too, with its whole story on stderr."""
    answer: Figures = {"failed": "died without a word"}
    try:
        answer = action()
    except Exception as error:
        traceback.print_exc()
        answer = {"failed": f"{type(error).__name__}: {error}"[:300]}
    finally:
        sys.stderr.flush()
        os.write(writer, json.dumps(answer).encode())
        os._exit(0)


def measure_context(dry: bool) -> Figures:
    """How much less another process sees as free once this one has a context; our own reserved bytes left out."""
    if dry:
        return {"context_mb": 0.0, "card": "none", "torch": torch.__version__}
    before = read_free_elsewhere()
    torch.zeros(1, device="cuda")
    torch.cuda.synchronize()
    reserved = torch.cuda.memory_reserved() / MB
    taken = before - read_free_elsewhere() - reserved
    about = torch.cuda.get_device_properties(0)
    return {
        "context_mb": taken,
        "card": f"{about.name}, {about.total_memory / MB:.0f} MB",
        "torch": torch.__version__,
        "torch_cuda": torch.version.cuda,
        "capability": f"{about.major}.{about.minor}",
        "total_mb_of_cuda": torch.cuda.mem_get_info()[1] / MB,
        **read_driver_facts(),
    }


def read_driver_facts() -> Figures:
    """What the driver's tool says of the cards, as it says it; MiB. Its total has what the driver keeps for itself."""
    from swictation_worker.card.context import ask_tool

    fields = ("driver_version", "memory.total", "memory.reserved", "compute_cap")
    return {"driver_tool": [f"{','.join(fields)}: {line}" for line in ask_tool(f"--query-gpu={','.join(fields)}")]}


def read_free_elsewhere() -> float:
    """Free MB as a fresh process sees it, whose own context is part of both readings."""
    code = "import torch; torch.zeros(1, device='cuda'); print(torch.cuda.mem_get_info()[0])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=120)
    return float(done.stdout.split()[-1]) / MB
