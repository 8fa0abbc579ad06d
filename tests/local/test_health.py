import pytest
from django.test import Client

from annotate.core.heartbeat import GONE_AFTER, KEY, background, beat, live_workers, redis_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def redis():
    with redis_client() as client:
        client.delete(KEY)
        yield client
        client.delete(KEY)


def test_all_is_well(redis):
    beat(redis, "celery@here")
    answer = Client().get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "parts": {"web": "ok", "database": "ok", "redis": "ok", "worker": "ok"},
    }
    assert "no-store" in answer["Cache-Control"]


def test_no_worker(redis):
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["worker"] == "down"
    assert background() == "no-worker"


def test_a_worker_that_fell_silent_counts_no_more(redis):
    beat(redis, "celery@here")
    assert live_workers(redis) == 1
    assert background() == "ok"
    redis.zincrby(KEY, -GONE_AFTER - 1, "celery@here")
    assert live_workers(redis) == 0


def test_no_redis(settings):
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    assert background() == "no-redis"
    parts = Client().get("/healthz").json()["parts"]
    assert (parts["redis"], parts["worker"], parts["database"]) == ("down", "unknown", "ok")


def test_no_database(monkeypatch):
    from django.db import connection

    elsewhere = connection.get_connection_params() | {"host": "/nowhere"}
    monkeypatch.setattr(connection, "get_connection_params", lambda: elsewhere)
    assert Client().get("/healthz").json()["parts"]["database"] == "down"


def test_only_reading():
    assert Client().post("/healthz").status_code == 405
