"""Entries and their postings, one by one and as the drill-down of an account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from billwright.kernel.errors import NotFound

PAGE_MAX = 500


@dataclass(frozen=True, slots=True)
class PostingRow:
    """One side of an entry with what it stands for; amounts in minor units, debit positive."""

    entry_id: int
    line_no: int
    accounting_date: date
    document_date: date
    recorded_at: datetime
    kind: str
    entry_key: str
    narration: str
    ledger_account_id: int
    code: str
    name: str
    billing_account_id: int | None
    currency: str
    amount_minor: int
    base_minor: int
    tax_code: str
    cost_center: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry with its postings, the entry that reverses it and the one that it reverses."""

    id: int
    legal_entity_id: int
    kind: str
    document_date: date
    accounting_date: date
    recorded_at: datetime
    entry_key: str
    narration: str
    actor: str
    reverses_id: int | None
    reversed_by_id: int | None
    postings: tuple[PostingRow, ...]


_POSTINGS = """
    select
        p.entry_id, p.line_no, e.accounting_date, e.document_date, e.recorded_at, e.kind, e.entry_key, e.narration,
        a.id, a.code, a.name, p.billing_account_id, p.currency, p.amount_minor, p.base_minor, p.tax_code, p.cost_center
    from ledger_posting as p
    inner join ledger_journal_entry as e on e.id = p.entry_id
    inner join ledger_account as a on a.id = p.ledger_account_id
"""
_ENTRIES = """
    select
        e.id, e.legal_entity_id, e.kind, e.document_date, e.accounting_date, e.recorded_at, e.entry_key, e.narration,
        e.actor, e.reverses_id, r.id
    from ledger_journal_entry as e
    left join ledger_journal_entry as r on r.reverses_id = e.id
"""


def get_entry(entry_id: int) -> EntryRow:
    """One entry with its postings. Raises NotFound."""
    entries = _entries("where e.id = %(id)s", {"id": entry_id})
    if not entries:
        raise NotFound("journal_entry.not_found", f"There is no journal entry {entry_id}.")
    return entries[0]


def list_entries(
    *,
    legal_entity_id: int,
    since: date | None = None,
    until: date | None = None,
    entry_key: str = "",
    kind: str = "",
    before_id: int | None = None,
    limit: int = 50,
) -> list[EntryRow]:
    """Entries of an entity, the newest first; page on with `before_id` = the last id of the page before."""
    return _entries(
        "where e.legal_entity_id = %(legal_entity_id)s"
        " and (%(since)s::date is null or e.accounting_date >= %(since)s)"
        " and (%(until)s::date is null or e.accounting_date <= %(until)s)"
        " and (%(entry_key)s = '' or e.entry_key = %(entry_key)s)"
        " and (%(kind)s = '' or e.kind = %(kind)s)"
        " and (%(before_id)s::bigint is null or e.id < %(before_id)s)"
        " order by e.id desc limit %(limit)s",
        {
            "legal_entity_id": legal_entity_id,
            "since": since,
            "until": until,
            "entry_key": entry_key,
            "kind": kind,
            "before_id": before_id,
            "limit": min(limit, PAGE_MAX),
        },
    )


def _entries(where: str, parameters: dict[str, Any]) -> list[EntryRow]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_ENTRIES} {where}", parameters)
        heads = cursor.fetchall()
        cursor.execute(
            f"{_POSTINGS} where p.entry_id = any(%(ids)s) order by p.entry_id, p.line_no",
            {"ids": [head[0] for head in heads]},
        )
        by_entry: dict[int, list[PostingRow]] = {}
        for row in cursor.fetchall():
            by_entry.setdefault(row[0], []).append(PostingRow(*row))
    return [EntryRow(*(*head, tuple(by_entry.get(head[0], ())))) for head in heads]


def list_postings(
    *,
    ledger_account_id: int,
    since: date | None = None,
    until: date | None = None,
    billing_account_id: int | None = None,
    before: tuple[int, int] | None = None,
    limit: int = 50,
) -> list[PostingRow]:
    """Postings of an account, the newest entry first; page on with `before` = (entry_id, line_no) of the last row."""
    entry_id, line_no = before or (None, None)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_POSTINGS} where p.ledger_account_id = %(account)s"
            " and (%(since)s::date is null or e.accounting_date >= %(since)s)"
            " and (%(until)s::date is null or e.accounting_date <= %(until)s)"
            " and (%(billing_account_id)s::bigint is null or p.billing_account_id = %(billing_account_id)s)"
            " and (%(entry_id)s::bigint is null or (p.entry_id, p.line_no) < (%(entry_id)s, %(line_no)s))"
            " order by p.entry_id desc, p.line_no desc limit %(limit)s",
            {
                "account": ledger_account_id,
                "since": since,
                "until": until,
                "billing_account_id": billing_account_id,
                "entry_id": entry_id,
                "line_no": line_no,
                "limit": min(limit, PAGE_MAX),
            },
        )
        return [PostingRow(*row) for row in cursor.fetchall()]


def stream_journal(*, legal_entity_id: int, since: date, until: date, chunk: int = 2000) -> Iterator[PostingRow]:
    """Every posting of an entity between two days, both included, in order of entry: the journal export.

    Reads by key in chunks, so that memory does not grow with the book.
    """
    last: tuple[int, int] = (0, 0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"{_POSTINGS} where e.legal_entity_id = %(entity)s"
                " and e.accounting_date between %(since)s and %(until)s"
                " and (p.entry_id, p.line_no) > (%(entry_id)s, %(line_no)s)"
                " order by p.entry_id, p.line_no limit %(chunk)s",
                {
                    "entity": legal_entity_id,
                    "since": since,
                    "until": until,
                    "entry_id": last[0],
                    "line_no": last[1],
                    "chunk": chunk,
                },
            )
            rows = [PostingRow(*row) for row in cursor.fetchall()]
        yield from rows
        if len(rows) < chunk:
            return
        last = (rows[-1].entry_id, rows[-1].line_no)
