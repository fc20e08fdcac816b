"""The measuring steps, each run in a process of its own, so that none sees another's memory or faults.

Each takes an open subject and a meter and gives plain figures: MB of 10^6 bytes, seconds, milliseconds.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch

from swictation_worker.faults import classify, describe_failure

from .meter import Meter
from .report import fit_demand
from .stand_in import StandInVad
from .subjects import Subject

Figures = dict[str, Any]
LONGEST_S = 3_000.0
SEGMENTS_SOAK_S = 20.0


@dataclass(frozen=True)
class Plan:
    """How much is done; a dry run does less."""

    lengths_s: tuple[float, ...] = (5.0, 10.0, 20.0, 30.0, 40.0)
    repeats: int = 5
    moves: int = 5
    soak_s: float = 300.0
    limit_mb: float = 3_000.0
    tight_mb: float = 20.0
    """Above what is held: less than the longest sound needs."""


DRY_PLAN = Plan(lengths_s=(1.0, 2.0, 4.0), repeats=2, moves=2, soak_s=2.0, limit_mb=6.0, tight_mb=1.0)


def measure_load(subject: Subject, meter: Meter, plan: Plan) -> Figures:
    """Peak while it moves, what stays, and both over the weights' own size."""
    meter.reset_peak()
    before = meter.active_mb()
    started_s = time.monotonic()
    subject.place(meter.device)
    meter.synchronize()
    after = meter.active_mb()
    return {
        "weights_mb": after - before,
        "load_peak_mb": meter.peak_mb() - before,
        "load_s": time.monotonic() - started_s,
        **meter.figures(),
    }


def measure_demand(subject: Subject, meter: Meter, plan: Plan) -> Figures:
    """Peak above the start of each request, by length; the line through them; fragmentation afterwards."""
    subject.place(meter.device)
    subject.transcribe(plan.lengths_s[0])
    points = [(seconds, measure_need(subject, meter, seconds)) for seconds in plan.lengths_s]
    figures = meter.figures()
    reserved = figures.get("reserved_mb", 0.0)
    loose = figures.get("inactive_split_mb", 0.0) / reserved if reserved else 0.0
    meter.empty_cache()
    emptied = meter.figures()
    return {
        "points": points,
        "line": asdict(fit_demand(points)),
        "fragmentation": loose,
        "reserved_mb": reserved,
        "reserved_after_emptying_mb": emptied.get("reserved_mb", 0.0),
    }


def measure_need(subject: Subject, meter: Meter, seconds: float) -> float:
    meter.synchronize()
    before = meter.active_mb()
    meter.reset_peak()
    subject.transcribe(seconds)
    meter.synchronize()
    return meter.peak_mb() - before


