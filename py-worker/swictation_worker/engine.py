"""What a worker asks of an engine, of a voice-activity model and of a card.

Audio is float32, mono, 16 kHz, -1..1. Every method is called from one thread, the worker's loop.
A method that fails raises the library's own exception: ``faults.py`` names its class, and no engine
retries or recovers by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

SAMPLE_RATE_HZ = 16_000
FRAME_SAMPLES = 512

Audio = npt.NDArray[np.float32]
Device = Literal["cpu", "cuda"]
Model = Literal["stt", "vad"]

Report = Callable[[str], None]
"""Called with the name of the phase that begins; each call re-arms the daemon's deadline."""


@dataclass(frozen=True)
class Wishes:
    """What a person wants of a text beside its words."""

    written: bool = False
    """With the engine's own signs and capitals as well."""
    language: str = "en"
    """What is spoken."""
    translate_to: str | None = None
    vocabulary: tuple[str, ...] = ()
    """Words and phrases that are likelier than the engine knows."""
    timed: bool = False
    """A look at speech that goes on: with the second in which each word begins, and how sure it is; in haste, so
    that what was left out is looked for once, and what is doubtful is answered as it is."""

    @property
    def text_language(self) -> str:
        return self.translate_to or self.language


PLAIN = Wishes()


@dataclass(frozen=True)
class Segment:
    """Text of one stretch of the audio; seconds from the start of the audio."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True)
class TimedWord:
    """What stands between two spaces in the text as the engine wrote it."""

    text: str
    """As in the transcript's text; several words for one such as ``twenty-six``."""
    written: str
    start_s: float
    probability: float
    """Of its least sure part, 0 to 1."""


@dataclass(frozen=True)
class Transcript:
    """Words in lower case, separated by single spaces, without punctuation but apostrophes inside words."""

    text: str
    segments: tuple[Segment, ...]
    sentence_end: bool | None = None
    """Whether the engine itself wrote the end of a sentence behind the last word; ``None`` where it writes none."""
    covered_until_s: float | None = None
    """The second up to which all speech has become words; ``None`` where the engine can't tell."""
    written: str | None = None
    """The same with signs and capitals, where that was wished for."""
    words: tuple[TimedWord, ...] | None = None
    """The text once more, in its words, where that was wished for and can be told."""


@dataclass(frozen=True)
class KnownClip:
    """Audio whose words are known, for a probe that must not use a person's speech."""

    audio: Audio
    words: str


@dataclass(frozen=True)
class OwnMemory:
    """The ``memory`` map of docs/wire.md; MB are 10^6 bytes."""

    total_mb: float
    free_mb: float
    context_mb: float
    allocated_mb: float
    active_mb: float
    reserved_mb: float
    inactive_split_mb: float
    largest_free_mb: float
    alloc_retries: int
    peak_mb: float
    simulated: bool


@dataclass(frozen=True)
class SimChange:
    """What a ``sim`` request changes in the world of a simulated card; ``None`` leaves a thing as it is."""

    others_mb: float | None = None
    fault: str | None = None
    leak_mb_per_min: float | None = None
    driver: Literal["gone", "back"] | None = None


class Engine(Protocol):
    """Speech recognition. ``name`` is shown to people; ``device`` is where the model is now."""

    @property
    def name(self) -> str: ...

    @property
    def device(self) -> Device | None:
        """``None`` while nothing is loaded."""

    def load(self, device: Device, report: Report) -> None:
        """Makes the model ready on ``device``, warm-up included. Loading twice is a ``place``."""

    def place(self, device: Device, report: Report) -> None:
        """Moves the loaded model. To ``cpu`` drops the tensors on the card and keeps the host copy."""

    def drop(self) -> None:
        """Frees the model on every device. Dropping nothing is no error."""

    def transcribe(self, audio: Audio, window_s: float, report: Report, wishes: Wishes = PLAIN) -> Transcript:
        """Recognises audio of any length (also empty) in windows of at most ``window_s`` seconds.

        Ends with a synchronize where a card is used, so that a late error stays in this request.
        """

    def known_clip(self) -> KnownClip | None:
        """A clip that this model is known to understand, or ``None`` for a model nobody knows."""


@runtime_checkable
class ReadsTogether(Protocol):
    """An engine that takes less for several sounds at once than for one after another."""

    longest_together_s: float
    """Of one of them."""

    def transcribe_together(self, sounds: Sequence[Audio], report: Report, wishes: Wishes = PLAIN) -> list[Transcript]:
        """As `transcribe` of each; its memory is that of as many as there are of the longest one."""


class VoiceActivity(Protocol):
    """Voice activity detection, stateless: the recurrent state travels with each request."""

    @property
    def device(self) -> Device | None: ...

    def load(self, device: Device, report: Report) -> None: ...

    def place(self, device: Device, report: Report) -> None: ...

    def drop(self) -> None: ...

    def score(self, frames: Audio, state: bytes | None) -> tuple[list[float], bytes]:
        """Probabilities of speech for ``frames`` (shape ``[n, 512]``) and the state after the last one.

        Raises ``Refused`` where ``state`` is not one that this model gave out.
        """


class Card(Protocol):
    """The card of this process as its allocator and driver report it. Without a card all is ``None``."""

    def memory(self) -> OwnMemory | None: ...

    def empty_cache(self) -> None:
        """Collects garbage, gives cached blocks back to the driver, synchronizes."""

    def start_request(self) -> None:
        """Starts measuring the peak of the next request."""

    def need_mb(self) -> float | None:
        """Peak of active memory above the one at ``start_request``, in MB."""

    def settle(self) -> None:
        """The model is loaded and has run once: what the process holds beside its allocator is measured now."""

    def check(self) -> None:
        """A tiny kernel and a synchronize; raises what the driver raises where the card is sick."""

    def probe(self, size_mb: float) -> None:
        """Allocates ``size_mb``, multiplies matrices there and checks the product; frees it again."""

    def change(self, change: SimChange) -> None:
        """Changes a simulated world; a real card raises ``Refused``."""
