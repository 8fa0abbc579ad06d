"""Deleting many rows with all that hangs on them, in a few statements, whatever tables other apps have added."""

# ruff: noqa: S608 - the SQL is put together from the models' own names

import itertools
from typing import Any

from django.db import models
from django.db.backends.utils import CursorWrapper

_number = itertools.count()


def delete(cursor: CursorWrapper, model: type[models.Model], ids: str) -> int:
    """Deletes the rows of the model whose keys are in the temporary table `ids` (column `id`); how many.

    Follows the models' relations as Django's own deletion does: rows that cascade go, links that may be empty are
    emptied, and what protects makes the database refuse the whole transaction. A relation of a table to itself is left
    to the caller, who names whole trees.
    """
    for relation in relations(model):
        child, column = relation.related_model, relation.field.column
        table = child._meta.db_table
        if relation.on_delete is models.SET_NULL:
            cursor.execute(f'UPDATE "{table}" c SET "{column}" = NULL FROM {ids} i WHERE c."{column}" = i.id')
        elif relation.on_delete is models.CASCADE:
            if relations(child):
                below, key = f"doomed_{next(_number)}", _key(child)
                cursor.execute(
                    f"CREATE TEMP TABLE {below} ON COMMIT DROP AS"
                    f' SELECT c."{key}" AS id FROM "{table}" c JOIN {ids} i ON c."{column}" = i.id'
                )
                cursor.execute(f"ANALYZE {below}")
                delete(cursor, child, below)
                cursor.execute(f"DROP TABLE {below}")
            else:
                cursor.execute(f'DELETE FROM "{table}" c USING {ids} i WHERE c."{column}" = i.id')
    cursor.execute(f'DELETE FROM "{model._meta.db_table}" c USING {ids} i WHERE c."{_key(model)}" = i.id')
    return cursor.rowcount


def _key(model: type[models.Model]) -> str:
    key: Any = model._meta.pk
    return str(key.column)


def relations(model: type[models.Model]) -> list[Any]:
    """The foreign keys of other tables that point to this one. Views have nothing to delete."""
    fields: list[Any] = model._meta.get_fields(include_hidden=True)
    return [
        field
        for field in fields
        if field.auto_created
        and not field.concrete
        and (field.one_to_many or field.one_to_one)
        and field.related_model._meta.managed
        and field.related_model is not model
    ]
