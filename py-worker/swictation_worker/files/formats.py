"""Which sound files are read: the one list for the decoder, its messages and docs/cli.md.

Only containers that hold their sound themselves: no playlists and no streaming manifests (hls, dash, concat, sdp ...),
so that reading one file never opens another file or a network address.
"""

from __future__ import annotations

from typing import NamedTuple


class SoundFormat(NamedTuple):
    """What people call it, how its files end, and what libav calls its demuxers."""

    name: str
    endings: tuple[str, ...]
    demuxers: tuple[str, ...]


FORMATS = (
    SoundFormat("WAV", ("wav",), ("wav",)),
    SoundFormat("FLAC", ("flac",), ("flac",)),
    SoundFormat("MP3", ("mp3", "mp2", "mpa"), ("mp3",)),
    SoundFormat("Ogg", ("ogg", "oga", "opus", "spx"), ("ogg",)),
    SoundFormat("M4A", ("m4a", "mp4", "mov", "3gp", "3g2"), ("mov",)),
    SoundFormat("WebM", ("webm", "mka", "mkv"), ("matroska",)),
    SoundFormat("AAC", ("aac", "latm"), ("aac", "loas")),
    SoundFormat("AIFF", ("aiff", "aif", "aifc"), ("aiff",)),
    SoundFormat("CAF", ("caf",), ("caf",)),
    SoundFormat("AU", ("au", "snd"), ("au",)),
    SoundFormat("WMA", ("wma", "wmv", "asf"), ("asf",)),
    SoundFormat("AMR", ("amr", "awb"), ("amr",)),
    SoundFormat("AVI", ("avi",), ("avi",)),
    SoundFormat("MPEG", ("ts", "mts", "m2ts", "mpg", "mpeg", "vob"), ("mpegts", "mpeg")),
    SoundFormat("FLV", ("flv", "f4v"), ("flv",)),
    SoundFormat("WavPack", ("wv",), ("wv",)),
    SoundFormat("APE", ("ape",), ("ape",)),
    SoundFormat("TTA", ("tta",), ("tta",)),
    SoundFormat("AC-3", ("ac3", "eac3"), ("ac3", "eac3")),
    SoundFormat("Wave64", ("w64",), ("w64",)),
    SoundFormat("VOC", ("voc",), ("voc",)),
    SoundFormat("GSM", ("gsm",), ("gsm",)),
    SoundFormat("G.722", ("g722",), ("g722",)),
    SoundFormat("IRCAM", ("sf", "ircam"), ("ircam",)),
)

# What libav may choose from, in the words of its option `format_whitelist`.
WHITELIST = ",".join(demuxer for kind in FORMATS for demuxer in kind.demuxers)


def readable_names() -> str:
    """The names of all that is read, for a sentence."""
    *most, last = (kind.name for kind in FORMATS)
    return f"{', '.join(most)} and {last}"
