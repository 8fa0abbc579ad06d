"""The columns of Parquet files: an Arrow schema from the types of a format's rows. Pure.

It is written out from types, never guessed from values, so that a column of nulls or of empty lists has the
same type in every file.
"""

from collections.abc import Iterable
from typing import Any

import msgspec.inspect as inspect
import pyarrow as pa
from msgspec import Struct


def schema_of(rows: Iterable[type[Struct]], extra: Iterable[tuple[str, Any]] = ()) -> pa.Schema:
    """Fields of all these types of rows, in order; a field that several have is there once. `extra`: (name, type)
    of what is put behind them. Raises TypeError for a type that has no column, such as a union of texts and objects.
    """
    fields: dict[str, pa.Field] = {}
    for row in rows:
        info = inspect.type_info(row)
        assert isinstance(info, inspect.StructType)  # noqa: S101
        for field in info.fields:
            fields.setdefault(field.encode_name, pa.field(field.encode_name, _arrow(field.type)))
    for name, type in extra:
        fields[name] = pa.field(name, _arrow(inspect.type_info(type)))
    return pa.schema(list(fields.values()))


_SIMPLE = {
    inspect.StrType: pa.string(),
    inspect.IntType: pa.int64(),
    inspect.FloatType: pa.float64(),
    inspect.BoolType: pa.bool_(),
}


def _arrow(type: inspect.Type) -> pa.DataType:
    if simple := _SIMPLE.get(type.__class__):
        return simple
    if isinstance(type, inspect.ListType):
        return pa.list_(_arrow(type.item_type))
    if isinstance(type, inspect.StructType):
        return pa.struct([pa.field(field.encode_name, _arrow(field.type)) for field in type.fields])
    if isinstance(type, inspect.UnionType):
        some = [one for one in type.types if not isinstance(one, inspect.NoneType)]
        if len(some) == 1:
            return _arrow(some[0])
    raise TypeError(f"There is no column of {type}.")
