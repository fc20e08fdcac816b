"""One worker process: connects, says hello, serves until it is killed. Runs in a child of the nursery."""

from __future__ import annotations

import os
import sys

from .card.memory import NoCard
from .engine import Card, Engine, VoiceActivity, Wishes
from .engines.silero import Silero
from .engines.whisper.no_speech import NoSpeechEngine
from .loop import run_loop
from .nursery.choose import Available, choose_engine
from .nursery.orders import Fork, WorkerOptions
from .service import Service
from .wire.answers import hello
from .wire.channel import WorkerChannel


def run_worker(order: Fork, available: Available) -> int:
    """Serves; the exit code 1 where the daemon could not be reached."""
    engine, voice_activity, card = build_parts(order, available)
    service = Service(engine, voice_activity, card)
    channel = WorkerChannel(identity_of(order), order.generation, read_rss_mb)
    try:
        channel.connect(order.ctl, order.data, hello(order.role, order.generation, os.getpid()))
    except ConnectionError as error:
        print(f"worker {order.role}.{order.generation}: {error}", file=sys.stderr)
        return 1
    return run_loop(channel, service.serve, service.card_answers)


def identity_of(order: Fork) -> str:
    """The name on both channels; the run in it keeps workers of an older daemon apart from those of the next one."""
    parts = [order.role, str(order.generation), *([] if order.run is None else [order.run])]
    return ".".join(parts)


def build_parts(order: Fork, available: Available) -> tuple[Engine, VoiceActivity, Card]:
    """Nothing is loaded yet. Raises ``Refused`` where the engine can't be had."""
    if order.role == "ear":
        return NoSpeechEngine(), Silero(), NoCard()
    name = choose_engine(order.options.engine, available)
    if name == "canary":
        from .engines.canary.opening import open_canary

        parts: tuple[Engine, VoiceActivity, Card] = open_canary(order.options, order.role)
        return parts
    from .engines.whisper.embedded import EmbeddedEngine

    embedded = EmbeddedEngine(order.options.threads, order.options.model, wishes_of(order.options))
    if name == "embedded":
        return embedded, Silero(), NoCard()
    from .engines.sim import open_sim

    return open_sim(embedded, order.options.sim)


def wishes_of(options: WorkerOptions) -> Wishes:
    """What this worker will be asked for."""
    return Wishes(language=options.language, translate_to=options.translate_to)


def read_rss_mb() -> float:
    """Resident memory of this process in MB of 10^6 bytes."""
    with open("/proc/self/statm") as statm:
        pages = int(statm.read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000
