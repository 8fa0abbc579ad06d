"""Starts a private Postgres and Redis for a test run, before Django reads its settings.

An early plugin (`-p tests.stores_plugin`), because pytest-django loads the settings before any conftest file.
Stores that DATABASE_URL and REDIS_URL name are used as they are. Under xdist the controller starts the stores
and its workers inherit the environment. Test runs side by side get stores of their own.
"""

import atexit
import os
from contextlib import ExitStack
from pathlib import Path

from annotate.local import stores
from annotate.local.runtime import REPOSITORY, AlreadyRunning, held, secret_key_file, store_urls
from annotate.local.supervisor import Supervisor


def _start() -> None:
    stack = ExitStack()
    data = _free_folder(stack, REPOSITORY / "var" / "test")
    atexit.register(stack.close)
    supervisor = stack.enter_context(Supervisor(data, print, handle_signals=False))
    urls = store_urls(data)
    if not os.environ.get("DATABASE_URL"):
        supervisor.start(stores.postgres(data, hasty=True))
    if not os.environ.get("REDIS_URL"):
        supervisor.start(stores.redis(data))
    for name, value in {**urls, "SECRET_KEY_FILE": str(secret_key_file(data))}.items():
        os.environ.setdefault(name, value)
    (data / "static").mkdir(exist_ok=True)
    os.environ["STEPMARK_DATA"] = str(data)  # what the tests write stays out of the installation's own data


def _free_folder(stack: ExitStack, base: Path) -> Path:
    number = 1
    while True:
        folder = base / str(number)
        try:
            stack.enter_context(held(folder))
        except AlreadyRunning:
            number += 1
        else:
            return folder


# Several threads of a numeric library on a busy machine wait for each other, and keep the processors busy with it.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
if "PYTEST_XDIST_WORKER" not in os.environ:
    _start()
