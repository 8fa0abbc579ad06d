"""How a Celery worker shows that it is usable, and how others see it.

Asking a worker (`inspect ping`) gets no answer while a solo pool is busy with one long job, so each worker's
main process tells Redis every few seconds, from a thread of its own. Times are Redis's: no two clocks meet.
"""

import logging
import threading
from typing import Any

from celery.signals import worker_ready, worker_shutdown
from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

KEY = "stepmark:workers"  # worker's name → second of its last sign of life
OTHERS = "stepmark:workers:others"  # the same of workers that leave the general queue to others
EVERY = 2.0
GONE_AFTER = 8

log = logging.getLogger(__name__)
_stopping = threading.Event()


def redis_client(timeout: float = 1.0) -> "Redis":
    """A client that answers or raises RedisError within about `timeout` seconds, without trying again."""
    return Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 0),
    )


def live_workers(client: "Redis") -> int:
    """How many workers of the general queue gave a sign of life lately. Raises RedisError."""
    now, _ = client.time()
    return int(client.zcount(KEY, now - GONE_AFTER, "+inf"))


def general_workers() -> int:
    """The same; 0 without Redis, since then none is given anything to do."""
    try:
        with redis_client() as client:
            return live_workers(client)
    except RedisError:
        return 0


def background() -> str:
    """Whether anybody does what is done in the background: `ok`, `no-worker`, or `no-redis`, without which workers hear
    of nothing.
    """
    try:
        with redis_client() as client:
            return "ok" if live_workers(client) else "no-worker"
    except RedisError:
        return "no-redis"


def is_live(worker: str) -> bool:
    """Whether the worker of this name, of whatever queue, gave a sign of life lately; False without Redis, too."""
    try:
        with redis_client() as client:
            now, _ = client.time()
            signs = [client.zscore(key, worker) for key in (KEY, OTHERS)]
    except RedisError:
        return False
    return any(sign is not None and sign >= now - GONE_AFTER for sign in signs)


def beat(client: "Redis", worker: str, key: str = KEY) -> None:
    now, _ = client.time()
    with client.pipeline() as pipe:
        pipe.zadd(key, {worker: now})
        pipe.zremrangebyscore(key, "-inf", now - 3600)
        pipe.execute()


@worker_ready.connect
def _start(sender: Any, **_: Any) -> None:
    _stopping.clear()
    threading.Thread(target=_beat_on, args=(sender,), name="heartbeat", daemon=True).start()


@worker_shutdown.connect
def _stop(sender: Any, **_: Any) -> None:
    _stopping.set()
    try:
        redis_client().zrem(_key(sender), sender.hostname)
    except RedisError:
        log.debug("Redis did not take the goodbye", exc_info=True)


def _key(consumer: Any) -> str:
    return KEY if "celery" in consumer.app.amqp.queues.consume_from else OTHERS


def _beat_on(consumer: Any) -> None:
    client = redis_client()
    while not _stopping.is_set():
        # Without a task consumer the worker has lost the broker and gets no work until it is back.
        if consumer.task_consumer is not None:
            try:
                beat(client, consumer.hostname, _key(consumer))
            except RedisError as error:
                log.warning("No sign of life could be left in Redis: %s", error)
        _stopping.wait(EVERY)
