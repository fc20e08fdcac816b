"""When a decoded text is not to be believed; pure.

Thresholds for silence and repetition are Whisper's own (``transcribe.py`` of openai/whisper: no speech 0.6,
mean log-probability -1.0, compression 2.4). The others were measured on recorded people, synthetic
voices, noise, hum and clicks (test/worker/test_silence.py runs them).
"""

from __future__ import annotations

from .decoder import Decoded

NO_SPEECH = 0.6
SILENT_LOGPROB = -1.0
REPETITIVE = 2.4
UNSURE_LOGPROB = -0.7
MAX_WORDS_PER_S = 6.0
SHORT_WORDS = 3


def is_doubtful(decoded: Decoded, seconds: float) -> bool:
    """Worth a second, slower look."""
    return is_broken(decoded, seconds) or decoded.mean_logprob < UNSURE_LOGPROB


def is_broken(decoded: Decoded, seconds: float) -> bool:
    """A decoder that did not stop: it repeats itself, or gives more words than can be said."""
    words = decoded.text.split()
    return decoded.compression > REPETITIVE or len(words) > 2 + seconds * MAX_WORDS_PER_S or repeats_itself(words)


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


def repeats_itself(words: list[str]) -> bool:
    """The same three or more words twice in a row at the end: a decoder that did not stop."""
    plain = ["".join(c for c in word.lower() if c.isalnum()) for word in words]
    longest = len(plain) // 2
    return any(plain[-n:] == plain[-2 * n : -n] for n in range(3, longest + 1))
