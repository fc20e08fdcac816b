"""An engine as a replica of Ray Serve: one thread for it, several sounds at once where it gains from that."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from ray import serve

from swictation_worker.nursery.imports import prepare_environment

from .heard import About, Heard, Sound
from .opening import open_engine
from .options import ServerOptions
from .recogniser import Recogniser

HANG_FLOOR_S = 60.0
HANG_FACTOR = 10.0
"""As the daemon's deadline for a card: nothing that still works takes so long."""


class Replica:
    """What Serve starts, asks, and replaces where `check_health` raises."""

    def __init__(self, options: ServerOptions) -> None:
        prepare_environment()
        engine, card = open_engine(options)
        self._recogniser = Recogniser(engine, card, options.device)
        self._thread = ThreadPoolExecutor(1, "engine")
        self._hangs_from_s: float | None = None
        self._about = self._thread.submit(self._recogniser.start).result()

    async def about(self) -> About:
        return self._about

    async def hear(self, sound: Sound) -> Heard:
        heard: Heard = await self._hear_together(sound)
        return heard

    @serve.batch(max_batch_size=1, batch_wait_timeout_s=0)
    async def _hear_together(self, sounds: list[Sound]) -> Sequence[Heard]:
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
