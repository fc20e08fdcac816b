"""Where Canary's weights lie: a `.nemo` file that a person names, or a name on the hub whose file is in the cache.

Nothing is fetched here: `swictation_worker.files.fetch` does that in a process of its own, so that no worker keeps
speech waiting for a network. Raises `Refused` with the code `model_unavailable` and one line that says what to do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ...errors import Refused

DEFAULT_MODEL = "nvidia/canary-1b-flash"
SMALLER_MODEL = "nvidia/canary-180m-flash"
UNAVAILABLE = "model_unavailable"
HUB_NAME = re.compile(r"\w[\w.-]*/\w[\w.-]*", re.ASCII)
"""OWNER/NAME; `ts/system/model/find-model.ts` reads it the same way."""


@dataclass(frozen=True)
class Source:
    """A `.nemo` on this disk and the short name that people see."""

    path: Path
    name: str


def find_source(model: str | None) -> Source:
    """The file of `model` (None is the default) on this disk; without a word to the network."""
    wanted = model or DEFAULT_MODEL
    path = Path(wanted).expanduser()
    if path.is_absolute() or wanted.endswith(".nemo"):
        return Source(require_archive(path), path.stem)
    found = find_in_cache(wanted)
    if found is None:
        raise Refused(UNAVAILABLE, f"{wanted} is not on this machine yet: the daemon fetches it when it starts")
    return Source(found, found.stem)


def require_archive(path: Path) -> Path:
    if not path.is_file():
        raise Refused(UNAVAILABLE, f"[stt] model: {path} is not there; name another .nemo file or a hub name")
    return path.resolve()


def hub_file(model: str) -> str:
    """The name of the archive in a repository of the hub; NVIDIA names it like the repository."""
    if HUB_NAME.fullmatch(model) is None:
        raise Refused(UNAVAILABLE, f"[stt] model: expected a hub name like {DEFAULT_MODEL} or a .nemo file")
    return f"{model.split('/')[1]}.nemo"


def find_in_cache(model: str) -> Path | None:
    """The file of a hub name in huggingface_hub's cache; None where it is not there."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(model, hub_file(model))
    return Path(found) if isinstance(found, str) else None
