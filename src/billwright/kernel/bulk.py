"""Inserting many rows at once: one statement, one parameter, whatever the number.

Django's `bulk_create` prepares and quotes every value by itself; for thousands of rows that costs more than the
insert. Here the rows travel as one JSON text, which the server takes apart with the types of the table.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection, models
from pydantic_core import to_json

Row = TypeVar("Row", bound=models.Model)


def insert_rows(model: type[Row], rows: Sequence[Row]) -> Sequence[Row]:
    """Insert rows whose keys are known (see `numbering.take_ids`), or which nobody asks for their keys; returns them.

    All rows have a key or none has. Constraints and triggers of the table hold as ever; `save` is not called.
    """
    if rows:
        fields = model._meta.concrete_fields
        names = [field.attname for field in fields if not field.primary_key or rows[0].pk is not None]
        values = attrgetter(*names)
        insert_records(model, [dict(zip(names, values(row), strict=True)) for row in rows])
    return rows


def insert_records(model: type[models.Model], records: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows given as what their columns hold, by the model's attributes; what is left out takes its default.

    For thousands of rows to make a model of each costs as much as to insert them. All records say the same columns.
    """
    if not records:
        return
    statement, fields = _statement(model, with_key=model._meta.pk.attname in records[0])
    defaults = {name: field.get_default() for name, field in fields.items() if name not in records[0]}
    if defaults:
        records = [{**defaults, **record} for record in records]
    with connection.cursor() as cursor:
        cursor.execute(statement, [as_json(records)])


def as_json(records: Sequence[Mapping[str, Any]]) -> str:
    """Records for `json_to_recordset`; dates, instants and decimals go as the text that the server reads."""
    return to_json(records, fallback=str).decode()


@contextmanager
def no_collection() -> Iterator[None]:
    """Build rows by the hundred thousand without the collector of cycles.

    It would look through all of them again and again, a sixth of the time, and rows make no cycles. The collector is
    the process's: what else runs in it goes without as long.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def as_array(values: Iterable[int | bool | date | None]) -> str:
    """Whole numbers, truths or days as the text of an array, which the server reads faster than a list of parameters.

    The statement names the type: `%(ids)s::bigint[]`.
    """
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


@cache
def _statement(model: type[models.Model], *, with_key: bool) -> tuple[str, dict[str, models.Field[Any, Any]]]:
    fields = [field for field in model._meta.concrete_fields if with_key or not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    # The record's keys are the attributes; they stand in the order of the columns.
    record = ", ".join(f'"{field.attname}" {field.db_type(connection)}' for field in fields)
    chosen = ", ".join(f'r."{field.attname}"' for field in fields)
    return (
        f'insert into "{model._meta.db_table}" ({columns}) select {chosen} from json_to_recordset(%s) as r ({record})',
        {field.attname: field for field in fields},
    )
