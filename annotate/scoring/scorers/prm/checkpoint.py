"""A checkpoint on disk: its files, the names and shapes of its tensors, its digest. Reads no weights; needs no torch.

Only safetensors are opened: the older formats are pickles, and loading a pickle runs whatever is in it. No code that
comes with a checkpoint is ever run or even downloaded.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

INDEX = "model.safetensors.index.json"
TEXT_FILES = ("config.json", "tokenizer.json", "tokenizer.model", "tokenizer_config.json", "chat_template.jinja")
"""Beside the weights, what decides the scores; part of the digest."""
WANTED = (
    "*.safetensors",
    INDEX,
    *TEXT_FILES,
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
)
"""What is downloaded from a hub: no pickles, no Python."""
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
MAX_HEADER = 100_000_000
"""Bytes; the limit of the safetensors format."""


class Unusable(Exception):
    """A checkpoint or setting that can't be used; the message says why and what would help."""


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """Where a tensor is: `file` is a name inside the folder."""

    file: str
    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Checkpoint:
    """`tensors` by their published names, over all shards."""

    folder: Path
    config: Mapping[str, Any]
    tensors: Mapping[str, TensorInfo]

    @property
    def architectures(self) -> list[str]:
        return list(self.config.get("architectures") or [])

    @property
    def model_type(self) -> str:
        return str(self.config.get("model_type") or "")

    @property
    def hidden_size(self) -> int:
        size = self.config.get("hidden_size")
        if not isinstance(size, int):
            raise Unusable(
                "config.json does not say a hidden_size: this is not a language model that can be read here."
            )
        return size

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hex, over the names and contents of the weights, the configuration and the tokenizer."""
        total = hashlib.sha256()
        names = {info.file for info in self.tensors.values()}
        for name in sorted(names | {name for name in TEXT_FILES if (self.folder / name).is_file()}):
            total.update(f"{name}\0{_file_digest(self.folder / name)}\n".encode())
        return total.hexdigest()

    def text(self, name: str) -> dict[str, Any]:
        """A JSON file beside the weights; {} where there is none."""
        return _json(self.folder / name) if (self.folder / name).is_file() else {}


def open_checkpoint(folder: Path) -> Checkpoint:
    """The checkpoint in `folder`. Raises `Unusable` for one without configuration or without safetensors."""
    if not (folder / "config.json").is_file():
        raise Unusable(f"There is no config.json in {folder}.")
    tensors: dict[str, TensorInfo] = {}
    for name in _weight_files(folder):
        tensors.update(_header(folder / name))
    return Checkpoint(folder, _json(folder / "config.json"), tensors)


def locate(model: str, revision: str = "") -> Path:
    """The folder of `model`: a path, or a hub's `owner/name`, downloaded at `revision` (a commit) if it is not there.

    Workers only: it may take the network and long.
    """
    path = Path(model).expanduser()
    if path.is_dir():
        return path.resolve()
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", model):
        raise Unusable(f"{model} is neither a folder here nor a hub's owner/name.")
    if not re.fullmatch(r"[0-9a-f]{40}", revision):
        raise Unusable(
            f"{model} comes from a hub and needs a revision: a commit of 40 hex digits. Without it, its authors could"
            " change the scores later."
        )
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(model, revision=revision, allow_patterns=list(WANTED)))
    except Exception as error:
        raise Unusable(
            f"{model} at {revision[:12]} could not be downloaded: {' '.join(str(error).split())[:300]}"
        ) from error


def newest_revision(model: str) -> str:
    """The commit that a hub's `owner/name` is at now, to be pinned. "" for a folder. Asks the hub."""
    if Path(model).expanduser().is_dir():
        return ""
    from huggingface_hub import HfApi

    try:
        return str(HfApi().model_info(model).sha)
    except Exception as error:
        raise Unusable(
            f"{model} is no folder here, and the hub did not say its revision: {' '.join(str(error).split())[:300]}"
        ) from error


def _weight_files(folder: Path) -> list[str]:
    if (folder / INDEX).is_file():
        names = sorted(set(_json(folder / INDEX).get("weight_map", {}).values()))
        for name in names:
            if not isinstance(name, str) or name != os.path.basename(name) or not name.endswith(".safetensors"):
                raise Unusable(f"{INDEX} names a file that is no shard of this folder: {name!r}.")
            if not (folder / name).is_file():
                raise Unusable(f"The shard {name} is missing in {folder}.")
        return names
    if (folder / "model.safetensors").is_file():
        return ["model.safetensors"]
    if any(file.suffix in PICKLES for file in folder.iterdir()):
        raise Unusable(
            f"{folder} holds its weights as pickles only. Loading a pickle can run code, so it is refused;"
            " convert it to safetensors first."
        )
    raise Unusable(f"There is no model.safetensors in {folder}.")


def _header(file: Path) -> dict[str, TensorInfo]:
    """A safetensors file begins with the length of a JSON header, in 8 bytes, little-endian, then the header."""
    try:
        with file.open("rb") as stream:
            length = int.from_bytes(stream.read(8), "little")
            if not 0 < length <= MAX_HEADER:
                raise ValueError("no header")
            header = json.loads(stream.read(length))
        return {
            name: TensorInfo(file.name, str(info["dtype"]), tuple(map(int, info["shape"])))
            for name, info in header.items()
            if name != "__metadata__"
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unusable(f"{file.name} is no whole safetensors file ({error}).") from error


def _json(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (ValueError, OSError) as error:
        raise Unusable(f"{file.name} can't be read: {error}") from error
    if not isinstance(found, dict):
        raise Unusable(f"{file.name} is no JSON object.")
    return found


def _file_digest(file: Path) -> str:
    """SHA-256 of a file. Remembered by path, size and time of change: 15 GB take half a minute."""
    real = file.resolve()
    stat = real.stat()
    name = f"{real}\0{stat.st_size}\0{stat.st_mtime_ns}"
    known = _remembered()
    if name not in known:
        with real.open("rb") as stream:
            known[name] = hashlib.file_digest(stream, "sha256").hexdigest()
        if stat.st_size > 10_000_000:
            _remember(known)
    return known[name]


def _memory() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stepmark" / "digests.json"


def _remembered() -> dict[str, str]:
    try:
        found = json.loads(_memory().read_text())
        return found if isinstance(found, dict) else {}
    except (OSError, ValueError):
        return {}


def _remember(known: Mapping[str, str]) -> None:
    """At best: without a home that can be written to, it is computed again next time."""
    try:
        _memory().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=_memory().parent, delete=False) as stream:
            json.dump(dict(list(known.items())[-1000:]), stream)
        os.replace(stream.name, _memory())
    except OSError:
        pass
