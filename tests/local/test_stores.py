import os
import stat

import psycopg
import pytest

from annotate.local import stores
from annotate.local.runtime import socket_folder
from annotate.local.supervisor import Supervisor

as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can make somebody else's files")


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "closed" / "data"
    folder.mkdir(parents=True)
    folder.parent.chmod(0o700)
    yield folder
    sockets = socket_folder(folder)
    if sockets.is_dir() and not sockets.is_symlink():
        sockets.rmdir()


def test_the_socket_folder_is_private(data):
    folder = stores.sockets(data)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stores.sockets(data) == folder


def test_a_link_in_place_of_the_socket_folder_is_refused(data, tmp_path):
    folder = socket_folder(data)
    folder.symlink_to(tmp_path)
    try:
        with pytest.raises(stores.StoreError, match="belongs to somebody else"):
            stores.sockets(data)
    finally:
        folder.unlink()


@as_root
def test_a_socket_folder_of_somebody_else_is_refused(data):
    folder = socket_folder(data)
    folder.mkdir()
    os.chown(folder, 12345, -1)
    with pytest.raises(stores.StoreError, match="belongs to somebody else"):
        stores.sockets(data)


@as_root
def test_postgres_of_root_reaches_data_in_a_closed_folder_and_opens_it_to_nobody(data):
    before = stat.S_IMODE(data.parent.stat().st_mode)
    with Supervisor(data, print, handle_signals=False) as supervisor:
        supervisor.start(stores.postgres(data, hasty=True))
        with psycopg.connect(host=str(socket_folder(data)), user="stepmark", dbname="stepmark") as connection:
            found = connection.execute("SELECT current_setting('server_version_num')::int / 10000, lower('ÄÖ')")
            assert found.fetchone() == (stores.POSTGRES_VERSION, "äö")
    assert (data / "postgres").stat().st_uid not in (0, os.getuid())
    assert stat.S_IMODE(data.parent.stat().st_mode) == before
    assert not (data / "postgres.new").exists()


@as_root
def test_a_cluster_keeps_its_owner(data):
    (data / "postgres").mkdir()
    os.chown(data / "postgres", 12345, -1)
    assert stores.postgres_user(data) == 12345


def test_a_cluster_of_an_unknown_version_is_told(data):
    (data / "postgres").mkdir()
    (data / "postgres" / "PG_VERSION").write_text("99\n")
    with pytest.raises(stores.StoreError, match="no Postgres 99"):
        stores.postgres(data)
