"""The throw-away check of a card: context, 64 MB, a checked product, load, a known clip's known words."""

from __future__ import annotations

import numpy as np

from .engine import SAMPLE_RATE_HZ, Card, Engine, Report
from .errors import WrongResult
from .known_clip import is_close

PROBE_MB = 64.0
PROBE_WINDOW_S = 20.0


def run_probe(engine: Engine, card: Card, report: Report) -> str:
    """The words of the known clip, or whatever exception the card raised on the way."""
    report("probing")
    card.probe(PROBE_MB)
    engine.load("cuda", report)
    clip = engine.known_clip()
    audio = clip.audio if clip else np.zeros(SAMPLE_RATE_HZ, np.float32)
    heard = engine.transcribe(audio, PROBE_WINDOW_S, report).text
    if clip and not is_close(heard, clip.words):
        raise WrongResult("the known clip did not give its known words")
    return heard
