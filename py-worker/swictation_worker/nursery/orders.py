"""Lines of the nursery's stdin to typed orders; pure. Specified in docs/wire.md."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from ..card.sim_card import SimWorld

MAX_LINE_BYTES = 64 * 1024
MAX_THREADS = 64
RUN = re.compile(r"[A-Za-z0-9_-]{1,64}")

Role = Literal["ear", "cpu", "gpu", "probe"]
EndSignal = Literal["TERM", "KILL"]


class InvalidOrder(Exception):
    """A line that was not understood. ``generation`` is the order's where that much was readable."""

    def __init__(self, message: str, generation: int | None = None) -> None:
        super().__init__(message)
        self.generation = generation


@dataclass(frozen=True)
class WorkerOptions:
    """``engine`` None means the best one there is."""

    engine: str | None
    device: str | None
    threads: int | None
    model: str | None
    sim: SimWorld | None
    language: str = "en"
    """What will be spoken: an engine that does not know it refuses to load."""
    translate_to: str | None = None


@dataclass(frozen=True)
class Fork:
    role: Role
    generation: int
    ctl: str
    data: str
    options: WorkerOptions
    run: str | None = None
    """The run of the daemon that asks; a part of the worker's identity where it is given."""


@dataclass(frozen=True)
class Kill:
    generation: int
    signal: EndSignal


@dataclass(frozen=True)
class Ping:
    """Whether the nursery still answers."""


@dataclass(frozen=True)
class Quit:
    pass


Order = Fork | Kill | Ping | Quit
_Fields = Mapping[str, object]


def parse_order(line: bytes) -> Order:
    """One line to one order; raises ``InvalidOrder``."""
    if len(line) > MAX_LINE_BYTES:
        raise InvalidOrder(f"line: expected at most {MAX_LINE_BYTES} bytes, got {len(line)}")
    fields = _as_object(line)
    generation = fields.get("generation")
    known = generation if isinstance(generation, int) and not isinstance(generation, bool) else None
    try:
        return _parse(fields)
    except ValueError as error:
        reason = str(error)
    raise InvalidOrder(reason, known)


def _as_object(line: bytes) -> _Fields:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        return cast(_Fields, value)
    raise InvalidOrder("line: expected one JSON object")


def _parse(fields: _Fields) -> Order:
    op = _choice(fields, "op", ("fork", "kill", "ping", "quit"))
    if op == "quit":
        return Quit()
    if op == "ping":
        return Ping()
    generation = _integer(fields, "generation", 0, 2**53 - 1)
    if op == "kill":
        return Kill(generation, cast(EndSignal, _choice(fields, "signal", get_args(EndSignal))))
    role = cast(Role, _choice(fields, "role", get_args(Role)))
    ctl, data = _text(fields, "ctl"), _text(fields, "data")
    return Fork(role, generation, ctl, data, _options(fields.get("options")), _run(fields))


def _run(fields: _Fields) -> str | None:
    run = _optional_text(fields, "run")
    if run is not None and not RUN.fullmatch(run):
        raise ValueError(f"run: expected 1 to 64 letters, digits, - and _, got {run[:40]!r}")
    return run


def _options(value: object) -> WorkerOptions:
    if value is not None and not isinstance(value, dict):
        raise ValueError("options: expected an object")
    options = cast(_Fields, value or {})
    return WorkerOptions(
        engine=_optional_text(options, "engine"),
        device=_optional_text(options, "device"),
        threads=None if options.get("threads") is None else _integer(options, "threads", 1, MAX_THREADS),
        model=_optional_text(options, "model"),
        sim=_sim_world(options.get("sim")),
        language=_optional_text(options, "language") or "en",
        translate_to=_optional_text(options, "translate_to"),
    )


def _sim_world(value: object) -> SimWorld | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise ValueError("options.sim: expected an object")
    names = SimWorld.__dataclass_fields__
    given = {name: _number(cast(_Fields, value), name) for name in names if value.get(name) is not None}
    if "total_mb" not in given:
        raise ValueError("options.sim.total_mb: expected a number, got nothing")
    return SimWorld(**given)


def _choice(fields: _Fields, name: str, allowed: tuple[str, ...]) -> str:
    value = fields.get(name)
    if isinstance(value, str) and value in allowed:
        return value
    raise ValueError(f"{name}: expected one of {', '.join(allowed)}, got {str(value)[:40]!r}")


def _integer(fields: _Fields, name: str, low: int, high: int) -> int:
    value = fields.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    raise ValueError(f"{name}: expected an integer from {low} to {high}, got {str(value)[:40]!r}")


def _number(fields: _Fields, name: str) -> float:
    value = fields.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e12:
        return float(value)
    raise ValueError(f"{name}: expected a number of at least 0, got {str(value)[:40]!r}")


def _text(fields: _Fields, name: str) -> str:
    value = fields.get(name)
    if isinstance(value, str) and value:
        return value
    raise ValueError(f"{name}: expected a text, got {str(value)[:40]!r}")


def _optional_text(fields: _Fields, name: str) -> str | None:
    return None if fields.get(name) is None else _text(fields, name)
