"""Where a local installation keeps its things and how another process finds its stores.

Standard library only: the settings read it before anything else is imported.
"""

import fcntl
import hashlib
import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent


class AlreadyRunning(Exception):
    """Another supervisor holds this data folder."""


def data_folder() -> Path:
    """STEPMARK_DATA, by default `var` in the repository; absolute, not necessarily there yet."""
    return Path(os.environ.get("STEPMARK_DATA") or REPOSITORY / "var").absolute()


def socket_folder(data: Path) -> Path:
    """Where the stores of this data folder listen.

    Always in the temp folder: the path of a Unix socket has about 100 bytes at most, and a data folder may be
    deep, on a file system without sockets, or closed to the user whom Postgres runs as.
    """
    name = f"stepmark-{hashlib.sha256(os.fsencode(data)).hexdigest()[:12]}"
    temp = Path(tempfile.gettempdir())
    return (temp if len(os.fsencode(temp)) < 60 else Path("/tmp")) / name  # noqa: S108


def store_urls(data: Path) -> dict[str, str]:
    """DATABASE_URL and REDIS_URL of the private stores of this data folder, whether they run or not."""
    folder = socket_folder(data)
    return {
        "DATABASE_URL": f"postgres://stepmark@/stepmark?host={folder}",
        "REDIS_URL": f"unix://{folder}/redis.sock?db=0",
    }


def secret_key_file(data: Path) -> Path:
    """The file with this installation's secret key, made on first use, readable by its owner only."""
    path = data / "secret_key"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        fresh = _private_copy(path, secrets.token_urlsafe(50) + "\n")
        # A link, unlike a rename, never replaces the key that another process made a moment ago.
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path


def local_environment() -> dict[str, str]:
    """What a process needs to work with this installation and its environment does not say already.

    The stores of the supervisor that runs on this data folder, or else the private stores it would start; and
    SECRET_KEY_FILE, but never a fresh key beside a given DATABASE_URL: two servers would make two.
    """
    data = data_folder()
    try:
        values = json.loads((data / "run" / "env.json").read_text())
    except (OSError, ValueError):
        values = store_urls(data)
    own_database = not os.environ.get("DATABASE_URL") or (data / "secret_key").exists()
    if own_database and not {"SECRET_KEY", "SECRET_KEY_FILE"} & os.environ.keys():
        values["SECRET_KEY_FILE"] = str(secret_key_file(data))
    return {name: value for name, value in values.items() if not os.environ.get(name)}


def write_private(path: Path, text: str) -> None:
    """Write so that a reader sees the old or the new content, and nobody but the owner sees either."""
    _private_copy(path, text).replace(path)


def _private_copy(path: Path, text: str) -> Path:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # readable by its owner only
    with open(descriptor, "w") as file:
        file.write(text)
    return Path(name)


@contextmanager
def held(data: Path) -> Iterator[None]:
    """Hold the data folder for this process. Raises AlreadyRunning with the holder's process id.

    The lock is the kernel's and dies with its process, so that none is ever stale.
    """
    (data / "run").mkdir(parents=True, exist_ok=True)
    with (data / "run" / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise AlreadyRunning(file.read().strip()) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def is_running(data: Path) -> bool:
    """Whether a supervisor holds this data folder."""
    try:
        with held(data):
            return False
    except AlreadyRunning:
        return True