def measure_latency(subject: Subject, meter: Meter, plan: Plan) -> Figures:
    """Median milliseconds by length."""
    subject.place(meter.device)
    subject.transcribe(plan.lengths_s[0])
    found = {}
    for seconds in plan.lengths_s:
        ask = partial(subject.transcribe, seconds)
        times = sorted(time_ms(ask, meter) for _ in range(plan.repeats))
        found[f"{seconds:g}_s_ms"] = times[len(times) // 2]
    return found


def time_ms(action: Callable[[], object], meter: Meter) -> float:
    meter.synchronize()
    started_s = time.monotonic()
    action()
    meter.synchronize()
    return (time.monotonic() - started_s) * 1_000


def measure_moves(subject: Subject, meter: Meter, plan: Plan) -> Figures:
    """There and back: times, what is left on the card, whether it still answers."""
    leave, enter, left = [], [], 0.0
    subject.place(meter.device)
    for _ in range(plan.moves):
        leave.append(time_ms(lambda: subject.place("cpu"), meter))
        meter.empty_cache()
        left = meter.active_mb()
        enter.append(time_ms(lambda: subject.place(meter.device), meter))
        subject.transcribe(plan.lengths_s[0])
    return {"leave_ms": sorted(leave)[len(leave) // 2], "enter_ms": sorted(enter)[len(enter) // 2], "left_mb": left}


def measure_vad(subject: Subject, meter: Meter, plan: Plan) -> Figures:
    """Voice activity: size on the card, milliseconds a frame there and on the CPU."""
    name, put_on = open_vad()
    on_cpu = put_on("cpu")
    cpu_ms = min(time_ms(on_cpu, meter) for _ in range(10))
    torch.ones(8, 8, device=meter.device).matmul(torch.ones(8, 8, device=meter.device))  # The library's workspace.
    meter.synchronize()
    before = meter.active_mb()
    there = put_on(meter.device)
    there()
    held = meter.active_mb() - before
    card_ms = min(time_ms(there, meter) for _ in range(10))
    del there
    meter.empty_cache()
    left = max(0.0, meter.active_mb() - before)
    return {"model": name, "cpu_ms": cpu_ms, "card_ms": card_ms, "on_card_mb": held, "left_on_card_mb": left}


def open_vad() -> tuple[str, Callable[[str], Callable[[], object]]]:
    """Silero where its file can be read, else a module of its shape; what puts one on a device, ready for a frame."""
    if find_spec("onnx") and find_spec("onnxruntime"):
        from swictation_worker.engine import FRAME_SAMPLES
        from swictation_worker.engines.canary.silero import SileroNet, read_silero_weights, score_with

        weights, samples = read_silero_weights(), np.zeros((1, FRAME_SAMPLES), np.float32)
        return "Silero", lambda device: partial(score_with, SileroNet(weights, device), samples, None)
    return "stand-in of Silero", put_stand_in


def put_stand_in(device: str) -> Callable[[], object]:
    vad, frames = StandInVad().eval().to(device), torch.randn(1, 640, device=device)

    def score() -> object:
        with torch.inference_mode():
            return vad(frames)

    return score


def survive_oom(subject: Subject, meter: Meter, plan: Plan) -> Figures:
    """Under the limit of a 4 GB card, longer and longer sound until it is full; then a short one must work.

    An engine that cuts long sound never fills the card so; then the limit comes down to what it holds already.
    """
    subject.place(meter.device)
    meter.limit(plan.limit_mb)
    seconds = full_at_s = plan.lengths_s[0]
    message = None
    while message is None and seconds < LONGEST_S and not subject.cuts:
        message = try_length(subject, seconds)
        full_at_s, seconds = seconds, seconds * 2
    if message is None:
        full_at_s = plan.lengths_s[-1]
        meter.empty_cache()  # A full cache would serve the request without asking the card.
        meter.limit(meter.active_mb() + plan.tight_mb)
        message = try_length(subject, full_at_s)
    meter.empty_cache()
    meter.limit(plan.limit_mb)
    subject.transcribe(plan.lengths_s[0])
    meter.synchronize()
    provoked = message is not None
    return {"provoked": provoked, "at_s": full_at_s, "message": (message or "")[:120], "survived": provoked}


def try_length(subject: Subject, seconds: float) -> str | None:
    """The message of an out-of-memory error, or None. It is kept as text: the exception holds the tensors.

    cuBLAS and cuDNN have errors of their own for memory that they did not get, so the worker's table decides.
    """
    try:
        subject.transcribe(seconds)
    except RuntimeError as error:
        if classify(describe_failure(error)) not in ("oom", "ambiguous"):
            raise
        return str(error).splitlines()[0]
    return None


def soak(subject: Subject, meter: Meter, plan: Plan) -> Figures:
    """Lengths drawn with a fixed seed for `soak_s`; active memory must stay where it was."""
    subject.place(meter.device)
    draw, times = random.Random(1), []
    subject.transcribe(max(plan.lengths_s))
    first, started_s = meter.active_mb(), time.monotonic()
    while time.monotonic() - started_s < plan.soak_s:
        seconds = draw.uniform(1.0, max(plan.lengths_s))
        times.append(time_ms(partial(subject.transcribe, seconds), meter))
    times.sort()
    grown = meter.active_mb() - first
    return {"transcriptions": len(times), "grown_mb": grown, "p50_ms": times[len(times) // 2], "max_ms": times[-1]}


def measure_segments(subject: Subject, meter: Meter, plan: Plan) -> Figures:
    """The step demand and a short soak with segments that can grow: to be compared with demand and soak."""
    demand = measure_demand(subject, meter, plan)
    return {**demand, **soak(subject, meter, replace(plan, soak_s=min(plan.soak_s, SEGMENTS_SOAK_S)))}


STEPS: dict[str, Callable[[Subject, Meter, Plan], Figures]] = {
    "load": measure_load,
    "demand": measure_demand,
    "latency": measure_latency,
    "moves": measure_moves,
    "segments": measure_segments,
    "vad": measure_vad,
    "oom": survive_oom,
    "soak": soak,
}
