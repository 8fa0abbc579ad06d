from pathlib import Path

import pytest
from django.conf import LazySettings

from annotate.imports import background


@pytest.fixture(autouse=True)
def folder(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR = tmp_path
    # The thread that keeps the lease has a connection of its own, which sees nothing of a test's transaction.
    settings.IMPORT_LEASE_SECONDS = 3600
    monkeypatch.setattr(background, "KEEP_SECONDS", 3600)
