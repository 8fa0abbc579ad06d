from typing import Any


def deeper_than(limit: int, value: Any) -> bool:
    """Whether lists and objects lie in one another more than `limit` deep. Level by level: nobody's stack grows."""
    level = _containers([value])
    for _ in range(limit):
        if not level:
            return False
        level = [inner for outer in level for inner in _containers(outer)]
    return bool(level)


def _containers(values: Any) -> list[Any]:
    inside = values.values() if isinstance(values, dict) else values
    return [value for value in inside if isinstance(value, dict | list)]
