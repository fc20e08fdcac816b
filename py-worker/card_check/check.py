"""Checks a card by itself: `python3 py-worker/card_check`. Needs Python 3.11 and PyTorch, nothing else.

Memory of context, weights and each second of sound; fragmentation; moves; voice activity on both sides; an
out-of-memory error under the limit of a 4 GB card and a sticky error, each survived; latency; known words; a soak.
Without the full worker a stand-in of Canary's full shape is measured and labelled so; with it, the archive that
`--model` names or that is here, else one of full size with random weights. Every step runs in a process of its own.
Without a card it says what it would do.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from .report import write_budget, write_table

PROGRAM = Path(__file__).resolve().parent
OUTPUT = PROGRAM.parents[1] / "test-output" / "gpu-check.json"
DICTATION_OUTPUT = OUTPUT.with_name("gpu-dictation.json")
STEP_NAMES = ("context", "words", "load", "demand", "segments", "latency", "moves", "vad", "oom", "sticky", "soak")
TINY_ARCHIVE = PROGRAM.parents[1] / "models" / "tiny-canary.nemo"
GROWING_SEGMENTS = dict.fromkeys(("PYTORCH_ALLOC_CONF", "PYTORCH_CUDA_ALLOC_CONF"), "expandable_segments:True")
"""The second is the name until torch 2.9."""
STEP_LIMIT_S = 600.0
DRY_LABEL = "DRY RUN on the CPU with a tiny shape: no figure here is a measurement of a card"

Results = dict[str, dict[str, Any]]


def main(arguments: Sequence[str]) -> int:
    options = parse_arguments(arguments)
    if options.step:
        print(json.dumps(run_step(options)))
        return 0
    missing = find_obstacle()
    if missing and not options.dry_run:
        print(describe_plan(options, missing))
        return 0
    return check_card(options)


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="card_check", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--subject", choices=("stand-in", "nemo-random"), help="instead of the best there is")
    parser.add_argument("--model", help="a .nemo file to measure through the engine")
    parser.add_argument("--json", type=Path, default=OUTPUT, help="where the figures are written")
    parser.add_argument("--soak-s", type=float, default=300.0)
    parser.add_argument("--limit-mb", type=float, default=3000.0, help="the card that is played in the step oom")
    parser.add_argument("--only", nargs="+", choices=STEP_NAMES, help="these steps and no others")
    parser.add_argument("--dry-run", action="store_true", help="every step on the CPU with a tiny shape")
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--step", choices=STEP_NAMES, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def find_obstacle() -> str | None:
    """Why nothing can be measured here, or None. Asked in another process: this one never touches a card."""
    if find_spec("torch") is None:
        return "PyTorch is not installed (pip install torch)"
    code = "import torch; print(torch.cuda.is_available())"
    try:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        return "the card did not answer within two minutes"
    if done.stdout.strip() == "True":
        return None
    if done.returncode != 0:
        return f"this PyTorch does not start ({last_line(done.stderr)})"
    warned = re.search(r"CUDA initialization: [^(\n]*", done.stderr)
    return "no NVIDIA card that this PyTorch can use" + (f" ({warned.group().strip()})" if warned else "")


def last_line(text: str) -> str:
    """The line that says what happened, of a traceback or of a log."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "no word about why"


def choose_subject(options: argparse.Namespace) -> str:
    """An archive where one is named or here, random weights in NeMo's class where NeMo is, else the stand-in."""
    if options.model or options.subject:
        return str(options.model or options.subject)
    if options.dry_run or not find_spec("nemo"):
        return "stand-in"
    return find_archive() or "nemo-random"


def find_archive() -> str | None:
    """The archive of the default model in the hub's cache."""
    from swictation_worker.engines.canary.source import find_source
    from swictation_worker.errors import Refused

    try:
        return str(find_source(None).path)
    except (Refused, ImportError):
        return None


def find_speaking_archive(subject: str) -> str | None:
    """The subject where its words mean something, else the tiny Canary where it is made."""
    if subject.endswith(".nemo"):
        return subject
    return str(TINY_ARCHIVE) if TINY_ARCHIVE.is_file() and find_spec("nemo") else None


def describe_plan(options: argparse.Namespace, missing: str) -> str:
    lines = [f"gpu-check: skipped, {missing}.", f"With a card it would measure {choose_subject(options)}:"]
    lines += [f"  {name}: {STEP_TEXTS[name]}" for name in options.only or STEP_NAMES]
    return "\n".join([*lines, f"and write {options.json.name}. Try all steps without a card: --dry-run"])


STEP_TEXTS = {
    "context": "what the CUDA context takes",
    "words": "known words and the largest number, at fp32 on the CPU, at fp16 and bf16",
    "load": "peak while the halved weights move, and what stays",
    "demand": "need per second of sound from 5 to 40 s, its line, fragmentation",
    "segments": "the same and a short soak with segments that can grow (PYTORCH_ALLOC_CONF)",
    "latency": "milliseconds by length",
    "moves": "to the CPU and back, times and what is left on the card",
    "vad": "voice activity on the card and on the CPU",
    "oom": "out of memory under the limit of a 4 GB card, survived",
    "sticky": "a device-side assert in a throw-away process, recovered by a fork",
    "soak": "sounds of random length (--soak-s, 300), growth of memory",
}


