"""How many users one engine serves: a small simulation of its queue, and the table of docs/serving.md. Pure.

Each user speaks so many seconds in an hour, in sentences whose lengths differ as much as people's do (a gamma
distribution, mean 4 s, half of that as its deviation), at moments that have nothing to do with those of others. One
engine reads one sentence after another, in the order of their arrival, each in (length + 1 s) x real-time factor, which
is how `waiting.py` counts, too.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from .waiting import EXTRA_S

SENTENCE_S = 4.0
SHAPE = 4.0
SENTENCES = 20_000
SEED = 1
BEARABLE_S = 1.0
"""A wait that 95 of 100 sentences stay below."""
SPEECH_S = (300, 900, 1_800)
FACTORS = (0.3, 0.1, 0.05, 0.02)


@dataclass(frozen=True)
class Row:
    """`speech_s`: of one user in an hour. `load`: the part of the time in which the engine works."""

    speech_s: int
    rtf: float
    users: int
    load: float
    wait_p95_s: float


def waits(users: int, speech_s: float, rtf: float) -> list[float]:
    """How long each sentence waits for those before it."""
    dice = random.Random(SEED)
    per_second = users * speech_s / SENTENCE_S / 3_600
    arrives = free = 0.0
    found = []
    for _ in range(SENTENCES):
        arrives += dice.expovariate(per_second)
        begins = max(arrives, free)
        found.append(begins - arrives)
        free = begins + (dice.gammavariate(SHAPE, SENTENCE_S / SHAPE) + EXTRA_S) * rtf
    return found


def wait_p95(users: int, speech_s: float, rtf: float) -> float:
    return sorted(waits(users, speech_s, rtf))[int(0.95 * SENTENCES)]


def load_of(users: int, speech_s: float, rtf: float) -> float:
    return users * speech_s / 3_600 * (1 + EXTRA_S / SENTENCE_S) * rtf


def most_users(speech_s: int, rtf: float) -> Row:
    """The most for whom the wait is bearable; more of them never wait less. One alone waits for nobody."""
    low, high = 1, max(1, int(3_600 / speech_s / rtf))
    while low < high:
        middle = (low + high + 1) // 2
        if wait_p95(middle, speech_s, rtf) <= BEARABLE_S:
            low = middle
        else:
            high = middle - 1
    return Row(speech_s, rtf, low, load_of(low, speech_s, rtf), wait_p95(low, speech_s, rtf) if low > 1 else 0.0)


def table() -> list[str]:
    """The rows as the page has them."""
    rows = [most_users(speech_s, rtf) for speech_s in SPEECH_S for rtf in FACTORS]
    return [
        f"| {row.speech_s} | {row.rtf:g} | {row.users} | {row.load * 100:.0f} % | {row.wait_p95_s:.2f} |"
        for row in rows
    ]


if __name__ == "__main__":
    print("\n".join(table()))
