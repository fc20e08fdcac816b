"""The throw-away check of a card: context, 64 MB, a checked product, load, a known clip's known words."""

from __future__ import annotations

import numpy as np

from .engine import SAMPLE_RATE_HZ, Audio, Card, Engine, Report
from .errors import WrongResult
from .known_clip import is_close

PROBE_MB = 64.0
PROBE_WINDOW_S = 20.0


def run_probe(engine: Engine, card: Card, clip_s: float | None, report: Report) -> str:
    """The words of the known clip, or whatever exception the card raised on the way.

    ``clip_s`` lengthens the clip with silence, so that the probe needs as much memory as that much speech.
    """
    report("probing")
    card.probe(PROBE_MB)
    engine.load("cuda", report)
    clip = engine.known_clip()
    audio = clip.audio if clip else np.zeros(SAMPLE_RATE_HZ, np.float32)
    heard = engine.transcribe(_lengthened(audio, clip_s), PROBE_WINDOW_S, report).text
    if clip and not is_close(heard, clip.words):
        raise WrongResult("the known clip did not give its known words")
    return heard


def _lengthened(audio: Audio, clip_s: float | None) -> Audio:
    missing = int((clip_s or 0) * SAMPLE_RATE_HZ) - len(audio)
    return np.pad(audio, (0, missing)) if missing > 0 else audio
