"""An engine as a replica of Ray Serve: one thread for it, several sounds at once where it gains from that."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from ray import serve

from swictation_worker.nursery.imports import prepare_environment

from .heard import SHORTEST_BATCH_S, About, Heard, Sound, padded_seconds
from .opening import open_engine
from .options import ServerOptions
from .recogniser import Recogniser

HANG_FLOOR_S = 60.0
HANG_FACTOR = 10.0
"""As the daemon's deadline for a card: nothing that still works takes so long."""


class Replica:
    """What Serve starts, asks, and replaces where `check_health` raises."""

    def __init__(self, options: ServerOptions, batch_s: int | None) -> None:
        """`batch_s`: None where sounds come one by one."""
        prepare_environment()
        engine, card = open_engine(options)
        self._recogniser = Recogniser(engine, card, options.device)
        self._thread = ThreadPoolExecutor(1, "engine")
        self._hangs_from_s: float | None = None
        self._batch_s = batch_s
        if batch_s is not None:
            self._hear_waiting.set_max_batch_size(batch_s)
        self._about = self._thread.submit(self._recogniser.start).result()

    async def about(self) -> About:
        return self._about

    async def hear(self, sound: Sound) -> Heard:
        if self._batch_s is None:
            return (await self._hear([sound]))[0]
        heard: Heard = await self._hear_waiting(sound)
        return heard

    @serve.batch(max_batch_size=SHORTEST_BATCH_S, batch_wait_timeout_s=0, batch_size_fn=padded_seconds)
    async def _hear_waiting(self, sounds: list[Sound]) -> Sequence[Heard]:
        """What has come while the last ones were read: nobody waits for company."""
        return await self._hear(sounds)

    async def _hear(self, sounds: list[Sound]) -> Sequence[Heard]:
        seconds = sum(sound.seconds for sound in sounds)
        self._hangs_from_s = time.monotonic() + HANG_FLOOR_S + HANG_FACTOR * seconds
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._recogniser.hear, sounds)
        finally:
            self._hangs_from_s = None

    async def check_health(self) -> None:
        if self._recogniser.broken is not None:
            raise RuntimeError(self._recogniser.broken)
        if self._hangs_from_s is not None and time.monotonic() > self._hangs_from_s:
            raise RuntimeError("the engine hangs")
