import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from annotate.local.runtime import (
    AlreadyRunning,
    held,
    is_running,
    local_environment,
    secret_key_file,
    socket_folder,
    store_urls,
    write_private,
)


@pytest.fixture
def data(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SECRET_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STEPMARK_DATA", str(tmp_path))
    return tmp_path


def test_the_secret_key_is_made_once_and_private(data):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: secret_key_file(data).read_text(), range(8)))
    assert len(keys) == 1
    assert len(keys.pop()) > 50
    assert stat.S_IMODE((data / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in data.iterdir()] == ["secret_key"]


def test_private_stores_are_the_default(data):
    values = local_environment()
    assert values == {**store_urls(data), "SECRET_KEY_FILE": str(data / "secret_key")}


def test_the_environment_comes_first(data, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/db")
    # and no key is made for it: another server of the same database would make another
    assert local_environment() == {"REDIS_URL": store_urls(data)["REDIS_URL"]}
    assert not (data / "secret_key").exists()


def test_stores_of_a_running_installation_are_found(data):
    (data / "run").mkdir()
    write_private(data / "run" / "env.json", '{"DATABASE_URL": "postgres://a/b", "REDIS_URL": "redis://c"}')
    assert local_environment().items() >= {"DATABASE_URL": "postgres://a/b", "REDIS_URL": "redis://c"}.items()


def test_socket_paths_fit_the_limit_however_deep_the_data_is():
    deep = Path("/" + "/".join(["a folder with a long name"] * 20))
    assert len(os.fsencode(socket_folder(deep) / ".s.PGSQL.5432.lock")) < 100


def test_a_folder_is_held_by_one_and_free_when_its_holder_dies(data):
    with held(data):
        assert is_running(data)
        with pytest.raises(AlreadyRunning, match=str(os.getpid())), held(data):
            pass
    assert not is_running(data)
    code = (
        "import os, sys; from pathlib import Path; from annotate.local.runtime import held; "
        "h = held(Path(sys.argv[1])); h.__enter__(); os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(data)], check=False).returncode == -9
    assert not is_running(data)
