"""Tiny checkpoints of all families, written once. Without torch the whole folder is skipped: only workers need it."""

import os
import socket

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"  # read once, when the hub's library is imported

try:
    import torch

    from tests.scoring.prm import tiny
except ImportError:  # only workers need it; `make test` installs it
    collect_ignore_glob = ["test_*.py"]

FAMILIES = ["qwen", "math-shepherd", "rlhflow", "skywork", "trl", "implicit"]


@pytest.fixture(scope="session", autouse=True)
def _one_thread():
    """Models of this size only lose by more."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch, request):
    """Nothing here may reach for the network: a database is the one exception."""
    if request.node.get_closest_marker("django_db"):
        return

    def refuse(self, address, *args):
        raise AssertionError(f"a connection to {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoints")
    return {family: tiny.write(folder / family, family, seed=i) for i, family in enumerate(FAMILIES)}
