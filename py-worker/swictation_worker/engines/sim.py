"""The embedded engine beside a modelled card: real words, arithmetic memory, faults on request.

What a real GPU worker does to its card is done to the model: a context at the first call, weights in a few
large blocks, activations that grow with the audio, a cache that keeps them.
"""

from __future__ import annotations

from ..card.sim_card import Block, OutOfMemoryError, SimWorld
from ..engine import PLAIN, SAMPLE_RATE_HZ, Audio, Device, Engine, KnownClip, Report, Transcript, Wishes
from ..errors import Refused, not_loaded
from .silero import Silero
from .simulated_card import SimulatedCard

WEIGHT_BLOCKS = 8
ACTIVATION_SHARES = (0.5, 0.3, 0.2)


class PlacedModel:
    """A model on the processor whose tensors the modelled card holds while it is placed there."""

    def __init__(self, real: Engine | Silero, card: SimulatedCard, what: str, sizes_mb: list[float]) -> None:
        """`what` names the model to people; `sizes_mb` are its tensors."""
        self._master = real
        self._card = card
        self._what = what
        self._sizes_mb = sizes_mb
        self._tensors: list[Block] = []
        self._device: Device | None = None

    @property
    def device(self) -> Device | None:
        return self._device

    def load(self, device: Device, report: Report) -> None:
        """The host copy is the master; it is read once and stays."""
        self._master.load("cpu", report)
        self.place(device, report)

    def place(self, device: Device, report: Report) -> None:
        if self._master.device is None:
            raise not_loaded(self._what)
        if device == "cuda" and not self._tensors:
            report("moving")
            self._card.call()
            _allocate_all(self._card, self._tensors, self._sizes_mb)
        if device == "cpu":
            self._card.free(self._tensors)
        self._device = device

    def drop(self) -> None:
        self._card.free(self._tensors)
        self._master.drop()
        self._device = None


class SimEngine(PlacedModel):
    """``Engine`` whose words come from the embedded engine and whose memory is the card's."""

    def __init__(self, real: Engine, card: SimulatedCard) -> None:
        super().__init__(real, card, "speech", [card.world.stt_mb / WEIGHT_BLOCKS] * WEIGHT_BLOCKS)
        self._real = real

    @property
    def name(self) -> str:
        return f"{self._real.name} (simulated card)"

    def transcribe(self, audio: Audio, window_s: float, report: Report, wishes: Wishes = PLAIN) -> Transcript:
        if self._device != "cuda":
            return self._real.transcribe(audio, window_s, report, wishes)
        self._card.call()
        activations: list[Block] = []
        try:
            _allocate_all(self._card, activations, self._activation_sizes(audio, window_s))
            return self._real.transcribe(audio, window_s, report, wishes)
        finally:
            self._card.free(activations)

    def known_clip(self) -> KnownClip | None:
        return self._real.known_clip()

    def _activation_sizes(self, audio: Audio, window_s: float) -> list[float]:
        """One workspace, and what grows with the longest piece that is given to the model at once."""
        world = self._card.world
        growing_mb = min(len(audio) / SAMPLE_RATE_HZ, window_s) * world.activation_mb_per_s
        sizes = [world.activation_base_mb, *(growing_mb * share for share in ACTIVATION_SHARES)]
        return [size for size in sizes if size > 0]


class SimVoiceActivity(PlacedModel):
    """Silero on the processor, its tensors on the modelled card while it is placed there."""

    def __init__(self, card: SimulatedCard) -> None:
        self._real = Silero()
        super().__init__(self._real, card, "voice-activity", [card.world.vad_mb])

    def score(self, frames: Audio, state: bytes | None) -> tuple[list[float], bytes]:
        if self._device == "cuda":
            self._card.call()
        return self._real.score(frames, state)


def open_sim(real: Engine, world: SimWorld | None) -> tuple[SimEngine, SimVoiceActivity, SimulatedCard]:
    """The three parts of a worker on one modelled card; raises ``Refused`` without a world."""
    if world is None:
        raise Refused("no_world", "engine sim needs options.sim with at least total_mb")
    card = SimulatedCard(world)
    return SimEngine(real, card), SimVoiceActivity(card), card


def _allocate_all(card: SimulatedCard, blocks: list[Block], sizes_mb: list[float]) -> None:
    """All or nothing: a card that fills up in the middle gets the first blocks back."""
    try:
        for size_mb in sizes_mb:
            blocks.append(card.allocate(size_mb))
    except OutOfMemoryError:
        card.free(blocks)
        raise
