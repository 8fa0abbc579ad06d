"""`GET /healthz`: whether this installation can do its work, for load balancers and for the start."""

import psycopg
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from annotate.core.heartbeat import live_workers, redis_client

TIMEOUT = 2  # seconds for each part; libpq takes no less


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when every part is "ok", else 503: what fails is "down", what can't be asked "unknown"."""
    redis, worker = _redis_and_worker()
    parts = {"web": "ok", "database": _database(), "redis": redis, "worker": worker}
    ok = set(parts.values()) == {"ok"}
    return JsonResponse({"status": "ok" if ok else "unavailable", "parts": parts}, status=200 if ok else 503)


def _database() -> str:
    # A connection of its own: the thread's may be one that a stopped database never answers on.
    options = connection.get_connection_params() | {"connect_timeout": TIMEOUT}
    for name in ("cursor_factory", "context", "prepare_threshold"):
        options.pop(name, None)
    options["options"] = f"{options.get('options', '')} -c statement_timeout={TIMEOUT * 1000}"
    try:
        with psycopg.connect(**options) as own:
            own.execute("SELECT 1")
    except psycopg.Error:
        return "down"
    return "ok"


def _redis_and_worker() -> tuple[str, str]:
    try:
        with redis_client(TIMEOUT / 2) as client:
            return "ok", "ok" if live_workers(client) else "down"
    except RedisError:
        return "down", "unknown"
