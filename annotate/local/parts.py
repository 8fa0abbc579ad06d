"""A part is one long-running program of the installation: how it starts, is seen to be ready, and stops."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from annotate.local.runtime import REPOSITORY

# Each process of a part has this variable, children too, so that a later start can find what was orphaned.
MARK = "STEPMARK_PART"
LOG_LIMIT = 10_000_000
SETTLED = 10.0  # seconds after which a part's socket must be there


@dataclass(frozen=True)
class Part:
    """`ready` is asked again and again until it says yes, and must not block for long. `grace`: seconds.

    `before` is called before each start. A part without its `socket` (a file) is of no use to anybody.
    """

    name: str
    command: Sequence[str]
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    user: int | None = None
    keep_open: tuple[int, ...] = ()
    stop_with: signal.Signals = signal.SIGTERM
    orphan_gets: signal.Signals = signal.SIGKILL
    grace: float = 10
    before: Callable[[], object] = lambda: None
    socket: Path | None = None


class Running:
    """A part's processes: the program itself and all that it starts, in a process group of their own."""

    def __init__(self, part: Part, data: Path) -> None:
        self.part = part
        self.log = data / "logs" / f"{part.name}.log"
        self.since = time.monotonic()
        part.before()
        with open_log(self.log) as log:
            self.process = subprocess.Popen(
                part.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **part.environment, MARK: f"{part.name}@{data}"},
                process_group=0,
                cwd=REPOSITORY if part.user is None else "/",
                preexec_fn=_die_with_parent(part.orphan_gets),
                pass_fds=part.keep_open,
                **as_user(part.user),
            )

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def lost_its_socket(self) -> bool:
        """Whether its socket is gone long after its start: somebody cleaned the temp folder."""
        return self.part.socket is not None and self.age > SETTLED and not self.part.socket.exists()

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self.since

    def ends_within(self, seconds: float) -> bool:
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def ask_to_stop(self) -> None:
        """Ask the program alone: it stops its own children in its own way."""
        self.process.send_signal(self.part.stop_with)

    def kill(self) -> None:
        """End the program and whatever it left running in its group."""
        self.kill_group()
        self.process.wait()

    def kill_group(self) -> None:
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        except PermissionError:
            # macOS says so of a group of which only zombies are left.
            if not self.ended:
                raise

    def how_it_ended(self) -> str:
        code = self.process.poll()
        return (
            f"was killed by {signal.Signals(-code).name}"
            if code is not None and code < 0
            else f"ended with code {code}"
        )

    def last_lines(self, count: int = 12) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-count:]
        return "\n".join(f"    {line}" for line in lines)


def as_user(user: int | None) -> dict[str, Any]:
    """Arguments for `subprocess`: run as this user with none of our own groups; None for the present user."""
    if user is None:
        return {}
    try:
        group = pwd.getpwuid(user).pw_gid
    except KeyError:
        group = user
    return {"user": user, "group": group, "extra_groups": []}


def open_log(path: Path) -> BinaryIO:
    """The log opened to append; a long one is put aside first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def marked(data: Path) -> dict[int, str]:
    """Process id → part name of all that was started for this data folder and runs. Empty where not Linux."""
    found = {}
    ending = f"@{data}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            variables = (folder / "environ").read_bytes().split(b"\0")
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue  # ended meanwhile, or not ours to see
        for variable in variables:
            name, _, value = variable.partition(b"=")
            if name == MARK.encode() and value.endswith(ending) and state != "Z":
                found[int(folder.name)] = value.removesuffix(ending).decode()
    return found


def _die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """For the child, between fork and exec: have Linux send it `number` when the supervisor is gone.

    (The kernel means the thread that forked, so parts are started from the main thread only.)
    """
    if sys.platform != "linux":
        return None
    libc, parent, pr_set_pdeathsig = ctypes.CDLL(None), os.getpid(), 1

    def prepare() -> None:
        libc.prctl(pr_set_pdeathsig, int(number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)  # it died before we asked

    return prepare
