"""What a worker does for each request: one method each, without a decision of its own."""

from __future__ import annotations

import time
from typing import assert_never

from .engine import SAMPLE_RATE_HZ, Card, Engine, Report, VoiceActivity
from .errors import not_loaded
from .faults import classify, describe_failure
from .language import kept_form, plain_form
from .probe import run_probe
from .wire.answers import Answer, done, memory_map, scores, text
from .wire.requests import (
    Drop,
    EmptyCache,
    Load,
    Memory,
    Place,
    Probe,
    Request,
    Score,
    Sim,
    SpokenForm,
    Transcribe,
)


class Service:
    """A worker's engine, voice activity and card behind the requests of the wire."""

    def __init__(self, engine: Engine, voice_activity: VoiceActivity, card: Card) -> None:
        self._engine = engine
        self._voice_activity = voice_activity
        self._card = card

    def serve(self, request: Request, report: Report) -> Answer:
        match request:
            case Load():
                return self._load(request, report)
            case Place():
                self._place(request, report)
                return self._done_with_memory(request.id)
            case Drop():
                self._model(request).drop()
                return self._done_with_memory(request.id)
            case EmptyCache():
                return self._empty_cache(request)
            case Memory():
                return self._done_with_memory(request.id)
            case Sim():
                self._card.change(request.change)
                return done(request.id)
            case Probe():
                words = run_probe(self._engine, self._card, report)
                return done(request.id, text=words, memory=memory_map(self._card.memory()))
            case SpokenForm():
                return _forms_of(request)
            case Transcribe():
                return self._transcribe(request, report)
            case Score():
                return self._score(request)
        assert_never(request)

    def card_answers(self) -> bool:
        """Whether a tiny kernel and a synchronize succeed on the card, or only memory was wanting for them."""
        try:
            self._card.check()
        except Exception as raised:
            return classify(describe_failure(raised)) == "oom"
        return True

    def _model(self, request: Load | Place | Drop) -> Engine | VoiceActivity:
        return self._engine if request.model == "stt" else self._voice_activity

    def _load(self, request: Load, report: Report) -> Answer:
        started_s = time.monotonic()
        self._model(request).load(request.device, report)
        if request.device == "cuda":
            self._card.settle()
        load_ms = (time.monotonic() - started_s) * 1_000
        memory = memory_map(self._card.memory())
        name = self._engine.name if request.model == "stt" else "silero"
        return done(request.id, memory=memory, load_ms=load_ms, engine=name)

    def _place(self, request: Place, report: Report) -> None:
        """The speech model comes back to a card as it came first: with known speech that must give its known words."""
        if request.model == "stt" and request.device == "cuda" and self._engine.device is not None:
            self._engine.load(request.device, report)
        else:
            self._model(request).place(request.device, report)

    def _done_with_memory(self, request_id: int) -> Answer:
        return done(request_id, memory=memory_map(self._card.memory()))

    def _empty_cache(self, request: EmptyCache) -> Answer:
        before = memory_map(self._card.memory())
        self._card.empty_cache()
        return done(request.id, memory_before=before, memory=memory_map(self._card.memory()))

    def _transcribe(self, request: Transcribe, report: Report) -> Answer:
        if self._engine.device is None:
            raise not_loaded("speech")
        started_s = time.monotonic()
        self._card.start_request()
        transcript = self._engine.transcribe(request.audio, request.window_s, report, request.wishes)
        return text(
            request.id,
            transcript.text,
            transcript.segments,
            device=self._engine.device,
            engine=self._engine.name,
            stt_ms=(time.monotonic() - started_s) * 1_000,
            audio_s=len(request.audio) / SAMPLE_RATE_HZ,
            memory=self._card.memory(),
            need_mb=self._card.need_mb() if self._engine.device == "cuda" else None,
            sentence_end=transcript.sentence_end,
            covered_until_s=transcript.covered_until_s,
            written=transcript.written,
            timed=transcript.words,
        )

    def _score(self, request: Score) -> Answer:
        if self._voice_activity.device is None:
            raise not_loaded("voice-activity")
        probabilities, state = self._voice_activity.score(request.frames, request.state)
        return scores(request.id, probabilities, state, self._voice_activity.device)


def _forms_of(request: SpokenForm) -> Answer:
    text, language = request.text, request.language
    return done(request.id, text=plain_form(text, language), written=kept_form(text, language))
