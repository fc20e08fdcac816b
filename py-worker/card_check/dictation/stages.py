"""The stages: what happens on the card while somebody dictates, and what must come of it.

The times are those of docs/policy.md: a level is acted on at once, a model comes back after 30 s of room, in a silence,
and 60 s after its last move.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

from .scene import QUIET_MB, Scene, Verdict

ACTS_WITHIN_S = 3.0
"""Two samples a second apart, and the answer."""
RELAX_S, DWELL_S = 30.0, 60.0
SILENCE_S, LOAD_S = 15.0, 15.0
BACK_WITHIN_S = max(RELAX_S, DWELL_S) + SILENCE_S + LOAD_S
TALK_S = 10.0
"""Two phrases and their pauses."""
WARNING_MB, CRITICAL_MB, EMERGENCY_MB, FULL_MB = 3_300.0, 3_600.0, 3_900.0, 4_290.0


def dictate(scene: Scene, verdict: Verdict) -> None:
    """Nobody else wants the card: everything is read there."""
    if not begin(scene, verdict):
        return
    since_s = time.monotonic()
    for _ in range(4):
        scene.say()
    scene.await_texts()
    read = scene.listener.decisions("transcribe", since_s=since_s)
    verdict.promise("everything is read on the card", {event.told["device"] for event in read} == {"cuda"})


def squeeze(scene: Scene, verdict: Verdict) -> None:
    """Others grow through all levels and give it back, while somebody speaks."""
    if not begin(scene, verdict):
        return
    scene.talking = True
    verdict.figures["voice_on_card_s"] = scene.wait(scene.has_voice_on_card, RELAX_S + DWELL_S)
    scene.rest(TALK_S)
    scene.hold_until_used(WARNING_MB)
    promise_soon(scene, verdict, "warns at warning", lambda since_s: scene.listener.decisions("warn", since_s=since_s))
    scene.rest(TALK_S)
    leave_at_critical(scene, verdict)
    leave_at_emergency(scene, verdict)
    come_back(scene, verdict)


def leave(scene: Scene, verdict: Verdict) -> None:
    """The first half of it, without the wait for the way back."""
    if not begin(scene, verdict):
        return
    scene.talking = True
    leave_at_emergency(scene, verdict)


def burst(scene: Scene, verdict: Verdict) -> None:
    """Somebody takes all that is left at once, in the middle of an utterance."""
    if not begin(scene, verdict):
        return
    scene.say()
    scene.wait(lambda: scene.listener.decisions("transcribe"), 30.0)
    scene.talking = True
    scene.hold_until_used(FULL_MB)
    scene.rest(TALK_S)
    come_back(scene, verdict)


def kill(scene: Scene, verdict: Verdict) -> None:
    """The card's worker is killed in the middle of a transcription."""
    if not begin(scene, verdict):
        return
    since_s = time.monotonic()
    scene.say()
    scene.wait(lambda: scene.listener.decisions("transcribe", device="cuda", since_s=since_s), 30.0)
    killed = scene.card.living_workers()
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    verdict.promise("there was a worker to kill", bool(killed))
    again_s = scene.wait(
        lambda: not set(killed) & set(scene.card.living_workers()) and scene.is_measured_on_card(), 60.0
    )
    verdict.figures["new_worker_after_s"] = again_s
    verdict.promise("another worker takes its place", again_s is not None)
    scene.say()
    scene.await_texts()


def poison(scene: Scene, verdict: Verdict) -> None:
    """A device-side assert: the process is sick for good, the card is not."""
    if not begin(scene, verdict):
        return
    since_s = time.monotonic()
    before = scene.card.living_workers()
    scene.card.order_poison()
    scene.say()
    opened_s = scene.wait(lambda: breakers(scene, "open", since_s), 30.0)
    verdict.promise("the breaker opens", opened_s is not None)
    gone_s = scene.wait(lambda: not set(before) & set(scene.card.living_workers()), ACTS_WITHIN_S)
    verdict.promise("the poisoned process is ended", gone_s is not None)
    closed_s = scene.wait(lambda: breakers(scene, "closed", since_s), 60.0)
    verdict.figures["probe_passed_after_s"] = closed_s
    verdict.promise("a probe in another process closes it", closed_s is not None)
    verdict.promise("the card is used again", scene.await_card(60.0) is not None)
    scene.say()
    scene.await_texts()


FULL_SIZE = "full-size"
STAGES: dict[str, Callable[[Scene, Verdict], None]] = {
    "dictate": dictate,
    "squeeze": squeeze,
    "burst": burst,
    "kill": kill,
    "poison": poison,
    FULL_SIZE: squeeze,
}
"""The last one with a model of full size and random weights: its memory, not its words."""
SHORT: dict[str, Callable[[Scene, Verdict], None]] = {
    "dictate": dictate,
    "leave": leave,
    "kill": kill,
    "poison": poison,
}
MAY_FIND_FULL = {"burst"}


def begin(scene: Scene, verdict: Verdict) -> bool:
    """The model gets onto the card, whose figures are kept."""
    came_s = scene.await_card()
    verdict.figures["on_card_after_s"] = came_s
    if not verdict.promise("the model gets onto the card", came_s is not None):
        return False
    scene.rest(2.0)
    memory = scene.listener.memory or {}
    verdict.figures["at_rest"] = {name: memory.get(name) for name in ("context_mb", "active_mb", "reserved_mb")}
    return True


def leave_at_critical(scene: Scene, verdict: Verdict) -> None:
    was_there = scene.has_voice_on_card()
    scene.hold_until_used(CRITICAL_MB)
    if was_there:
        promise_soon(scene, verdict, "voice detection leaves at critical", lambda _: not scene.has_voice_on_card())
    scene.rest(TALK_S)


def leave_at_emergency(scene: Scene, verdict: Verdict) -> None:
    scene.hold_until_used(EMERGENCY_MB)
    promise_soon(scene, verdict, "the speech model leaves at emergency", lambda _: not scene.is_on_card())
    scene.rest(TALK_S)


def come_back(scene: Scene, verdict: Verdict) -> None:
    scene.others.hold(QUIET_MB)
    came_s = scene.wait(scene.is_measured_on_card, BACK_WITHIN_S)
    verdict.figures["back_after_s"] = came_s
    verdict.promise("back within the time of the page", came_s is not None)
    verdict.promise(f"not before {RELAX_S:.0f} s of room", came_s is None or came_s > RELAX_S - 2)
    since_s = time.monotonic()
    read_s = scene.wait(lambda: scene.listener.decisions("transcribe", device="cuda", since_s=since_s), 30.0)
    verdict.promise("what is said then is read on the card", read_s is not None)


def promise_soon(scene: Scene, verdict: Verdict, words: str, holds: Callable[[float], object]) -> None:
    since_s = time.monotonic()
    took_s = scene.wait(lambda: holds(since_s), ACTS_WITHIN_S)
    verdict.figures[f"{words}, s"] = took_s
    verdict.promise(words, took_s is not None)


def breakers(scene: Scene, state: str, since_s: float) -> bool:
    return bool(scene.listener.decisions("breaker", state=state, since_s=since_s))
