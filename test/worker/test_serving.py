"""The server without Ray: what is let in, what is asked, what a replica does with its card."""

from __future__ import annotations

import asyncio
import io
import json
import time
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from serving.admission import Demand, guard_of
from serving.api_error import ApiError
from serving.asked import read_asked
from serving.heard import NoText, Sound, Text
from serving.keys import KeyFileFlaw, read_keys, require_key
from serving.recogniser import Recogniser
from serving.sound import mix, read_sound
from serving.waiting import WaitingRoom
from swictation_worker.card.sim_card import SimWorld
from swictation_worker.engine import SimChange
from swictation_worker.engines.sim import open_sim
from swictation_worker.engines.simulated_card import SimulatedCard
from swictation_worker.engines.whisper.embedded import EmbeddedEngine
from swictation_worker.known_clip import CLIP, WORDS

CASES = Path(__file__).parents[1] / "fixtures" / "demand" / "cases.json"
KEY = "0123456789abcdef"


def refusal(action: Callable[[], object]) -> ApiError:
    with pytest.raises(ApiError) as caught:
        action()
    return caught.value


# What is asked.


def test_what_clients_leave_open_is_the_servers_choice() -> None:
    asked = read_asked({"model": "whisper-1"}, "tiny.en", ("en",))
    assert (asked.format, asked.wishes.language, asked.wishes.written) == ("json", "en", True)
    assert read_asked({"model": "m", "language": " DE "}, "m", ("en", "de")).wishes.language == "de"


@pytest.mark.parametrize(
    ("form", "param"),
    [
        ({"language": "xx"}, "language"),
        ({"language": "english"}, "language"),
        ({"language": "de\n"}, None),
        ({"response_format": "JSON"}, "response_format"),
        ({"model": b"file"}, "model"),
        ({"model": "other"}, "model"),
        ({"stream": "true"}, "stream"),
    ],
)
def test_a_field_that_is_wrong_is_named(form: dict[str, object], param: str | None) -> None:
    if param is None:
        assert read_asked(form, "m", ("en", "de")).wishes.language == "de"
        return
    error = refusal(lambda: read_asked(form, "m", ("en", "de")))
    body = error.body["error"]
    assert isinstance(body, dict)
    assert body["param"] == param


# Keys.


def write_keys(tmp_path: Path, text: str, mode: int = 0o600) -> Path:
    path = tmp_path / "keys"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_each_key_of_the_file_opens_and_nothing_else_does(tmp_path: Path) -> None:
    sums = read_keys(write_keys(tmp_path, f"# office\n{KEY}\n\n  {KEY}-two  \n"))
    for good in (f"Bearer {KEY}", f"bearer {KEY}-two"):
        require_key(sums, good)
    for wrong in (None, "", KEY, f"Basic {KEY}", f"Bearer {KEY}x", "Bearer ", "Bearer # office", "Bearer \udc80"):
        error = refusal(lambda wrong=wrong: require_key(sums, wrong))  # type: ignore[misc]
        assert (error.status, error.headers["WWW-Authenticate"]) == (401, "Bearer")
    require_key(None, None)


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        (KEY, 0o640, "chmod 600"),
        (KEY, 0o604, "chmod 600"),
        ("", 0o600, "holds no key"),
        ("# only a word\n", 0o600, "holds no key"),
        ("short\n", 0o600, "key 1 is none"),
        (f"{KEY}\ntwo words and more of them\n", 0o600, "key 2 is none"),
    ],
)
def test_a_file_of_keys_that_is_none_is_refused(tmp_path: Path, text: str, mode: int, said: str) -> None:
    with pytest.raises(KeyFileFlaw, match=said):
        read_keys(write_keys(tmp_path, text, mode))


# How long a request would wait.


def test_who_would_wait_too_long_is_told_for_how_long() -> None:
    room = WaitingRoom(longest_wait_s=2, rtf=0.25)
    assert [room.enter(3, 1) for _ in range(3)] == [1, 1, 1]
    error = refusal(lambda: room.enter(3, 1))
    assert (error.status, error.headers["Retry-After"]) == (429, "3")
    assert room.enter(3, 2) == 1
    for _ in range(4):
        room.leave(1)
    assert room.promised_s == 0


def test_what_would_come_too_late_is_not_begun() -> None:
    """1 s of sound is waited for 3.5 s; beside another one, 2 x 1.8 s of work are too much for it."""
    room = WaitingRoom(longest_wait_s=10, rtf=0.9)
    room.enter(1, 1)
    assert refusal(lambda: room.enter(1, 1)).status == 429
    assert room.enter(10, 1) == pytest.approx(9.9)


def test_a_slow_engine_alone_is_always_asked() -> None:
    assert WaitingRoom(longest_wait_s=2, rtf=5).enter(1, 1) == 10


def test_the_speed_is_learned() -> None:
    room = WaitingRoom(longest_wait_s=2, rtf=1)
    for _ in range(40):
        room.learn(3, 0.4)
    assert room.rtf == pytest.approx(0.1, abs=0.001)


