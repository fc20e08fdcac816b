"""The decoder of sound files: what it reads, how it says what it can't, and PyAV of every version."""

from __future__ import annotations

import io
import json
import math
import os
import re
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from swictation_worker.files import decode
from swictation_worker.files.formats import FORMATS, readable_names
from swictation_worker.files.wav_header import is_unknown_size

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
SECONDS = 1.0
TONE_HZ = 440
# Codecs begin with some silence, and end with some; a second is a second all the same.
TOLERANCE_S = 0.15


def tone(rate: int, seconds: float = SECONDS) -> np.ndarray:
    return np.sin(2 * math.pi * TONE_HZ * np.arange(int(rate * seconds)) / rate)


def encode(path: Path, codec: str, rate: int, layout: str = "mono", container: str | None = None) -> Path:
    """Writes a tone, the same on each channel."""
    with av.open(str(path), "w", format=container) as file:
        stream: Any = file.add_stream(codec, rate=rate, layout=layout)
        stream.bit_rate = 64_000
        stream.codec_context.open()
        sound = av.AudioFrame.from_ndarray((tone(rate) * 8_000).astype("<i2").reshape(1, -1), "s16", "mono")
        sound.sample_rate = rate
        convert = av.AudioResampler(stream.codec_context.format.name, layout, rate)
        waiting = av.AudioFifo()
        for part in [*convert.resample(sound), *convert.resample(None)]:
            part.pts = None
            waiting.write(part)
        size = stream.codec_context.frame_size or 1024
        while waiting.samples:
            frame = waiting.read(size) or waiting.read(0, partial=True)
            assert frame is not None
            frame.pts = None
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def read(path: Path, skip: int = 0) -> tuple[list[int], np.ndarray]:
    """The channels that came one after another, and the loudest of them as samples of 16 kHz."""
    out = io.BytesIO()
    decode.decode_file(str(path), decode.BlockWriter(out, skip))
    data, at = out.getvalue(), 0
    channels: list[int] = []
    parts: list[np.ndarray] = []
    while at < len(data):
        magic, count, samples = struct.unpack_from("<2sBxI", data, at)
        assert magic == b"SB"
        at += 8
        block = np.frombuffer(data, "<i2", samples * count, at).reshape(samples, count)
        at += block.nbytes
        parts.append(block[:, np.argmax(np.abs(block.astype(int)).sum(axis=0))])
        channels += [count] if channels[-1:] != [count] else []
    return channels, np.concatenate(parts) if parts else np.zeros(0, "<i2")


def holds_tone(sound: np.ndarray, seconds: float = SECONDS) -> bool:
    spectrum = np.abs(np.fft.rfft(sound.astype(float)))
    loudest_hz = np.argmax(spectrum) * 16_000 / len(sound)
    return bool(abs(len(sound) / 16_000 - seconds) < TOLERANCE_S and abs(loudest_hz - TONE_HZ) < 5)


