"""When a decoded text is not to be believed; pure.

Thresholds for silence are Whisper's own (``transcribe.py`` of openai/whisper: no speech 0.6, mean log-probability
-1.0). The others were measured on recorded people, synthetic voices, noise, hum and clicks
(test/worker/test_silence.py runs them).
"""

from __future__ import annotations

from ..runaway import REPETITIVE, ran_away
from .decoder import Decoded

NO_SPEECH = 0.6
SILENT_LOGPROB = -1.0
UNSURE_LOGPROB = -0.7
SHORT_WORDS = 3


def is_doubtful(decoded: Decoded, seconds: float) -> bool:
    """Worth a second, slower look."""
    return is_broken(decoded, seconds) or decoded.mean_logprob < UNSURE_LOGPROB


def is_broken(decoded: Decoded, seconds: float) -> bool:
    """A decoder that did not stop: it repeats itself, or gives more words than can be said."""
    return ran_away(decoded.text, seconds)


def is_silence(decoded: Decoded) -> bool:
    """Whisper's own rule: it hears no speech and is not sure of its words either."""
    return decoded.no_speech > NO_SPEECH and decoded.mean_logprob < SILENT_LOGPROB


def could_be_silence(decoded: Decoded) -> bool:
    """Text of the kind that silence and noise give: few words, or unsure ones. The ear decides."""
    return (
        len(decoded.text.split()) <= SHORT_WORDS
        or decoded.no_speech > NO_SPEECH
        or decoded.mean_logprob < UNSURE_LOGPROB
        or decoded.compression > REPETITIVE
    )
