"""H23: Cancel now or at term end, with notice period, minimum term and credit for unused prepaid time."""

from datetime import UTC, datetime

import pytest
from tests.duties.people import type_in
from typer.testing import CliRunner

from billwright.catalog.tests.builders import make_plan, make_product
from billwright.interfaces.cli import bill_run, subscriptions
from billwright.invoicing.queries import list_documents
from billwright.invoicing.tests.builders import make_company, make_payer
from billwright.kernel import clock
from billwright.kernel.errors import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H23")]


@pytest.fixture
def payer():
    make_product()
    make_plan()
    with clock.standing_at(datetime(2026, 1, 11, 9, tzinfo=UTC)):
        yield make_payer(make_company(), cycle_day=1)


def bill(day):
    result = CliRunner().invoke(bill_run.app, ["run", "--as-of", day, "--yes"], catch_exceptions=False)
    assert result.exit_code == 0, result.output


def test_h23_canceled_now_the_unused_prepaid_time_is_credited(payer):
    ordered = type_in(subscriptions.app, "subscribe", payer.number, "basic", "--starts", "2026-01-01")
    bill("2026-01-01")
    ended = type_in(subscriptions.app, "cancel", ordered["number"], "moves", "--before", "2026-01-11")
    assert ended["state"] == "ENDED"
    bill("2026-01-11")
    # 21 of the 31 days of January at 100.00, and 15 %.
    assert [(row.kind, str(row.total)) for row in list_documents(account_id=payer.id)] == [
        ("CREDIT_NOTE", "-77.90 ZAR"),
        ("INVOICE", "115.00 ZAR"),
    ]


def test_h23_within_term_and_notice_it_is_bound_and_the_cure_names_the_day(payer):
    ordered = type_in(
        subscriptions.app, "subscribe", payer.number, "basic", "--starts", "2026-01-01", "--term", "12",
        "--notice", "30",
    )  # fmt: skip
    with pytest.raises(Refusal) as refused:
        CliRunner().invoke(
            subscriptions.app, ["cancel", ordered["number"], "moves", "--before", "2026-06-01"], catch_exceptions=False
        )
    assert "2027-01-01" in str(refused.value.cure)
    ending = type_in(subscriptions.app, "cancel", ordered["number"], "moves", "--before", "2027-01-01")
    assert (ending["state"], ending["ends_before"]) == ("ENDING", "2027-01-01")
