"""A whole installation in a folder of its own, started and stopped as a person would."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from annotate.local.parts import marked
from annotate.local.runtime import REPOSITORY


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(true: Callable[[], Any], seconds: float = 90) -> Any:
    """The first truthy answer; fails the test when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (answer := true()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.1)
    return answer


class Installation:
    def __init__(self, data: Path, settings: str = "annotate.settings") -> None:
        self.data = data
        self.settings = settings
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None
        self.output = data.with_name(f"{data.name}.out")

    def start(self, *arguments: str) -> None:
        """Start it and wait until it is ready."""
        self.launch(*arguments)
        until(lambda: "Stepmark is ready" in self.said() or self.process.poll() is not None, 150)
        assert self.process.poll() is None, self.said()

    def launch(self, *arguments: str) -> None:
        kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY_FILE")}
        own = {"STEPMARK_DATA": str(self.data), "PORT": str(self.port), "DJANGO_SETTINGS_MODULE": self.settings}
        command = [sys.executable, "-m", "annotate.local", "start", *(arguments or ["--no-demo"])]
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                command, cwd=REPOSITORY, env={**kept, **own}, stdout=output, stderr=subprocess.STDOUT, text=True
            )

    def said(self) -> str:
        return self.output.read_text()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(60)

    def healthz(self) -> tuple[int, dict[str, str]]:
        """Status and parts."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=20) as answer:
                return answer.status, json.load(answer)["parts"]
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)["parts"]

    def credentials(self) -> dict[str, str]:
        return json.loads((self.data / "credentials.json").read_text())

    def projects(self) -> Any:
        """What the API answers to the first token."""
        known = self.credentials()
        request = urllib.request.Request(f"{known['url']}/api/v1/projects/")
        request.add_header("Authorization", f"Bearer {known['token']}")
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)["results"]

    def processes(self) -> dict[int, str]:
        """Process id → part, of everything that was started for this folder."""
        return marked(self.data)

    def leader(self, part: str) -> int:
        """The process that the supervisor started for this part: the one that leads its process group."""
        return next(pid for pid, name in self.processes().items() if name == part and os.getpgid(pid) == pid)
