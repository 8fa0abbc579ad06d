import gc
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.cast import alice, bob, cast, charlie, max_, nobody, rita
from tests.site import installation, site

__all__ = ["alice", "bob", "cast", "charlie", "installation", "max_", "nobody", "rita", "site"]

# How long an example takes says more about what else the machine is doing than about the code.
settings.register_profile("stepmark", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("stepmark")

HERE = Path(__file__).parent
BROWSERS = HERE / "e2e"
OF_PROCESSES = re.compile(r"\bmark\.(slow|installation)\b")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Reads only the files that hold what `-m` asks for: all others, and torch with them, take half a minute."""
    asked = config.option.markexpr
    if "not e2e" in asked:
        return True if collection_path == BROWSERS else None
    if asked and "not" not in asked:
        return None if _may_hold(collection_path, frozenset(re.findall(r"\w+", asked))) else True
    return None


@cache
def _may_hold(path: Path, marks: frozenset[str]) -> bool:
    """Whether a test with one of these marks may be in this file, or in this folder."""
    if HERE not in path.parents:
        return True
    if path.is_dir():
        return any(_may_hold(file, marks) for file in path.rglob("test_*.py"))
    if BROWSERS in path.parents and "e2e" in marks:
        return True
    return any(mark in marks for mark in OF_PROCESSES.findall(path.read_text()))


def pytest_collection_finish() -> None:
    """What was imported stays to the end: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
