"""What holds of every stage: no word lost, none twice, no full card but by a burst. Pure but for what it is given."""

from __future__ import annotations

from typing import Any

from .listener import Event
from .scene import Scene, Verdict


def judge(scene: Scene, verdict: Verdict, *, words_known: bool, may_find_full: bool) -> None:
    """Asks the daemon, which still runs."""
    waiting = scene.home.pending()
    typed = scene.daemon.typed
    decisions = scene.listener.decisions()
    verdict.figures |= count_work(decisions)
    verdict.promise("nothing waits in pending", not waiting)
    verdict.promise("the daemon still runs", scene.daemon.process.poll() is None)
    if words_known:
        lost, doubled = compare_words(scene.spoken, typed)
        verdict.figures |= {"phrases": len(scene.spoken), "lost": lost, "doubled": doubled}
        verdict.promise("no word is lost", not lost)
        verdict.promise("no word is typed twice", not doubled)
    else:
        heard = len({event.told["utterance"] for event in decisions if event.told["action"] == "transcribe"})
        verdict.figures |= {"phrases": len(scene.spoken), "transcribed": heard}
        verdict.promise("every phrase is transcribed", heard >= len(scene.spoken))
    if not may_find_full:
        verdict.promise("no transcription finds the card full", verdict.figures["oom"] == 0)


def compare_words(spoken: list[str], typed: str) -> tuple[list[str], list[str]]:
    """Phrases that are missing, and what is typed beyond what was said; in order, each once."""
    lost, rest = [], typed
    beyond = []
    for phrase in spoken:
        before, found, after = rest.partition(phrase)
        if not found:
            lost.append(phrase)
            continue
        if before.strip():
            beyond.append(before.strip())
        rest = after
    if rest.strip():
        beyond.append(rest.strip())
    return lost, beyond


def count_work(decisions: list[Event]) -> dict[str, Any]:
    def count(action: str, **fields: object) -> int:
        told = (event.told for event in decisions)
        return sum(one["action"] == action and all(one.get(k) == v for k, v in fields.items()) for one in told)

    return {
        "read_on_card": count("transcribe", device="cuda"),
        "read_on_cpu": count("transcribe", device="cpu"),
        "moves": count("move_stt") + count("move_vad"),
        "workers": count("spawn_worker", worker="gpu"),
        "oom": sum(event.told.get("fault") == "oom" for event in decisions),
        "highest_used_mb": max((event.told.get("used_mb") or 0.0 for event in decisions), default=0.0),
    }