# The card's memory: the same cases hold ts/policy, in test/policy/state/demand-cases.test.ts.


def read_cases(name: str) -> list[dict[str, object]]:
    cases: list[dict[str, object]] = json.loads(CASES.read_text())[name]
    return cases


@pytest.mark.parametrize("case", read_cases("demand"), ids=lambda case: str(case["name"]))
def test_need_is_learned_as_the_policy_learns_it(case: dict[str, object]) -> None:
    demand = Demand()
    for seconds, peak_mb in case["measured"]:  # type: ignore[attr-defined]
        demand = demand.learn(seconds, peak_mb)
    for seconds, need_mb in case["needs"]:  # type: ignore[attr-defined]
        assert demand.need_mb(seconds) == pytest.approx(need_mb, abs=0.01)


@pytest.mark.parametrize("case", read_cases("guard"), ids=lambda case: str(case["total_mb"]))
def test_the_guard_stands_where_the_policy_has_it(case: dict[str, float]) -> None:
    assert guard_of(case["total_mb"]) == pytest.approx(case["guard_mb"])


# A replica.


def clip_pcm() -> bytes:
    with wave.open(str(CLIP)) as clip:
        return bytes(clip.readframes(clip.getnframes()))


def clip_sound(late_s: float = 60) -> Sound:
    return Sound(clip_pcm(), time.time() + late_s)


@pytest.fixture
def replica() -> tuple[Recogniser, SimulatedCard]:
    engine, _, card = open_sim(EmbeddedEngine(1), SimWorld(total_mb=4295))
    recogniser = Recogniser(engine, card, "cuda")
    recogniser.start()
    return recogniser, card


Replica = tuple[Recogniser, SimulatedCard]


def test_a_replica_hears_each_sound(replica: Replica) -> None:
    heard = replica[0].hear([clip_sound(), clip_sound()])
    assert [one.text for one in heard if isinstance(one, Text)] == [WORDS] * 2


def test_out_of_memory_is_no_end(replica: Replica) -> None:
    recogniser, card = replica
    card.change(SimChange(fault="oom"))
    [refused] = recogniser.hear([clip_sound()])
    assert isinstance(refused, NoText)
    assert (refused.why, recogniser.broken) == ("full", None)
    assert isinstance(recogniser.hear([clip_sound()])[0], Text)


def test_a_card_that_others_fill_is_not_even_tried(replica: Replica) -> None:
    recogniser, card = replica
    card.change(SimChange(others_mb=1_600))
    [refused] = recogniser.hear([clip_sound()])
    assert isinstance(refused, NoText)
    assert refused.why == "full"
    card.change(SimChange(others_mb=0))
    assert isinstance(recogniser.hear([clip_sound()])[0], Text)


@pytest.mark.parametrize("fault", ["sticky", "driver_gone", "wrong_result", "config"])
def test_a_sick_card_is_told_to_ray(replica: Replica, fault: str) -> None:
    recogniser, card = replica
    card.change(SimChange(fault=fault))
    for _ in range(2):
        [refused] = recogniser.hear([clip_sound()])
        assert isinstance(refused, NoText)
        assert refused.why == "sick"
    assert recogniser.broken is not None


def test_nobody_is_read_for_who_has_gone(replica: Replica) -> None:
    [late] = replica[0].hear([clip_sound(late_s=-1)])
    assert isinstance(late, NoText)
    assert late.why == "late"


# Sound.


def wav_of(samples: npt.NDArray[np.generic], rate: int, channels: int) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as clip:
        clip.setparams((channels, 2, rate, 0, "NONE", ""))
        clip.writeframes(samples.astype("<i2").tobytes())
    return out.getvalue()


def test_the_usual_sound_is_taken_as_it_is() -> None:
    data = CLIP.read_bytes()
    assert asyncio.run(read_sound(data, 60)) == clip_pcm()


def test_other_rates_and_channels_are_brought_to_ours() -> None:
    pcm = asyncio.run(read_sound(wav_of(np.full((48_000, 2), 1_000), 48_000, 2), 60))
    assert len(pcm) == pytest.approx(32_000, abs=64)
    assert np.frombuffer(pcm, "<i2")[4_000:12_000].mean() == pytest.approx(1_000, abs=5)


def test_channels_are_mixed() -> None:
    assert np.frombuffer(mix(np.array([[100, 300], [-2, -4]], "<i2").tobytes(), 2), "<i2").tolist() == [200, -3]


@pytest.mark.parametrize("data", [b"", b"noise", b"RIFF\0\0\0\0WAVE", wav_of(np.zeros(0), 16_000, 1)])
def test_what_is_no_sound_is_refused(data: bytes) -> None:
    assert refusal(lambda: asyncio.run(read_sound(data, 60))).status == 400


@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (48_000, 2)])
def test_what_is_too_long_is_refused(rate: int, channels: int) -> None:
    data = wav_of(np.zeros(rate * channels * 5), rate, channels)
    assert refusal(lambda: asyncio.run(read_sound(data, 4))).status == 413
