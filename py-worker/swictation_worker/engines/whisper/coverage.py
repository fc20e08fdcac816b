"""Which speech of a piece has no words in its text; pure.

Whisper's cross-attention tells where each word begins, and speech that no word begins in falls into the span of the
word before it. A word has at most about a second of speech (measured: 1.1 s in 140 complete texts, 1.9 s at least
where a sentence was left out); more, or another stretch of speech behind a rest, was not written down.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ...engine import FRAME_SAMPLES, SAMPLE_RATE_HZ

FRAME_S = FRAME_SAMPLES / SAMPLE_RATE_HZ
SPEECH = 0.5
"""Probability from which a frame is speech, as for the cut into utterances."""
REST_S = 0.1
"""A rest between two stretches of speech; shorter ones are the closure of a consonant."""
LONGEST_WORD_S = 1.25
LONGEST_BEHIND_REST_S = 0.4
"""Speech behind a rest in the same span: an alignment may be as late as this for the word that begins there."""
EDGE_FRAMES = 8
"""Speech without any rest is cut no nearer to a word than this, a quarter of a second."""
NOTICED_S = 1.0
"""Spans below it are not looked into: where all are, the piece is covered."""

Frames = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Uncovered:
    """A stretch, in seconds, in which there is speech and one word begins: the ``word``-th."""

    word: int
    from_s: float
    to_s: float


def find_uncovered(starts: Sequence[float], seconds: float, hear: Callable[[], Frames]) -> Uncovered | None:
    """The first span with speech that has no words, by the second in which each word, or part of one, begins.

    ``hear`` gives the probability of speech for each frame. It is asked only where a span is long enough to hold more
    than its word. Without any word the whole audio is one span.
    """
    spans = spans_of(starts, seconds)
    long = [span for span in spans if span.to_s - span.from_s >= NOTICED_S]
    if not long:
        return None
    speech = hear() >= SPEECH
    return next((span for span in long if is_uncovered(speech, span)), None)


def spans_of(starts: Sequence[float], seconds: float) -> list[Uncovered]:
    """From each word to the next; the first begins with the audio and the last ends with it."""
    return [Uncovered(k, start, end) for k, (start, end) in enumerate(pairwise([0.0, *starts[1:], seconds]))]


def cuts_around(span: Uncovered, seconds: float, heard: Frames) -> list[float]:
    """Where to cut so that what was not written down is on its own: at the rest behind the word of the span, and at the
    one before the next word."""
    speech = heard >= SPEECH
    low, high = frame_of(span.from_s), _next_speech(speech, frame_of(span.to_s))
    stretches = stretches_of(speech[low:high])
    rests = [(end, start) for (_, end), (start, _) in pairwise(stretches)]
    if not rests:
        start, end = stretches[0]
        return [(low + start + _softest(heard[low + start : low + end])) * FRAME_S]
    behind = rests if span.word == 0 else [rest for rest in rests if rest[0] * FRAME_S <= LONGEST_WORD_S] or rests[:1]
    first = max(behind, key=lambda rest: rest[1] - rest[0])
    cuts = {first} if span.to_s >= seconds else {first, rests[-1]}
    return sorted((low + (start + end) / 2) * FRAME_S for start, end in cuts)


def _next_speech(speech: npt.NDArray[np.bool_], frame: int) -> int:
    """Behind the frame at which speech goes on: a span that ends in a rest has that rest, too."""
    resumes = np.flatnonzero(speech[frame:])
    return frame + int(resumes[0]) + 1 if resumes.size else min(len(speech), frame)


def _softest(heard: Frames) -> int:
    """The frame that is speech least of all, away from the edges."""
    edge = min(EDGE_FRAMES, len(heard) // 3)
    smooth = np.convolve(heard, np.ones(3) / 3, "same")[edge : len(heard) - edge]
    return edge + int(np.argmin(smooth))


def is_uncovered(speech: npt.NDArray[np.bool_], span: Uncovered) -> bool:
    """More speech than a word has, or much of it behind a rest."""
    stretches = stretches_of(speech[frame_of(span.from_s) : frame_of(span.to_s)])
    total_s = sum(end - start for start, end in stretches) * FRAME_S
    behind_s = total_s - max((end - start for start, end in stretches[:1]), default=0) * FRAME_S
    return total_s >= LONGEST_WORD_S or behind_s >= LONGEST_BEHIND_REST_S


def stretches_of(speech: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Runs of speech, first frame and end; a rest below ``REST_S`` belongs to the run."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], speech, [False]]).astype(np.int8))).reshape(-1, 2)
    joined: list[tuple[int, int]] = []
    for start, end in edges:
        if joined and (start - joined[-1][1]) * FRAME_S < REST_S:
            joined[-1] = (joined[-1][0], int(end))
        else:
            joined.append((int(start), int(end)))
    return joined


def frame_of(second: float) -> int:
    return max(0, round(second / FRAME_S))
