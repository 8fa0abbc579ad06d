"""Pieces of SQL with their parameters, and how they go together. Pure.

Whatever a user wrote is a parameter; the SQL is put together from this package's own constants alone.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["trace", "choice"]
KINDS: tuple[Kind, ...] = ("trace", "choice")


@dataclass
class Params:
    """Collects the values of one statement. Their names begin with `prefix`, apart from those of a statement around."""

    prefix: str = "find"
    values: dict[str, Any] = field(default_factory=dict)

    def add(self, value: object) -> str:
        """The placeholder that stands for this value."""
        name = f"{self.prefix}_{len(self.values)}"
        self.values[name] = value
        return f"%({name})s"


@dataclass(frozen=True)
class Scope:
    """What a condition is compiled for: rows of `kind` under the alias `o`."""

    kind: Kind
    params: Params
    project_id: int | None = None
    """Of the only project that is searched, if it is known."""
    few: bool = False
    """Whether only some rows are looked at, so that looking something up for each is better than for all at once."""

    @property
    def nodes(self) -> str:
        """The array of step keys that the row's steps are: of a choice, its candidates."""
        return "o.path" if self.kind == "trace" else "o.candidates"

    @property
    def read(self) -> str:
        """The array of step keys whose texts are searched."""
        return "o.path" if self.kind == "trace" else "(o.candidates || o.prefix_id)"

    def add(self, value: object) -> str:
        return self.params.add(value)
