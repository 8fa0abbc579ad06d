"""A whole installation: started, hurt in every way that a day brings, and stopped without a trace."""

import os
import re
import shutil
import signal
import stat
import subprocess
import sys

import pytest

from annotate.local.runtime import REPOSITORY, socket_folder
from tests.local.installation import Installation, free_port, until

pytestmark = [pytest.mark.slow, pytest.mark.installation]


@pytest.fixture
def running(installation):
    """Others work with it before and after."""
    return installation


@pytest.fixture
def stopped_part(running):
    """Freezes a part, as if it hung, and lets it go on afterwards."""
    frozen = []

    def freeze(part):
        frozen.append(running.leader(part))
        os.kill(frozen[-1], signal.SIGSTOP)

    yield freeze
    for pid in frozen:
        os.kill(pid, signal.SIGCONT)
    until(lambda: running.healthz()[0] == 200)


def test_first_start_makes_everything(running):
    assert running.healthz() == (200, {"web": "ok", "database": "ok", "redis": "ok", "worker": "ok"})
    known = running.credentials()
    assert known.keys() == {"url", "username", "password", "token"}
    assert known["url"] == f"http://127.0.0.1:{running.port}"
    assert known["password"] in running.said()
    for name in ("credentials.json", "secret_key"):
        assert stat.S_IMODE((running.data / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(socket_folder(running.data).stat().st_mode) == 0o700
    assert isinstance(running.projects(), list)
    assert {"web", "worker", "beat", "redis", "database"} == set(running.processes().values())


def test_manage_py_finds_the_running_stores(running):
    code = "from annotate.accounts.models import User; print(User.objects.order_by('pk').first().username)"
    names = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY_FILE")
    environment = {k: v for k, v in os.environ.items() if k not in names} | {"STEPMARK_DATA": str(running.data)}
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == "admin", done.stderr


def test_a_second_supervisor_is_refused(running):
    second = Installation(running.data)
    second.output = running.data.with_name("second.out")
    second.launch()
    assert second.process.wait(60) == 1
    assert f"already (process {running.process.pid})" in second.said()


def test_a_taken_port_is_told(running, tmp_path):
    other = Installation(tmp_path / "var")
    other.port = running.port
    other.launch()
    assert other.process.wait(60) == 1
    assert f"port {running.port}: Address already in use" in other.said()
    assert not (tmp_path / "var" / "postgres").exists()


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    other = Installation(tmp_path / "file" / "var")
    other.output = tmp_path / "out"
    other.launch()
    assert other.process.wait(60) == 1
    assert "can't be used: Not a directory" in other.said()


@pytest.mark.parametrize(
    ("part", "seen"),
    [
        ("worker", {"worker": "down"}),
        ("redis", {"redis": "down", "worker": "unknown"}),
        ("database", {"database": "down"}),
    ],
)
def test_healthz_names_the_part_that_hangs(running, stopped_part, part, seen):
    stopped_part(part)
    status, parts = until(lambda: (answer := running.healthz())[0] != 200 and answer)
    assert (status, {name: state for name, state in parts.items() if state != "ok"}) == (503, seen)


@pytest.mark.parametrize("part", ["worker", "web", "redis", "database", "beat"])
def test_a_killed_part_is_reported_and_started_again(running, part):
    before, said = running.leader(part), len(running.said())
    os.kill(before, signal.SIGKILL)
    report = rf"{part} was killed by SIGKILL(.|\n)*{part} was started again"
    until(lambda: re.search(report, running.said()[said:]))
    assert running.leader(part) != before
    until(lambda: _healthy(running))


def test_a_cleaned_temp_folder_heals(running):
    said = len(running.said())
    shutil.rmtree(socket_folder(running.data))
    until(lambda: {"database", "redis"} <= set(re.findall(r"(\w+) can't be reached any more", running.said()[said:])))
    until(lambda: _healthy(running))


@pytest.fixture
def own_installation(tmp_path):
    installation = Installation(tmp_path / "again")
    yield installation
    if installation.process and installation.process.poll() is None:
        installation.stop()


def test_starting_again_keeps_everything_and_stopping_leaves_nothing(own_installation):
    """Three lives: stopped by SIGTERM, killed outright, and stopped while a part hangs."""
    installation = own_installation
    installation.start()
    assert "first admin" in installation.said()
    known = installation.credentials()
    assert installation.stop() == 0
    assert installation.processes() == {}
    assert not (installation.data / "run" / "env.json").exists()

    installation.port = free_port()
    installation.start()
    assert "up to date" in installation.said()
    assert "first admin" not in installation.said()
    assert known["password"] not in installation.said(), "a later start's output may be kept by anybody"
    assert installation.credentials() == {**known, "url": f"http://127.0.0.1:{installation.port}"}
    assert installation.projects() == []
    installation.stop(signal.SIGKILL)

    installation.start()
    assert installation.projects() == []
    os.kill(installation.leader("worker"), signal.SIGSTOP)  # hears no SIGTERM
    installation.process.send_signal(signal.SIGINT)
    until(lambda: "Stopping" in installation.said())
    assert installation.stop(signal.SIGINT) == 0  # the second Ctrl-C waits for nobody
    assert installation.processes() == {}


def _healthy(installation):
    try:
        return installation.healthz()[0] == 200
    except OSError:
        return False
