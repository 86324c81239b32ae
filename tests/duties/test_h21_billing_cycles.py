"""H21: Bill monthly, quarterly, semi-annual, annual and multi-year cycles with correct month-end anchoring and per-
customer time zone.
"""

from datetime import date

import pytest
from typer.testing import CliRunner

from billwright.catalog.tests.builders import make_charge, make_plan, make_product
from billwright.interfaces.cli import bill_run
from billwright.invoicing.queries import get_document, list_documents
from billwright.invoicing.tests.builders import make_company, make_payer
from billwright.kernel.tests.builders import make_act
from billwright.ledger.operations import open_books
from billwright.subscriptions.operations import NewSubscription, subscribe

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H21")]


def bill(day):
    result = CliRunner().invoke(bill_run.app, ["run", "--as-of", day, "--yes"], catch_exceptions=False)
    assert result.exit_code == 0, result.output


def periods(account):
    """The service of every line that the account was billed, in order."""
    lines = [line for row in list_documents(account_id=account.id) for line in get_document(row.id).lines]
    return [f"{line.service_from} {line.service_to}" for line in sorted(lines, key=lambda line: line.service_from)]


def totals(account):
    return [str(row.total) for row in reversed(list_documents(account_id=account.id))]


@pytest.mark.parametrize(
    ("months", "runs", "expected"),
    [
        (1, ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"],
         ["2027-12-31 2028-01-31", "2028-01-31 2028-02-29", "2028-02-29 2028-03-31", "2028-03-31 2028-04-30"]),
        (3, ["2027-11-30", "2028-02-29"], ["2027-11-30 2028-02-29", "2028-02-29 2028-05-31"]),
        (6, ["2027-08-31", "2028-02-29"], ["2027-08-31 2028-02-29", "2028-02-29 2028-08-31"]),
        (12, ["2027-02-28", "2028-02-29"], ["2027-02-28 2028-02-29", "2028-02-29 2029-02-28"]),
        (24, ["2026-02-28", "2028-02-29"], ["2026-02-28 2028-02-29", "2028-02-29 2030-02-28"]),
    ],
)  # fmt: skip
def test_h21_every_cycle_keeps_its_month_end(months, runs, expected):
    make_product()
    make_plan(charges=(make_charge(months=months),))
    entity = make_company_until_2031()
    payer = make_payer(entity, cycle_day=31)
    start = date.fromisoformat(runs[0])
    order = NewSubscription(account_id=payer.id, plan="basic", ordered_on=start, starts_on=start)
    subscribe(act=make_act(), row=order)
    for day in runs:
        bill(day)
    assert periods(payer) == expected
    assert set(totals(payer)) == {"115.00 ZAR"}


def make_company_until_2031():
    entity = make_company()
    open_books(act=make_act(), legal_entity_id=entity.id, first_month=date(2028, 1, 1), last_month=date(2031, 12, 1))
    return entity
