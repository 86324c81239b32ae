"""The tax report of an entity and a period, tied to its output tax accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from billwright.ledger.queries.balances import MOVEMENTS


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

    The rows are the movements of the output tax accounts themselves, so their sum is that of those accounts.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select a.family, a.id, m.tax_code, m.currency, sum(m.posting_count)::bigint,"
            " sum(m.credit_minor - m.debit_minor)::bigint, -sum(m.base_minor)::bigint"
            f" from ({MOVEMENTS}) as m"
            " inner join ledger_account as a on a.id = m.ledger_account_id"
            " where a.legal_entity_id = %(entity)s and a.role = 'OUTPUT_TAX'"
            " and m.accounting_date between %(since)s and %(until)s"
            " group by a.family, a.id, m.tax_code, m.currency order by a.family, m.tax_code, m.currency",
            {"entity": legal_entity_id, "since": since, "until": until},
        )
        return [TaxReportRow(*row) for row in cursor.fetchall()]