def wav(path: Path, data: bytes, *, rate: int = 16_000, bits: int = 16, claim: int | None = None) -> Path:
    layout = struct.pack("<HHIIHH", 1, 1, rate, rate * bits // 8, bits // 8, bits)
    size = len(data) if claim is None else claim
    body = b"WAVEfmt " + struct.pack("<I", 16) + layout + b"data" + struct.pack("<I", size)
    path.write_bytes(b"RIFF" + struct.pack("<I", min(0xFFFFFFFF, 36 + size)) + body + data)
    return path


@pytest.mark.parametrize(
    ("name", "codec", "rate", "layout", "container"),
    [
        ("u8.wav", "pcm_u8", 11_025, "mono", None),
        ("s24.wav", "pcm_s24le", 48_000, "stereo", None),
        ("s32.wav", "pcm_s32le", 96_000, "mono", None),
        ("f32.wav", "pcm_f32le", 22_050, "mono", None),
        ("mulaw.wav", "pcm_mulaw", 8_000, "mono", None),
        ("adpcm.wav", "adpcm_ms", 22_050, "mono", None),
        ("ima.wav", "adpcm_ima_wav", 22_050, "stereo", None),
        ("quad.wav", "pcm_s16le", 16_000, "quad", None),
        ("a.aiff", "pcm_s16be", 22_050, "mono", None),
        ("a.au", "pcm_s16be", 8_000, "mono", None),
        ("a.caf", "pcm_s24be", 44_100, "mono", None),
        ("a.w64", "pcm_s16le", 16_000, "mono", None),
        ("a.flac", "flac", 44_100, "stereo", None),
        ("a.m4a", "aac", 44_100, "stereo", None),
        ("a.3gp", "aac", 16_000, "mono", None),
        ("alac.m4a", "alac", 44_100, "mono", None),
        ("a.aac", "aac", 44_100, "mono", "adts"),
        ("a.mp3", "libmp3lame", 44_100, "mono", None),
        ("a.mp2", "mp2", 44_100, "mono", None),
        ("a.opus", "libopus", 48_000, "mono", "ogg"),
        ("a.webm", "libopus", 48_000, "stereo", None),
        ("a.g722", "g722", 16_000, "mono", "g722"),
        ("a.wma", "wmav2", 44_100, "mono", "asf"),
        ("a.ts", "aac", 44_100, "mono", "mpegts"),
        ("a.avi", "libmp3lame", 44_100, "mono", None),
        ("a.wv", "wavpack", 44_100, "mono", None),
        ("a.tta", "tta", 44_100, "mono", None),
        ("a.ac3", "ac3", 48_000, "mono", None),
    ],
)
def test_reads(tmp_path: Path, name: str, codec: str, rate: int, layout: str, container: str | None) -> None:
    channels, sound = read(encode(tmp_path / name, codec, rate, layout, container))
    assert channels == [{"mono": 1, "stereo": 2, "quad": 4}[layout]]
    assert holds_tone(sound)


def test_leaves_the_subwoofer_out(tmp_path: Path) -> None:
    channels, sound = read(encode(tmp_path / "a.flac", "flac", 48_000, "5.1"))
    assert channels == [5]
    assert holds_tone(sound)


@pytest.mark.parametrize(
    ("name", "content", "seconds"),
    [
        ("a.amr", b"#!AMR\n" + (b"\x3c" + bytes(31)) * 50, 1.0),
        ("a.awb", b"#!AMR-WB\n" + (b"\x44" + bytes(60)) * 50, 1.0),
        ("a.gsm", (b"\xd0" + bytes(32)) * 50, 1.0),
    ],
)
def test_reads_what_telephones_write(tmp_path: Path, name: str, content: bytes, seconds: float) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    channels, sound = read(path)
    assert channels == [1]
    assert abs(len(sound) / 16_000 - seconds) < TOLERANCE_S


@pytest.mark.parametrize(
    "size",
    # ffmpeg, sox, arecord, programs that subtract a header of 36 or 44 bytes, and programs that write nothing.
    [0xFFFFFFFF, 0xFFFFFFFF - 44, 0x7FFFF000, 0x7FFFFFFF - 36, 0x80000000, 0x7FFFFFFF, 0],
)
def test_a_size_that_nobody_knew_is_no_flaw(tmp_path: Path, capsys: pytest.CaptureFixture[str], size: int) -> None:
    sound = (tone(16_000) * 8_000).astype("<i2").tobytes()
    assert holds_tone(read(wav(tmp_path / "pipe.wav", sound, claim=size))[1])
    assert capsys.readouterr().err == ""


def test_a_size_that_is_not_kept_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound = (tone(16_000) * 8_000).astype("<i2").tobytes()
    assert holds_tone(read(wav(tmp_path / "cut.wav", sound, claim=len(sound) + 10))[1])
    assert json.loads(capsys.readouterr().err)["message"].startswith("cut.wav is truncated, 10 bytes")
    assert not is_unknown_size(2_000_000_000)


@pytest.mark.parametrize(
    "parts",
    [
        [("a.aac", "aac", 16_000, "mono", "adts"), ("b.aac", "aac", 44_100, "stereo", "adts")],
        [("a.mp3", "libmp3lame", 16_000, "mono", None), ("b.mp3", "libmp3lame", 44_100, "stereo", None)],
        [("a.mp2", "mp2", 48_000, "stereo", None), ("b.mp2", "mp2", 24_000, "mono", None)],
        [("a.opus", "libopus", 48_000, "mono", "ogg"), ("b.opus", "libopus", 48_000, "stereo", "ogg")],
        [("a.wav", "pcm_s16le", 16_000, "mono", None), ("b.wav", "pcm_u8", 8_000, "stereo", None)],
        [("a.ts", "aac", 16_000, "mono", "mpegts"), ("b.ts", "aac", 44_100, "stereo", "mpegts")],
    ],
)
def test_all_of_a_file_comes_out_where_rate_or_channels_change(
    tmp_path: Path, parts: Sequence[tuple[str, str, int, str, str | None]]
) -> None:
    pieces = [encode(tmp_path / part[0], *part[1:]).read_bytes() for part in parts]
    path = tmp_path / f"joined{Path(parts[0][0]).suffix}"
    path.write_bytes(b"".join(pieces))
    _, sound = read(path)
    assert holds_tone(sound, 2 * SECONDS)


def test_goes_on_behind_what_was_given_before(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp3", "libmp3lame", 44_100, "stereo")
    whole = read(path)[1]
    for given in (1, 700, 9_000):
        assert np.array_equal(read(path, given)[1], whole[given:])


@pytest.mark.parametrize("known", [True, False])
def test_opens_with_and_without_an_argument_that_pyav_19_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    path = encode(tmp_path / "a.flac", "flac", 16_000)
    seen: list[dict[str, Any]] = []
    real: Any = av.open

    def open_(file: object, mode: str, **rest: Any) -> object:
        seen.append(dict(rest))
        if not known and "metadata_errors" in rest:
            raise TypeError("open() got an unexpected keyword argument 'metadata_errors'")
        rest.pop("metadata_errors", None)
        return real(file, mode, **rest)

    monkeypatch.setattr(av, "open", open_)
    assert holds_tone(read(path)[1])
    assert len(seen) == (1 if known else 2)


def test_a_tag_in_a_foreign_encoding_is_no_flaw(tmp_path: Path) -> None:
    path = wav(tmp_path / "a.wav", (tone(16_000) * 8_000).astype("<i2").tobytes())
    tag = b"INFOIART" + struct.pack("<I", 4) + b"J\xfcrg"
    path.write_bytes(path.read_bytes() + b"LIST" + struct.pack("<I", len(tag)) + tag)
    assert holds_tone(read(path)[1])


def test_what_can_not_be_read_gets_the_list_of_what_can(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "page.html"
    path.write_text("<html>words</html>" * 200)
    read(path)
    told = json.loads(capsys.readouterr().err)
    assert told["code"] == "audio_unreadable"
    assert told["message"] == f"page.html is not a sound file that can be read: give {readable_names()}"
    assert "\n" not in told["message"]


def run_decoder(*args: str, stdin: bytes = b"") -> tuple[bytes, str, int]:
    """The samples of one channel that the real program gives, what it says, and its exit code."""
    command = [sys.executable, "-m", "swictation_worker.files.decode", *args]
    ended = subprocess.run(command, input=stdin, capture_output=True, timeout=300, cwd=ROOT / "py-worker")
    data, at, sound = ended.stdout, 0, b""
    while at < len(data):
        samples = struct.unpack_from("<4xI", data, at)[0]
        sound += data[at + 8 : at + 8 + 2 * samples]
        at += 8 + 2 * samples
    return sound, ended.stderr.decode(), ended.returncode


@pytest.mark.parametrize(("name", "codec"), [("a.flac", "flac"), ("a.m4a", "aac"), ("a.wav", "pcm_s16le")])
def test_reads_what_comes_through_stdin(tmp_path: Path, name: str, codec: str) -> None:
    content = encode(tmp_path / name, codec, 44_100).read_bytes()
    sound, said, code = run_decoder("--", "-", stdin=content)
    assert holds_tone(np.frombuffer(sound, "<i2"))
    assert (said, code) == ("", 0)


def test_reads_a_pipe_that_has_a_name(tmp_path: Path) -> None:
    content = encode(tmp_path / "a.flac", "flac", 44_100).read_bytes()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(content,))
    writer.start()
    sound, said, code = run_decoder("--", str(pipe))
    writer.join()
    assert holds_tone(np.frombuffer(sound, "<i2"))
    assert (said, code) == ("", 0)


def test_takes_bare_samples_as_they_are(tmp_path: Path) -> None:
    samples = np.arange(-9_000, 9_000, dtype="<i2").tobytes()
    assert run_decoder("--raw", "--", "-", stdin=samples) == (samples, "", 0)
    (tmp_path / "bare.wav").write_bytes(samples)
    assert run_decoder("--raw", "--from", "5000", "--", str(tmp_path / "bare.wav"))[0] == samples[10_000:]


def test_says_what_is_wrong_with_bare_samples() -> None:
    sound, said, code = run_decoder("--raw", "--", "-", stdin=b"\1\2\3")
    assert (sound, code) == (b"\1\2", 0)
    assert "stdin ends in the middle of a sample" in said
    assert run_decoder("--raw", "--", "-")[2] == 1


def test_the_page_lists_what_is_read() -> None:
    page = (ROOT / "docs/cli.md").read_text()
    rows = re.findall(r"^\| (\S+) \| `([a-z0-9` ,]+)` \|", page, re.MULTILINE)
    assert [(name, tuple(endings.split("`, `"))) for name, endings in rows if name in {f.name for f in FORMATS}] == [
        (kind.name, kind.endings) for kind in FORMATS
    ]
