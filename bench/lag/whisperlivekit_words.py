"""WhisperLiveKit with tiny.en: the words that it commits, typed when it gives them out.

Its LocalAgreement policy with faster-whisper, all else as it comes: its other policy wants the weights of PyTorch.
Runs in an environment of its own.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from typing import Any

from playing import RATE_HZ, Sound, Timed, Typing, finish, read_options, read_sound, wait_for_start

CHUNK = RATE_HZ // 10
"""0.1 s, as its page in a browser sends it."""


async def feed(processor: Any, sound: Sound, zero_s: float) -> None:
    pcm = (sound * 32768).astype("<i2")
    for start in range(0, len(pcm), CHUNK):
        chunk = pcm[start : start + CHUNK]
        await asyncio.sleep(max(0.0, zero_s + (start + len(chunk)) / RATE_HZ - time.monotonic()))
        await processor.process_audio(chunk.tobytes())
    await processor.process_audio(b"")


async def follow(results: Any, typing: Typing) -> None:
    """The committed text only grows; what it takes back all the same stays typed."""
    typed = ""
    async for front in results:
        committed = " ".join(line.text.strip() for line in front.lines if line.text)
        if committed.startswith(typed):
            typing.type(committed[len(typed) :])
            typed = committed


async def play(engine: Any, sound: Sound, typing: Typing) -> None:
    from whisperlivekit import AudioProcessor

    processor = AudioProcessor(transcription_engine=engine)
    results = await processor.create_tasks()
    following = asyncio.create_task(follow(results, typing))
    await feed(processor, sound, wait_for_start())
    await following


def main() -> None:
    options = read_options("WhisperLiveKit in real time")
    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    logging.disable(logging.WARNING)
    from whisperlivekit import TranscriptionEngine

    engine: Any = TranscriptionEngine(
        backend="faster-whisper",
        backend_policy="localagreement",
        model_path=options.model,
        lan="en",
        pcm_input=True,
        warmup_file=options.sound,
    )
    timed = Timed(engine.asr.transcribe)
    engine.asr.transcribe = timed
    asyncio.run(play(engine, read_sound(options.sound), Typing(options.typed)))
    finish(timed.seconds)


if __name__ == "__main__":
    main()
