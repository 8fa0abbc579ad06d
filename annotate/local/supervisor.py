"""Starts parts in order, restarts what crashes, stops everything."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from annotate.local.parts import Part, Running, marked

TICK = 0.05
PATIENCE = 120.0  # seconds that a part may take to become ready
LONGEST_PAUSE = 30.0
CALM = 60.0  # seconds after which a crash counts as the first again


def pause_after(crashes: int) -> float:
    """Seconds before a part is started again that has crashed so many times in a row."""
    return min(LONGEST_PAUSE, 0.25 * 2 ** min(crashes - 1, 10))


class Stopped(Exception):
    """Somebody asked the supervisor to stop."""


class PartFailed(Exception):
    """A part could not be started; the message says why, with the end of its log."""


class Supervisor:
    """Use as a context manager: on the way out every part is stopped, the last started first.

    The first SIGINT, SIGTERM or SIGHUP raises Stopped out of whatever waits here; the second kills all parts.
    Without `handle_signals` signals stay as they are.
    """

    def __init__(self, data: Path, report: Callable[[str], None], *, handle_signals: bool = True) -> None:
        self.data = data
        self.report = report
        self.handle_signals = handle_signals
        self.running: list[Running] = []
        self.crashes: dict[str, int] = {}
        self.due: dict[str, float] = {}
        self.stop_requests = 0
        self._handlers: dict[int, object] = {}

    def __enter__(self) -> "Supervisor":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if self.handle_signals else ():
            self._handlers[number] = signal.signal(number, self._on_signal)
        self._end_orphans()
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.stop()
        finally:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)  # type: ignore[arg-type]

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stop_requests += 1
        if self.stop_requests > 1:
            for running in self.running:
                running.kill_group()

    def start(self, *parts: Part) -> None:
        """Start them side by side and wait until each is ready. Raises PartFailed."""
        waiting = [Running(part, self.data) for part in parts]
        self.running += waiting
        deadline, pause = time.monotonic() + PATIENCE, TICK / 2
        while waiting := [running for running in waiting if not running.part.ready()]:
            for running in waiting:
                if running.ended:
                    raise PartFailed(f"{running.part.name} {running.how_it_ended()}:\n{running.last_lines()}")
                if time.monotonic() > deadline:
                    late = f"{running.part.name} was not ready within {PATIENCE:.0f} seconds"
                    raise PartFailed(f"{late}:\n{running.last_lines()}")
            self._pause(pause)
            pause = min(0.3, pause * 1.2)  # asking takes time from those who are asked

    def run(self, command: Sequence[str], environment: dict[str, str] | None = None) -> int:
        """Run a program to its end on this terminal; its exit code. The parts are watched meanwhile."""
        with subprocess.Popen(command, env=environment) as process:
            try:
                while process.poll() is None:
                    self.restart_crashed()
                    self._pause()
            except Stopped:
                process.terminate()
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()
                raise
        return process.returncode

    def watch(self) -> None:
        """Restart what crashes, until somebody asks to stop: then raises Stopped."""
        while True:
            self.restart_crashed()
            self._pause(0.2)

    def restart_crashed(self) -> None:
        """Start ended parts again, each after a pause that doubles with every crash in a row."""
        for index, running in enumerate(self.running):
            name, now = running.part.name, time.monotonic()
            if not running.ended and running.lost_its_socket():
                self.report(f"{name} can't be reached any more, since its socket is gone: {running.part.socket}")
                running.ask_to_stop()
                running.ends_within(running.part.grace)
                running.kill()
            if not running.ended:
                continue
            if name not in self.due:
                running.kill()
                self._end_orphans()
                self.crashes[name] = 1 if running.age > CALM else self.crashes.get(name, 0) + 1
                self.due[name] = now + pause_after(self.crashes[name])
                self.report(f"{name} {running.how_it_ended()}. Its log: {running.log}")
            elif now >= self.due[name]:
                del self.due[name]
                self.running[index] = Running(running.part, self.data)
                self.report(f"{name} was started again.")

    def stop(self) -> None:
        """Stop every part, the last started first; whoever does not end within its grace is killed."""
        if self.stop_requests and self.running:
            self.report("Stopping; press Ctrl-C again to stop at once.")
        while self.running:
            running = self.running[-1]
            running.ask_to_stop()
            if not running.ends_within(3) and self.stop_requests < 2:
                self.report(f"Waiting for {running.part.name} to finish what it is doing.")
            if not running.ends_within(running.part.grace) and self.stop_requests < 2:
                self.report(f"{running.part.name} did not stop within {running.part.grace:g} s: killed.")
            running.kill()
            self.running.pop()
            self._end_orphans()

    def _pause(self, seconds: float = TICK) -> None:
        time.sleep(seconds)
        if self.stop_requests:
            raise Stopped

    def _end_orphans(self) -> None:
        """End what a part left outside its process group, or a supervisor that was killed left altogether.

        The database gets some time to end well, the rest none.
        """
        begun = time.monotonic()
        living = {running.part.name for running in self.running if not running.ended}
        while found := {pid: name for pid, name in marked(self.data).items() if name not in living}:
            for pid, name in found.items():
                hard = name != "database" or time.monotonic() > begun + 10
                self._kill(pid, signal.SIGKILL if hard else signal.SIGINT)
            if time.monotonic() > begun + 20:
                self.report(f"These processes of an earlier run can't be ended: {found}")
                return
            time.sleep(TICK)

    @staticmethod
    def _kill(pid: int, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
