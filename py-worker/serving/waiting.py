"""How long a request would wait, from what is being worked on and how fast that went so far; pure."""

from __future__ import annotations

from dataclasses import dataclass

from .api_error import overloaded

EXTRA_S = 1.0
"""Of sound, for what every request costs whatever its length."""
LEARNED_SHARE = 0.2
GRACE_S = 2.5
"""The client waits for the length of its sound and 3 s (docs/remote.md); half a second of it is the network's."""


@dataclass
class WaitingRoom:
    """Engine-seconds that are promised. `rtf`: seconds of work for a second of sound."""

    longest_wait_s: float
    rtf: float
    promised_s: float = 0.0

    def work_of(self, sound_s: float) -> float:
        return (sound_s + EXTRA_S) * self.rtf

    def enter(self, sound_s: float, replicas: int) -> float:
        """The work that is promised from now on, to be given to `leave`. Raises `ApiError` where the wait would be too
        long, or the text would come when nobody waits for it any more."""
        work_s = self.work_of(sound_s)
        wait_s = self.promised_s / max(1, replicas)
        if wait_s > self.longest_wait_s or (wait_s > 0 and wait_s + work_s > sound_s + GRACE_S):
            raise overloaded(f"{wait_s:.0f} s of work wait already: try again later", wait_s)
        self.promised_s += work_s
        return work_s

    def leave(self, work_s: float) -> None:
        self.promised_s = max(0.0, self.promised_s - work_s)

    def learn(self, sound_s: float, engine_s: float) -> None:
        """What a request took of an engine in the end."""
        measured = engine_s / (sound_s + EXTRA_S)
        self.rtf += LEARNED_SHARE * (measured - self.rtf)
