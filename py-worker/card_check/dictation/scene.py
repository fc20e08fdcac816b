"""One stage's world: the card and its other programs, a daemon in a home of its own, somebody who speaks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .card_folder import CardFolder, PretendedWorld
from .holder import HoldingProcess, Others, PretendedOthers
from .home import Daemon, Home
from .listener import Listener
from .microphone import Microphone
from .phrases import Phrase

QUIET_MB = 250.0
"""What other programs hold on a card that nobody else computes with: a desktop."""
FOUR_GB_MB = 4_295.0
START_LIMIT_S = 300.0
"""A model of full size is converted first."""
TEXT_LIMIT_S = 60.0
POLL_S = 0.05


@dataclass(frozen=True)
class Setting:
    """What all stages of a check share. `world` None: the card is a real one."""

    world: PretendedWorld | None
    cache: Path
    tiny: Path
    phrases: list[Phrase]


@dataclass
class Verdict:
    """What a stage promised, what came of it, and its figures."""

    promises: dict[str, bool] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)

    def promise(self, words: str, holds: bool) -> bool:
        """A promise that was broken once stays broken."""
        self.promises[words] = holds and self.promises.get(words, True)
        return holds


class Scene:
    """Use `open_scene`. Times are seconds of the monotonic clock."""

    def __init__(self, setting: Setting, folder: Path, model: Path) -> None:
        self.setting = setting
        self.card = CardFolder(folder / "card")
        self.card.create(setting.world)
        self.home = Home(folder / "home", self.card, setting.cache, pretended=setting.world is not None)
        self.others = open_others(self.card, setting.world)
        self.others.hold(QUIET_MB)
        self.home.configure(model, self.others.offset_mb)
        self.microphone = Microphone(folder, self.home.programs)
        self.listener = Listener(self.home.endpoint)
        self.started_s = time.monotonic()
        self.daemon = Daemon(self.home)
        self.spoken: list[str] = []
        self.talking = False

    def close(self) -> None:
        self.daemon.close()
        self.listener.close()
        self.microphone.close()
        self.others.close()

    @property
    def own_mb(self) -> float:
        """What our worker on the card holds beside its cache, as the policy counts it; 0 where none lives."""
        memory = self.listener.memory
        if memory is None or not self.card.living_workers():
            return 0.0
        return float(memory["context_mb"]) + float(memory["active_mb"])

    def hold_until_used(self, used_mb: float) -> None:
        """The others take so much that this much of the small card is in use."""
        self.others.hold(max(QUIET_MB, used_mb - self.own_mb))

    def say(self) -> str:
        """The next phrase, at once behind what is still being said."""
        phrase, sound = self.setting.phrases[len(self.spoken) % len(self.setting.phrases)]
        self.microphone.say(sound)
        self.spoken.append(phrase)
        return phrase

    def wait(self, holds: Callable[[], Any], limit_s: float) -> float | None:
        """Seconds until it held; None where it did not within `limit_s`. Meanwhile somebody speaks, if they do."""
        began_s = time.monotonic()
        while not holds():
            now_s = time.monotonic()
            if now_s - began_s > limit_s or self.daemon.process.poll() is not None:
                return None
            if self.talking and self.microphone.unsaid_s < 0.5:
                self.say()
            time.sleep(POLL_S)
        return time.monotonic() - began_s

    def rest(self, seconds: float) -> None:
        self.wait(lambda: False, seconds)

    def await_card(self, limit_s: float = START_LIMIT_S) -> float | None:
        """Until the speech model is on the card and has been measured there."""
        return self.wait(self.is_measured_on_card, limit_s)

    def is_measured_on_card(self) -> bool:
        """A worker answers no question while it loads."""
        ordered = self.listener.decisions("spawn_worker", "move_stt")
        about_card = [event.at_s for event in ordered if event.told.get("worker") != "cpu"]
        measured_s = self.listener.measured_s
        return self.is_on_card() and measured_s is not None and measured_s > max(about_card, default=0.0)

    def is_on_card(self) -> bool:
        """By the last decision about it: it is there, or on its way. The first one may have come before this process
        was connected: then a worker that measures is there."""
        last = self.listener.decisions("spawn_worker", "kill_worker", "move_stt")
        about_card = [event for event in last if event.told.get("worker") != "cpu"]
        if not self.card.living_workers():
            return False
        if not about_card:
            return self.listener.memory is not None
        told = about_card[-1].told
        return told["action"] == "spawn_worker" or (told["action"], told.get("device")) == ("move_stt", "cuda")

    def has_voice_on_card(self) -> bool:
        moved = self.listener.decisions("spawn_worker", "kill_worker", "move_vad")
        about_card = [event for event in moved if event.told.get("worker") != "cpu"]
        if not about_card:
            return False
        told = about_card[-1].told
        return bool(told.get("vad")) or (told["action"], told.get("device")) == ("move_vad", "cuda")

    def await_texts(self) -> None:
        """Everything that was said so far has been typed, or its time is over."""
        self.talking = False
        self.wait(lambda: self.microphone.unsaid_s < 0.2, 120.0)
        words = sum(len(phrase.split()) for phrase in self.spoken)
        self.wait(lambda: len(self.daemon.typed.split()) >= words, TEXT_LIMIT_S)
        self.rest(1.0)  # What is typed twice comes late.


def open_others(card: CardFolder, world: PretendedWorld | None) -> Others:
    return HoldingProcess(FOUR_GB_MB) if world is None else PretendedOthers(card, world)


@contextmanager
def open_scene(setting: Setting, model: Path) -> Iterator[Scene]:
    """In a folder with a short name: a socket's path has at most 107 characters."""
    with TemporaryDirectory(prefix="card-") as folder:
        scene = Scene(setting, Path(folder), model)
        try:
            yield scene
        finally:
            scene.close()
