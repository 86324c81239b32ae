"""The tax report of an entity and a period, tied to its output tax accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection


@dataclass(frozen=True, slots=True)
class TaxReportRow:
    """Output tax of one component and tax code in one currency over a period, in minor units owed to the state."""

    component: str
    ledger_account_id: int
    tax_code: str
    currency: str
    posting_count: int
    tax_minor: int
    base_minor: int


def tax_report(*, legal_entity_id: int, since: date, until: date) -> list[TaxReportRow]:
    """Output tax by component and code between two days, both included.

    The rows are the postings of the output tax accounts themselves, so their sum is the movement of those accounts.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select a.family, a.id, p.tax_code, p.currency, count(*),"
            " -sum(p.amount_minor)::bigint, -sum(p.base_minor)::bigint"
            " from ledger_posting as p"
            " inner join ledger_journal_entry as e on e.id = p.entry_id"
            " inner join ledger_account as a on a.id = p.ledger_account_id"
            " where a.legal_entity_id = %(entity)s and a.role = 'OUTPUT_TAX'"
            " and e.accounting_date between %(since)s and %(until)s"
            " group by a.family, a.id, p.tax_code, p.currency order by a.family, p.tax_code, p.currency",
            {"entity": legal_entity_id, "since": since, "until": until},
        )
        return [TaxReportRow(*row) for row in cursor.fetchall()]
