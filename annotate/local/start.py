"""The whole start: stores, schema, first account, demo, then web server, worker and beat."""

import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from annotate.local import stores
from annotate.local.console import say, step
from annotate.local.parts import Part
from annotate.local.runtime import (
    data_folder,
    held,
    secret_key_file,
    socket_folder,
    store_urls,
    write_private,
)
from annotate.local.supervisor import Supervisor


class CannotStart(Exception):
    """The message says why and what to do."""


CREDENTIALS = "credentials.json"
PORT_PATIENCE = 5.0  # seconds


@dataclass(frozen=True)
class Address:
    """Where the web server listens (HOST and PORT of the environment)."""

    host: str
    port: int

    @classmethod
    def from_environment(cls) -> "Address":
        text = os.environ.get("PORT") or "8000"
        if not text.isdigit() or not 0 < int(text) < 65536:
            raise CannotStart(f"PORT must be a number from 1 to 65535, not {text!r}.")
        return cls(os.environ.get("HOST") or "127.0.0.1", int(text))

    @property
    def public(self) -> bool:
        return self.host in ("0.0.0.0", "::")  # noqa: S104

    @property
    def url(self) -> str:
        host = "127.0.0.1" if self.public else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def check_free(self) -> None:
        """Raises CannotStart if the port stays taken: a web server that lost its supervisor needs a moment."""
        deadline = time.monotonic() + PORT_PATIENCE
        while error := self._taken():
            if time.monotonic() > deadline:
                raise CannotStart(
                    f"Can't listen on {self.host}, port {self.port}: {error}."
                    f" Choose another one, for instance: PORT={self.port % 65535 + 1} make run"
                )
            time.sleep(0.2)

    def _taken(self) -> str | None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as probe:
            # As the server does: a port in TIME_WAIT is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                return error.strerror or str(error)
        return None


@contextmanager
def supervised_stores(data: Path, report: Callable[[str], None]) -> Iterator[tuple[Supervisor, dict[str, str]]]:
    """A supervisor, and the URLs of the stores that the environment names or that were started here."""
    try:
        with Supervisor(data, report) as supervisor, _stores(data, supervisor) as urls:
            yield supervisor, urls
    finally:
        with suppress(OSError):  # never made, or not empty: another version of us may know why
            socket_folder(data).rmdir()


@contextmanager
def _stores(data: Path, supervisor: Supervisor) -> Iterator[dict[str, str]]:
    private = store_urls(data)
    values = {name: os.environ.get(name) or url for name, url in private.items()}
    if values["DATABASE_URL"] == private["DATABASE_URL"]:
        with step("Postgres") as notes:
            if not (data / "postgres").exists():
                notes.append("new, in " + shown(data / "postgres"))
            supervisor.start(stores.postgres(data))
    if values["REDIS_URL"] == private["REDIS_URL"]:
        with step("Redis"):
            supervisor.start(stores.redis(data))
    note = data / "run" / "env.json"
    write_private(note, json.dumps(values))
    try:
        yield values
    finally:
        note.unlink(missing_ok=True)


def start(*, demo: bool = True) -> None:
    """Start everything; leaves by Stopped, or by CannotStart, PartFailed or StoreError."""
    begun = time.monotonic()
    data, address = data_folder(), Address.from_environment()
    try:
        (data / "run").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"The data folder {data} can't be used: {error.strerror}. Set STEPMARK_DATA.") from None
    # Later starts may run where the output is kept, as by systemd: no place for a password.
    tell_secrets = sys.stdout.isatty() or not (data / CREDENTIALS).exists()
    with held(data):
        address.check_free()
        say(f"Starting Stepmark; its data is in {shown(data)}")
        with supervised_stores(data, report) as (supervisor, urls):
            environment = {**os.environ, **urls, **_surroundings(data, address)}
            prepare = [sys.executable, "-m", "annotate.local.prepare", *([] if demo else ["--no-demo"])]
            if supervisor.run(prepare, environment):
                raise CannotStart("The database could not be prepared; see above.")
            with step("web, worker, beat"):
                supervisor.start(*services(data, address, environment))
            _greet(data, address, time.monotonic() - begun, tell_secrets=tell_secrets)
            supervisor.watch()


def report(text: str) -> None:
    """Tell of something that happened by itself."""
    say(f"{time.strftime('%H:%M:%S')} {text}")


def services(data: Path, address: Address, environment: dict[str, str]) -> list[Part]:
    """Web server, Celery worker and Celery beat."""
    python = [sys.executable, "-m"]
    gunicorn = "gunicorn annotate.wsgi --preload --worker-class gthread --workers 2 --threads 8 --graceful-timeout 5"
    bind = f"[{address.host}]" if ":" in address.host else address.host
    web = [*python, *gunicorn.split(), "--no-control-socket", "--bind", f"{bind}:{address.port}"]
    # Neither gossip nor mingle: they cost a second at the start, and a worker has nothing to ask of others.
    # Two processes more than processors: those of the queue `remote` mostly wait for servers.
    processes = (os.cpu_count() or 1) + 2
    worker = (
        "celery -A annotate worker --loglevel info --without-gossip --without-mingle"
        f" --queues celery,remote --concurrency {processes}"
    )
    beat = "celery -A annotate beat --loglevel info --pidfile= --schedule"
    health = address.url + "/healthz"
    return [
        Part("web", web, ready=lambda: bool(healthy_parts(health)), environment=environment),
        Part(
            "worker",
            [*python, *worker.split()],
            ready=lambda: "worker" in healthy_parts(health),
            environment=environment,
        ),
        Part(
            "beat",
            [*python, *beat.split(), str(data / "run" / "beat")],
            ready=lambda: True,
            environment=environment,
        ),
    ]


def healthy_parts(url: str) -> set[str]:
    """The names of the parts that /healthz says are usable; empty when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310
            answer = response.read()
    except urllib.error.HTTPError as error:
        answer = error.read()
    except OSError:
        return set()
    try:
        return {name for name, state in json.loads(answer)["parts"].items() if state == "ok"}
    except (ValueError, LookupError):
        return set()


def _surroundings(data: Path, address: Address) -> dict[str, str]:
    """What the settings want to know, where the environment leaves it open."""
    values = {"STEPMARK_DATA": str(data), "STEPMARK_URL": address.url}
    if not {"SECRET_KEY", "SECRET_KEY_FILE"} & os.environ.keys():
        values["SECRET_KEY_FILE"] = str(secret_key_file(data))
    if "ALLOWED_HOSTS" not in os.environ:
        hosts = ["localhost", "127.0.0.1", "[::1]", address.host]
        values["ALLOWED_HOSTS"] = "*" if address.public else ",".join(hosts)
    return values


def _greet(data: Path, address: Address, seconds: float, *, tell_secrets: bool) -> None:
    say(f"\nStepmark is ready after {seconds:.1f} s: {address.url}\n")
    credentials = data / CREDENTIALS
    if credentials.exists():
        if tell_secrets:
            known = json.loads(credentials.read_text())
            for name in ("username", "password", "token"):
                say(f"  {name:<10}{known.get(name)}")
            say()
        say(f"(name, password and token as made at the first start are kept in {shown(credentials)})")
    say(f"Logs are in {shown(data / 'logs')}. Ctrl-C stops everything.")


def shown(path: Path) -> str:
    """A path as short as it can be said from here."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)