def check_card(options: argparse.Namespace) -> int:
    """Runs the steps, prints the table, writes the JSON; 1 where a step failed."""
    results: Results = {}
    options.json.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.json.parent, prefix="card-check-") as work:
        for name in options.only or STEP_NAMES:
            print(f"gpu-check: {name}: {STEP_TEXTS[name]}", file=sys.stderr, flush=True)
            results[name] = run_in_process(name, options, Path(work))
    label = DRY_LABEL if options.dry_run else "measured on this card"
    subject = next((step["subject"] for step in results.values() if "subject" in step), choose_subject(options))
    print(write_table(results, subject, label))
    write_json(options.json, {"label": label, "subject": subject, "budget": write_budget(results), "steps": results})
    failed = find_failures(results)
    print(f"gpu-check: {'failed: ' + ', '.join(failed) if failed else 'all steps passed'}; {options.json}")
    return 1 if failed else 0


def run_in_process(name: str, options: argparse.Namespace, work: Path) -> dict[str, Any]:
    """One step's figures, or its error as a figure; no step can hurt the next."""
    command = [sys.executable, str(PROGRAM), "--step", name, "--soak-s", str(options.soak_s), "--work", str(work)]
    command += ["--limit-mb", str(options.limit_mb), *(["--dry-run"] if options.dry_run else [])]
    subject = choose_subject(options)
    command += ["--model", subject] if subject == options.model else ["--subject", subject]
    with tempfile.TemporaryFile("w+") as errors:
        environment = {**os.environ, **(GROWING_SEGMENTS if name == "segments" else {})}
        code, text = run_with_limit(command, errors, STEP_LIMIT_S + options.soak_s, environment)
        errors.seek(0)
        told = errors.read()
    sys.stderr.write(told)
    if code is None:
        return {"error": f"no end within {STEP_LIMIT_S + options.soak_s:.0f} s; {last_line(told)}"}
    try:
        found: dict[str, Any] = json.loads(text.splitlines()[-1]) if code == 0 else {}
    except (ValueError, IndexError):
        return {"error": "the step ended without figures"}
    return found or {"error": f"exit code {code}: {last_line(told)}"}


def run_with_limit(
    command: Sequence[str], errors: IO[str], limit_s: float, environment: Mapping[str, str]
) -> tuple[int | None, str]:
    """Exit code (None after the limit) and output. At the limit its forks are ended too: they are in its session."""
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": errors, "text": True}
    with subprocess.Popen(command, env=environment, start_new_session=True, **pipes) as process:
        try:
            text, _ = process.communicate(timeout=limit_s)
            return process.returncode, text
        except subprocess.TimeoutExpired:
            return None, ""
        finally:
            end_session(process.pid)


def end_session(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def run_step(options: argparse.Namespace) -> dict[str, Any]:
    """In the step's own process: figures, with the subject's full name."""
    from swictation_worker.nursery.imports import CARDS_AS_THE_DRIVER_COUNTS, NO_CUDA_BEFORE_A_FORK

    os.environ.update(NO_CUDA_BEFORE_A_FORK | CARDS_AS_THE_DRIVER_COUNTS)
    import torch

    from .faults import measure_context, recover_by_fork
    from .meter import CudaMeter, DryMeter
    from .steps import DRY_PLAN, STEPS, Plan
    from .subjects import import_classes, open_subject

    plan = DRY_PLAN if options.dry_run else replace(Plan(), soak_s=options.soak_s, limit_mb=options.limit_mb)
    if options.step == "context":
        return measure_context(options.dry_run)
    if options.step == "words":
        return run_words(options)
    if options.dry_run or options.step == "sticky":
        torch.set_num_threads(1)  # A child of a process that computed in parallel hangs at its first operation.
    if options.step == "sticky":
        import_classes(choose_subject(options))

        def open_and_transcribe() -> str:
            subject = open_subject(choose_subject(options), options.dry_run, options.work)
            subject.place("cpu" if options.dry_run else "cuda")
            subject.transcribe(plan.lengths_s[0])
            return subject.name

        return recover_by_fork(open_and_transcribe, options.dry_run)
    subject = open_subject(choose_subject(options), options.dry_run, options.work)
    if not options.dry_run:
        return {"subject": subject.name, **STEPS[options.step](subject, CudaMeter(), plan)}
    with DryMeter() as meter:
        return {"subject": subject.name, **STEPS[options.step](subject, meter, plan)}


def run_words(options: argparse.Namespace) -> dict[str, Any]:
    archive = find_speaking_archive(choose_subject(options))
    if archive is None:
        return {"skipped": "no archive whose words are known is here (make tiny-canary)"}
    from .words import record_words

    return record_words(archive, options.dry_run)


def find_failures(results: Results) -> list[str]:
    """Steps that ended with an error, and promises that did not hold."""
    broken = [name for name, figures in results.items() if "error" in figures]
    promises = (("oom", "survived"), ("sticky", "provoked"), ("sticky", "recovered"))
    by_type = [figures for figures in results.get("words", {}).values() if isinstance(figures, dict)]
    if by_type and not any(figures["right"] for figures in by_type[1:]):
        broken.append("words")  # On the card, in no number type that it has.
    untrue = [name for name, promise in promises if name in results and not results[name].get(promise)]
    return sorted({*broken, *untrue})


def write_json(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
