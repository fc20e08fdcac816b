"""The tensors of an archive's checkpoint, read at their offsets in the archive: nothing is extracted.

A `.nemo` is a tar whose checkpoint is a zip; both are mostly written without compression, and then each tensor is a
stretch of the archive itself. Its index is a pickle, which is read with the few names that tensors need and no others.
Anything else (a compressed archive, an older checkpoint) is extracted into a temporary file and left to torch.
"""

from __future__ import annotations

import io
import mmap
import pickle
import struct
import tarfile
import tempfile
import warnings
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from ...engine import Report
from .cache import UNREADABLE, WEIGHTS, Archive, refuse_archive
from .progress import Progress

Tensors = Mapping[str, torch.Tensor]
LOCAL_HEADER = struct.Struct("<4s5H3I2H")
"""A zip's local file header (APPNOTE.TXT 4.3.7); the last two are the lengths of name and extra field."""
COPY_BYTES = 1 << 22
DTYPE_OF_STORAGE: Mapping[str, torch.dtype] = {
    "FloatStorage": torch.float32,
    "DoubleStorage": torch.float64,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "ShortStorage": torch.int16,
    "CharStorage": torch.int8,
    "ByteStorage": torch.uint8,
    "BoolStorage": torch.bool,
}


class Unreadable(Exception):
    """This checkpoint can't be read in place; torch may read it."""


@contextmanager
def open_checkpoint(archive: Archive, report: Report) -> Iterator[Tensors]:
    """The checkpoint's tensors by name. Raises `Refused` for damaged ones, and for what needs code to be run."""
    try:
        found: Tensors | None = read_in_place(archive)
    except (Unreadable, zipfile.BadZipFile, *UNREADABLE):
        found = None
    if found is not None:
        yield found
        return
    with tempfile.TemporaryDirectory(dir=archive.folder) as folder:
        yield extract(archive, Path(folder), report)


@dataclass(frozen=True)
class Storage:
    dtype: torch.dtype
    key: str


@dataclass(frozen=True)
class Stored:
    """A tensor as the index describes it; offset and stride in elements."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]


class InPlace(Mapping[str, torch.Tensor]):
    """Tensors on the mapped archive; each storage is compared with its checksum when it is first asked for."""

    def __init__(self, archive: Archive, found: Mapping[str, Stored], view: memoryview, records: Records) -> None:
        self._archive = archive
        self._found = found
        self._view = view
        self._records = records
        self._compared: set[str] = set()

    def __getitem__(self, name: str) -> torch.Tensor:
        stored = self._found[name]
        bytes_ = self._bytes_of(stored.storage.key)
        if not bytes_:
            return torch.empty(stored.shape, dtype=stored.storage.dtype)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # The mapping is for reading only, and so are its tensors.
            whole = torch.frombuffer(bytes_, dtype=stored.storage.dtype)
        return torch.as_strided(whole, stored.shape, stored.stride, stored.offset)

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def _bytes_of(self, key: str) -> memoryview:
        start, size, crc = self._records.place_of(f"data/{key}")
        bytes_ = self._view[start : start + size]
        if key not in self._compared:
            if self._records.summed and zlib.crc32(bytes_) != crc:
                raise refuse_archive(self._archive, zlib.error(f"the checksum of its record {key} is another one"))
            self._compared.add(key)
        return bytes_


class Records:
    """Where the records of a zip lie in the file that holds it; all are stored without compression."""

    def __init__(self, view: memoryview, start: int, size: int) -> None:
        self._start = start
        self._view = view
        with zipfile.ZipFile(io.BufferedReader(Window(view[start : start + size]))) as archive:
            infos = archive.infolist()
        if any(info.compress_type != zipfile.ZIP_STORED for info in infos):
            raise Unreadable
        self._infos = {info.filename.partition("/")[2]: info for info in infos}
        self.index = bytes(self.read("data.pkl"))
        self.summed = zlib.crc32(self.index) == self._infos["data.pkl"].CRC
        """torch can leave the checksums out, and then they are wrong everywhere."""
        if "byteorder" in self._infos and bytes(self.read("byteorder")) != b"little":
            raise Unreadable

    def place_of(self, name: str) -> tuple[int, int, int]:
        """First byte in the file, size, CRC-32."""
        info = self._infos.get(name)
        if info is None:
            raise Unreadable
        at = self._start + info.header_offset
        *_, name_bytes, extra_bytes = LOCAL_HEADER.unpack(self._view[at : at + LOCAL_HEADER.size])
        return at + LOCAL_HEADER.size + name_bytes + extra_bytes, info.file_size, info.CRC

    def read(self, name: str) -> memoryview:
        start, size, _ = self.place_of(name)
        return self._view[start : start + size]


class Window(io.RawIOBase):
    """Bytes as a file that can be read and searched."""

    def __init__(self, view: memoryview) -> None:
        self._view = view
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._view)}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        part = self._view[self._at : self._at + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)


class IndexReader(pickle.Unpickler):
    """The index of a checkpoint: names, shapes and storages, and nothing that runs."""

    def persistent_load(self, pid: Any) -> Storage:
        match pid:
            case ("storage", torch.dtype() as dtype, str(key), *_):
                return Storage(dtype, key)
        raise Unreadable

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return describe_tensor
        if (module, name) == ("torch._utils", "_rebuild_parameter"):
            return describe_parameter
        if module != "torch" or name not in DTYPE_OF_STORAGE:
            raise Unreadable
        return DTYPE_OF_STORAGE[name]


def describe_tensor(storage: Storage, offset: int, shape: Any, stride: Any, *_: Any) -> Stored:
    return Stored(storage, offset, tuple(shape), tuple(stride))


def describe_parameter(stored: Stored, *_: Any) -> Stored:
    return stored


def read_in_place(archive: Archive) -> InPlace:
    """Raises `Unreadable`, or what zip and tar raise, where the archive is of another kind."""
    with tarfile.open(archive.path, "r:") as tar:
        member = find_weights(tar)
        if member.issparse():
            raise Unreadable
    with archive.path.open("rb") as stream:
        view = memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
    records = Records(view, member.offset_data, member.size)
    try:
        content = IndexReader(io.BytesIO(records.index)).load()
    except (pickle.UnpicklingError, ValueError, TypeError, KeyError, IndexError, AttributeError, EOFError):
        raise Unreadable from None
    if not isinstance(content, dict):
        raise Unreadable
    found = {str(name): stored for name, stored in content.items() if isinstance(stored, Stored)}
    return InPlace(archive, found, view, records)


def find_weights(tar: tarfile.TarFile) -> tarfile.TarInfo:
    return next(one for one in tar if Path(one.name).name == WEIGHTS)


def extract(archive: Archive, folder: Path, report: Report) -> Tensors:
    """Raises `Refused` for weights that torch can't read without running code from the file."""
    path = folder / WEIGHTS
    try:
        with tarfile.open(archive.path) as tar:
            member = find_weights(tar)
            progress = Progress(report, "extracting", member.size)
            source = tar.extractfile(member)
            if source is None:
                raise tarfile.TarError(f"{WEIGHTS} is no file")
            with source, path.open("wb") as target:
                while block := source.read(COPY_BYTES):
                    target.write(block)
                    progress.add(len(block))
        found: Tensors = torch.load(path, map_location="cpu", mmap=True, weights_only=True)
        return found
    except (*UNREADABLE, RuntimeError, pickle.UnpicklingError) as error:
        raise refuse_archive(archive, error) from None
