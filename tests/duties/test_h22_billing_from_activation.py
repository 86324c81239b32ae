"""H22: Start billing from the activation date and hold it until activation is confirmed."""

import pytest
from tests.duties.people import type_in
from typer.testing import CliRunner

from billwright.catalog.tests.builders import make_plan, make_product
from billwright.interfaces.cli import bill_run, subscriptions
from billwright.invoicing.queries import get_document, list_documents
from billwright.invoicing.tests.builders import make_company, make_payer

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H22")]


def bill(day):
    result = CliRunner().invoke(bill_run.app, ["run", "--as-of", day, "--yes"], catch_exceptions=False)
    assert result.exit_code == 0, result.output


def periods(account):
    """The service of every line that the account was billed, in order."""
    lines = [line for row in list_documents(account_id=account.id) for line in get_document(row.id).lines]
    return [f"{line.service_from} {line.service_to}" for line in sorted(lines, key=lambda line: line.service_from)]


def totals(account):
    return [str(row.total) for row in reversed(list_documents(account_id=account.id))]


def test_h22_nothing_is_billed_before_the_activation_is_confirmed():
    make_product()
    make_plan()
    payer = make_payer(make_company(), cycle_day=1)
    ordered = type_in(subscriptions.app, "subscribe", payer.number, "basic")
    bill("2026-01-31")
    assert totals(payer) == []
    type_in(subscriptions.app, "activate", ordered["number"], "--starts", "2026-01-22")
    bill("2026-01-31")
    # 10 of the 31 days of January at 100.00, and 15 %.
    assert (periods(payer), totals(payer)) == (["2026-01-22 2026-02-01"], ["37.10 ZAR"])
