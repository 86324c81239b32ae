"""Who acts when a command is typed: the built-in operator, or the user named with --as; and how commands print."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import typer
from django.utils.translation import gettext as _
from pydantic import TypeAdapter
from rich.console import Console
from rich.table import Table

from billwright.access.queries import get_user_named
from billwright.access.states import OPERATOR_ACTOR
from billwright.kernel import clock
from billwright.kernel.acts import Act
from billwright.kernel.errors import Refusal
from billwright.org.queries import LegalEntityRow, get_legal_entity

AS_USER = typer.Option("", "--as", metavar="USER", help="Act as this user (default: the built-in operator).")
AS_JSON = typer.Option(False, "--json", help="Print JSON and nothing else.")


def act_as(username: str, *, reason: str = "", key: str | None = None) -> Act:
    """The act of a command, at this instant. Raises NotFound for an unknown user."""
    actor = get_user_named(username).actor if username else OPERATOR_ACTOR
    return Act(actor=actor, at=clock.now(), reason=reason, key=key)


def civil_day(text: str, *, field: str) -> date:
    """A day as it is typed. Raises Refusal `day.unreadable`."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refusal(
            "day.unreadable",
            _("%(text)s is no day.") % {"text": repr(text[:40])},
            field=field,
            cure=_("Write a day as 2026-03-31."),
        ) from error


def today_at(legal_entity_id: int) -> date:
    """The day at a legal entity, which is not that of Greenwich."""
    return clock.business_date(clock.now(), get_legal_entity(legal_entity_id=legal_entity_id).timezone)


def today_of(entities: Sequence[LegalEntityRow]) -> date:
    """The day at the first of some legal entities; where there are none, that of Greenwich."""
    return clock.business_date(clock.now(), entities[0].timezone if entities else "UTC")


def day_asked(given: datetime | None, entities: Sequence[LegalEntityRow]) -> date:
    """The day of an option that was given; else the day at the first of some legal entities."""
    return given.date() if given else today_of(entities)


def day_or_today(text: str, *, field: str, legal_entity_id: int) -> date:
    """A day as it is typed; where none is, the day at a legal entity. Raises Refusal `day.unreadable`."""
    return civil_day(text, field=field) if text else today_at(legal_entity_id)


def plain(value: Decimal) -> str:
    """A quantity or price without trailing zeros and without an exponent."""
    return f"{value.normalize():f}"


def print_json(answer: object) -> None:
    """A frozen row, a list of them, or a mapping of names, as JSON on standard output."""
    plain: Any = (
        TypeAdapter(type(answer)).dump_python(answer, mode="json")
        if dataclasses.is_dataclass(answer) or isinstance(answer, dict)
        else [
            TypeAdapter(type(row)).dump_python(row, mode="json")
            for row in answer  # type: ignore[attr-defined]
        ]
    )
    typer.echo(json.dumps(plain, ensure_ascii=False, indent=2))


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows as a table for people."""
    table = Table(title=title or None, title_justify="left")
    for column in columns:
        table.add_column(column, justify="right" if column in ("net", "tax", "total", "documents", "lines") else "left")
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    Console().print(table)
