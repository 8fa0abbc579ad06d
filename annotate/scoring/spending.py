"""What scorers ask of servers, counted in the database over all workers, and held under the project's limits and the
installation's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings as installation
from django.db import connection

from annotate.scoring.scorers.base import Unavailable


class DatabaseBudget:
    """A scorer's budget. Limits are the settings `requests_per_minute`, `tokens_per_day` and `money_per_day`; null is
    no limit. Days and minutes are those of the database, in UTC. The operator's limits hold over all projects together.
    """

    def __init__(self, project_id: int, key: str, settings: Mapping[str, Any]) -> None:
        self.project_id, self.key = project_id, key
        self.limits = {name: settings.get(name) for name in ("requests_per_minute", "tokens_per_day", "money_per_day")}

    def admit(self, requests: int = 1) -> None:
        with connection.cursor() as cursor:
            _admit_over_all(cursor)
            # One row a day, under whose lock all workers count: together they stay below the limits. A batch that is
            # larger than a minute's limit goes through in a minute in which nothing was asked before.
            cursor.execute(_ADMIT, {**self._row, **self.limits, "requests": requests})
            if cursor.fetchone():
                return
            cursor.execute(_STANDS, {**self._row, **self.limits})
            found = cursor.fetchone()
        if found is None:
            return
        tokens, money, to_minute, to_day = found
        if tokens:
            raise Unavailable(
                "The tokens of today are used up (the setting “tokens per day”); more at 0:00 UTC.", to_day
            )
        if money:
            raise Unavailable("The money of today is spent (the setting “money per day”); more at 0:00 UTC.", to_day)
        raise Unavailable("The requests of this minute are used up (the setting “requests per minute”).", to_minute)

    def spend(self, *, requests: int = 0, tokens_in: int = 0, tokens_out: int = 0, money: float = 0.0) -> None:
        spent = {"requests": requests, "tokens_in": tokens_in, "tokens_out": tokens_out, "money": money}
        with connection.cursor() as cursor:
            cursor.execute(_SPEND, {**self._row, **spent})

    @property
    def _row(self) -> dict[str, Any]:
        return {"project": self.project_id, "key": self.key}


@dataclass(frozen=True, slots=True)
class Limit:
    """The operator's limit on one day (UTC) of all projects together, and what they used. `name`: as in settings."""

    name: str
    limit: float
    used: float


def limits_today() -> list[Limit]:
    """Those that the operator has set."""
    with connection.cursor() as cursor:
        return _limits_today(cursor)[0]


def _limits_today(cursor: Any) -> tuple[list[Limit], float]:
    """And the seconds until the next day."""
    limits = {name: limit for name, limit in installation.SCORING_LIMITS.items() if limit is not None}
    if not limits:
        return [], 0.0
    cursor.execute(_EVERYBODY)
    requests, tokens, money, to_day = cursor.fetchone()
    used = {"requests_per_day": requests, "tokens_per_day": tokens, "money_per_day": money}
    return [Limit(name, limit, float(used[name])) for name, limit in limits.items()], to_day


def _admit_over_all(cursor: Any) -> None:
    """Looks without a lock: a request that is admitted at this very moment isn't seen. Tokens and money are known only
    after they were spent, so what is on its way is beyond the limit all the same.
    """
    found, to_day = _limits_today(cursor)
    for one in found:
        if one.used >= one.limit:
            what = one.name.partition("_")[0]
            raise Unavailable(
                f"The installation's limit on {what} a day ({one.limit:,g} over all projects, set by its operator) is"
                " reached; more at 0:00 UTC.",
                to_day,
            )


_TODAY = "(now() AT TIME ZONE 'UTC')::date"

_EVERYBODY = f"""
SELECT coalesce(sum(requests), 0)::bigint, coalesce(sum(tokens_in + tokens_out), 0)::bigint,
    coalesce(sum(money), 0)::float8, extract(epoch FROM ({_TODAY} + 1)::timestamp AT TIME ZONE 'UTC' - now())::float8
FROM scoring_usage WHERE day = {_TODAY}
"""  # noqa: S608

_ADMIT = f"""
INSERT INTO scoring_usage AS u
    (project_id, key, day, requests, tokens_in, tokens_out, money, minute, minute_requests)
VALUES (%(project)s, %(key)s, {_TODAY}, %(requests)s, 0, 0, 0, date_trunc('minute', now()), %(requests)s)
ON CONFLICT (project_id, key, day) DO UPDATE SET
    requests = u.requests + %(requests)s,
    minute = date_trunc('minute', now()),
    minute_requests = %(requests)s
        + CASE WHEN u.minute = date_trunc('minute', now()) THEN u.minute_requests ELSE 0 END
WHERE (%(tokens_per_day)s::float8 IS NULL OR u.tokens_in + u.tokens_out < %(tokens_per_day)s::float8)
    AND (%(money_per_day)s::float8 IS NULL OR u.money < %(money_per_day)s::float8)
    AND (%(requests_per_minute)s::float8 IS NULL OR u.minute IS DISTINCT FROM date_trunc('minute', now())
        OR u.minute_requests + %(requests)s <= %(requests_per_minute)s::float8)
RETURNING 1
"""  # noqa: S608

_STANDS = f"""
SELECT coalesce(tokens_in + tokens_out >= %(tokens_per_day)s::float8, false),
    coalesce(money >= %(money_per_day)s::float8, false),
    extract(epoch FROM date_trunc('minute', now()) + interval '1 minute' - now())::float8,
    extract(epoch FROM ({_TODAY} + 1)::timestamp AT TIME ZONE 'UTC' - now())::float8
FROM scoring_usage WHERE project_id = %(project)s AND key = %(key)s AND day = {_TODAY}
"""  # noqa: S608

_SPEND = f"""
INSERT INTO scoring_usage AS u
    (project_id, key, day, requests, tokens_in, tokens_out, money, minute_requests)
VALUES (%(project)s, %(key)s, {_TODAY}, %(requests)s, %(tokens_in)s, %(tokens_out)s, %(money)s, 0)
ON CONFLICT (project_id, key, day) DO UPDATE SET
    requests = u.requests + excluded.requests, tokens_in = u.tokens_in + excluded.tokens_in,
    tokens_out = u.tokens_out + excluded.tokens_out, money = u.money + excluded.money
"""  # noqa: S608
