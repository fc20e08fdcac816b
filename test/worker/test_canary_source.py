"""Where weights lie: a path, a name whose file is here or not, an archive that is damaged."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from canary_parts import ignore, require_nemo, require_tiny
from swictation_worker.errors import Refused

require_nemo()

from swictation_worker.engines.canary.notes import note_checksum, recall_checksum  # noqa: E402
from swictation_worker.engines.canary.source import find_source  # noqa: E402


def test_a_missing_file_is_named() -> None:
    with pytest.raises(Refused, match=r"/nowhere/x\.nemo is not there") as caught:
        find_source("/nowhere/x.nemo")
    assert caught.value.code == "model_unavailable"


@pytest.mark.parametrize("model", ["canary", "a/b/c"])
def test_what_is_neither_name_nor_file_is_refused(model: str) -> None:
    with pytest.raises(Refused, match="expected a hub name"):
        find_source(model)


def test_a_worker_fetches_nothing() -> None:
    with pytest.raises(Refused, match=r"some/model is not on this machine yet") as caught:
        find_source("some/model")
    assert caught.value.code == "model_unavailable"


def test_a_checksum_is_computed_once_and_again_after_a_change(tmp_path: Path) -> None:
    path = tmp_path / "x.nemo"
    path.write_bytes(b"first")
    first = recall_checksum(tmp_path, path)
    assert first == hashlib.sha256(b"first").hexdigest()
    os.utime(path, ns=(1, 1))
    path.write_bytes(b"second")
    assert recall_checksum(tmp_path, path) == hashlib.sha256(b"second").hexdigest()
    (tmp_path / "checksums.json").write_text("{damaged")
    assert recall_checksum(tmp_path, path) == hashlib.sha256(b"second").hexdigest()


def test_a_checksum_that_somebody_has_summed_already_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "model.nemo"
    path.write_bytes(b"fetched")
    note_checksum(tmp_path, path, "as announced and compared")
    assert recall_checksum(tmp_path, path) == "as announced and compared"


def a_text(_: bytes) -> bytes:
    return b"no archive\n"


def nothing(_: bytes) -> bytes:
    return b""


def the_first_half(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def a_broken_off_download(whole: bytes) -> bytes:
    return whole[:-100_000]


def without_weights(whole: bytes) -> bytes:
    """The archive again, but for its largest member."""
    shorter = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(whole)) as old, tarfile.open(fileobj=shorter, mode="w") as new:
        for member in old:
            if member.isfile() and not member.name.endswith(".ckpt"):
                new.addfile(member, old.extractfile(member))
    return shorter.getvalue()


def with_damaged_weights(whole: bytes) -> bytes:
    """Zeros in the directory of the checkpoint, so that the tar is whole and torch can't read what is in it."""
    with tarfile.open(fileobj=io.BytesIO(whole)) as tar:
        member = next(one for one in tar if one.name.endswith(".ckpt"))
    end = member.offset_data + member.size
    return whole[: end - 4096] + bytes(4096) + whole[end:]


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (a_text, "no tar file"),
        (nothing, "empty file|no tar file"),
        (the_first_half, "unexpected end of data"),
        (a_broken_off_download, "unexpected end of data"),
        (without_weights, r"no model_weights\.ckpt in it"),
        (with_damaged_weights, "PytorchStreamReader"),
    ],
)
def test_a_damaged_archive_is_one_line_and_no_cache(
    damage: Callable[[bytes], bytes], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from swictation_worker.engines.canary.engine import CanaryEngine

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "x.nemo"
    path.write_bytes(damage(require_tiny().read_bytes()))
    with pytest.raises(Refused, match=rf"x\.nemo is not a whole \.nemo archive .*({reason})") as caught:
        CanaryEngine(str(path)).load("cpu", ignore)
    assert caught.value.code == "model_unavailable"
    assert "\n" not in str(caught.value)
    assert f"{path.stat().st_size} bytes" in str(caught.value)
    assert not list((tmp_path / "cache").rglob("*.safetensors"))


def test_an_archive_of_another_model_is_named_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from swictation_worker.engines.canary.engine import CanaryEngine

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    weights = io.BytesIO()
    torch.save({}, weights)
    parts = {"model_config.yaml": b"sample_rate: 16000\n", "model_weights.ckpt": weights.getvalue()}
    path = tmp_path / "x.nemo"
    with tarfile.open(path, "w") as tar:
        for name, content in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    with pytest.raises(Refused, match=r"x\.nemo holds no Canary") as caught:
        CanaryEngine(str(path)).load("cpu", ignore)
    assert caught.value.code == "model_unavailable"
    assert "\n" not in str(caught.value)


def test_its_checksum_and_size_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from swictation_worker.engines.canary.engine import CanaryEngine

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    phases: list[str] = []
    CanaryEngine(str(require_tiny())).load("cpu", phases.append)
    sha256 = hashlib.sha256(require_tiny().read_bytes()).hexdigest()
    assert f"reading tiny-canary 2 MB sha256 {sha256[:12]}" in phases
