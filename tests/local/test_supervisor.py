import os
import signal
import subprocess
import sys
import time

import pytest

from annotate.local import parts
from annotate.local.parts import Part, marked
from annotate.local.supervisor import PartFailed, Supervisor, pause_after
from tests.local.installation import until


def part(name, script, **options):
    """A part that runs a shell script; ready when it has written `ready` to its log."""
    return Part(name, ["/bin/sh", "-c", script], **{"ready": lambda: True, **options})


@pytest.fixture
def said():
    return []


@pytest.fixture
def supervisor(tmp_path, said):
    with Supervisor(tmp_path, said.append, handle_signals=False) as supervisor:
        yield supervisor


def test_parts_stop_in_reverse_order(tmp_path, said):
    order = tmp_path / "order"
    with Supervisor(tmp_path, said.append, handle_signals=False) as supervisor:
        for name in ("database", "web", "worker"):
            up = tmp_path / name
            script = f'trap "echo {name} >> {order}; exit" TERM; touch {up}; while :; do sleep 0.05; done'
            supervisor.start(part(name, script, ready=up.exists))
    assert order.read_text().split() == ["worker", "web", "database"]
    assert said == []


def test_a_part_that_ignores_sigterm_is_killed_with_its_children(tmp_path, said):
    with Supervisor(tmp_path, said.append, handle_signals=False) as supervisor:
        script = f'trap "" TERM; sleep 1000 & touch {tmp_path}/up; wait'
        supervisor.start(part("deaf", script, ready=(tmp_path / "up").exists, grace=0.3))
        assert len(marked(tmp_path)) == 2
    assert marked(tmp_path) == {}
    assert said == ["Waiting for deaf to finish what it is doing.", "deaf did not stop within 0.3 s: killed."]


def test_a_crash_is_reported_and_followed_by_a_restart_after_a_growing_pause(tmp_path, supervisor, said):
    starts = tmp_path / "starts"
    supervisor.start(part("frail", f"date +%s.%N >> {starts}; exit 3"))

    def three_starts():
        supervisor.restart_crashed()
        return starts.exists() and len(starts.read_text().split()) == 3

    until(three_starts)
    first, second, third = map(float, starts.read_text().split())
    assert second - first > pause_after(1)
    assert third - second > pause_after(2)
    assert said[:2] == [
        f"frail ended with code 3. Its log: {tmp_path}/logs/frail.log",
        "frail was started again.",
    ]


def test_a_part_whose_socket_was_cleaned_away_is_started_again(tmp_path, supervisor, said, monkeypatch):
    monkeypatch.setattr(parts, "SETTLED", 0)
    socket = tmp_path / "gone" / "socket"
    script = f'touch "{socket}"; exec sleep 1000'
    make_folder = lambda: socket.parent.mkdir(exist_ok=True)  # noqa: E731
    supervisor.start(part("store", script, ready=socket.exists, before=make_folder, socket=socket))
    supervisor.restart_crashed()
    assert said == []
    socket.unlink()
    socket.parent.rmdir()
    until(lambda: supervisor.restart_crashed() or "store was started again." in said)
    until(socket.exists)
    assert said[0] == f"store can't be reached any more, since its socket is gone: {socket}"


def test_the_pause_doubles_up_to_a_limit():
    assert [pause_after(crashes) for crashes in (1, 2, 3, 7, 8, 10**6)] == [0.25, 0.5, 1, 16, 30, 30]


def test_a_part_that_cannot_start_says_why(supervisor):
    with pytest.raises(PartFailed, match=r"bad ended with code 2:\n    no such thing"):
        supervisor.start(part("bad", "echo no such thing; exit 2", ready=lambda: False))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_nothing_outlives_a_supervisor_that_was_killed(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from tests.local.test_supervisor import *\n"
        "s = Supervisor(Path(sys.argv[1]), print)\n"
        "s.start(part('child', 'trap \"\" TERM; sleep 1000')); print('up', flush=True); time.sleep(1000)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "up\n"
        until(lambda: len(marked(tmp_path)) == 2)
        process.kill()
    # The program itself dies with its parent; what it had started is found by the next supervisor.
    until(lambda: len(marked(tmp_path)) == 1)
    with Supervisor(tmp_path, print, handle_signals=False):
        assert marked(tmp_path) == {}


def test_a_supervisor_ends_only_what_belongs_to_its_own_folder(tmp_path, supervisor):
    (tmp_path / "other").mkdir()
    with Supervisor(tmp_path / "other", print, handle_signals=False) as other:
        other.start(part("quiet", "sleep 1000"))
        with Supervisor(tmp_path / "third", print, handle_signals=False):
            time.sleep(0.1)
        assert not other.running[0].ended
        os.kill(other.running[0].process.pid, signal.SIGKILL)
