"""The worker's engines for a replica: chosen, opened and named as the daemon would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swictation_worker.nursery.choose import Available, EngineName, choose_engine
from swictation_worker.nursery.imports import find_available
from swictation_worker.nursery.orders import Fork, WorkerOptions

from .options import ServerOptions

if TYPE_CHECKING:
    from swictation_worker.engine import Card, Engine


def find_engine(options: ServerOptions) -> EngineName:
    """Which one a replica will have. Raises `Refused` with what to install; nothing heavy is imported."""
    return choose_engine(options.engine, _available(options))


def open_engine(options: ServerOptions) -> tuple[Engine, Card]:
    """Nothing is loaded yet."""
    from swictation_worker.worker import build_parts

    on_card = options.device == "cuda"
    about = WorkerOptions(options.engine, options.device, options.threads, options.model, options.sim)
    order = Fork("gpu" if on_card else "cpu", 0, "", "", about)
    engine, _, card = build_parts(order, _available(options))
    return engine, card


def _available(options: ServerOptions) -> Available:
    return find_available(import_canary=options.engine != "embedded")
