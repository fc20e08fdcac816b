"""Where Canary's weights come from: a `.nemo` file that a person names, or a name on the hub, fetched once.

A hub name is looked up in the local cache first, without a word to the network. What is missing is fetched by
huggingface_hub into its own cache; an interrupted download goes on where it stopped. Both raise `Refused` with the
code `model_unavailable` and one line that says what to do, so that dictation goes on with the embedded engine.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..engine import Report
from ..errors import Refused

DEFAULT_MODEL = "nvidia/canary-1b-flash"
SMALLER_MODEL = "nvidia/canary-180m-flash"
UNAVAILABLE = "model_unavailable"
PERCENT_PER_PHASE = 2


@dataclass(frozen=True)
class Source:
    """A `.nemo` on this disk and the short name that people see."""

    path: Path
    name: str


def find_source(model: str | None, report: Report) -> Source:
    """The file of `model` (None is the default); fetches it where it is a hub name that is not here yet."""
    wanted = model or DEFAULT_MODEL
    path = Path(wanted).expanduser()
    if wanted.endswith(".nemo") or path.exists():
        return Source(require_archive(path), path.stem)
    if wanted.count("/") != 1:
        raise Refused(UNAVAILABLE, f"[stt] model: expected a hub name like {DEFAULT_MODEL} or a .nemo file")
    name = wanted.split("/")[1]
    return Source(find_on_hub(wanted, f"{name}.nemo", report), name)


def require_archive(path: Path) -> Path:
    if not path.is_file():
        raise Refused(UNAVAILABLE, f"[stt] model: {path} is not there; name another .nemo file or a hub name")
    return path.resolve()


def find_on_hub(repository: str, filename: str, report: Report) -> Path:
    """The local copy, else the fetched one."""
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return Path(hf_hub_download(repository, filename, local_files_only=True))
    except LocalEntryNotFoundError:
        report("downloading")
    return fetch_from_hub(repository, filename, report)


def fetch_from_hub(repository: str, filename: str, report: Report) -> Path:
    """Downloads with progress as phases (`downloading 42 %`), which also re-arm the daemon's deadline."""
    from huggingface_hub import hf_hub_download

    reason = "unknown"
    try:
        return Path(hf_hub_download(repository, filename, tqdm_class=make_progress(report)))
    except (OSError, RuntimeError, ValueError) as error:
        reason = type(error).__name__
    raise Refused(
        UNAVAILABLE,
        f"{repository} could not be fetched ({reason}): connect to the network and restart, or set [stt] model to "
        "a .nemo file; dictation goes on with the embedded engine",
    )


def make_progress(report: Report) -> type[Any]:
    """A progress bar for huggingface_hub that reports each further two per cent."""
    from tqdm.auto import tqdm

    class ReportingProgress(tqdm):  # type: ignore[misc]
        told = -PERCENT_PER_PHASE

        def __init__(self, *arguments: Any, **options: Any) -> None:
            options.pop("name", None)
            super().__init__(*arguments, **{**options, "file": sys.stderr})

        def update(self, n: float | None = 1) -> Any:
            drawn = super().update(n)
            percent = int(100 * self.n / self.total) if self.total else 0
            if percent >= self.told + PERCENT_PER_PHASE:
                self.told = percent
                report(f"downloading {percent} %")
            return drawn

    return ReportingProgress
