"""H32: Find missing invoices: every active billable service-day is covered by one invoice line or a recorded reason.

Played by Bea, billing specialist, at the command line.
"""

import pytest
from tests.duties.people import type_in

from billwright.interfaces.cli import coverage
from billwright.workflow.bill_run.tests.builders import bill, make_account, make_plan, make_world, subscribe

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H32")]


def test_h32_days_that_no_line_has_are_listed_with_their_value():
    make_world()
    make_plan(price="310.00")
    subscribe(make_account("ANA"), starts_on="2026-01-01")
    bill("2026-01-01")
    # In February nobody ran the bills.
    report = type_in(coverage.app, "--as-of", "2026-02-10", exit_code=1)
    (days,) = report["days"]
    assert (days["verdict"], days["from"], days["to"], days["value"]) == (
        "unbilled",
        "2026-02-01",
        "2026-03-01",
        "280.00",
    )
    bill("2026-02-10")
    assert type_in(coverage.app, "--as-of", "2026-02-10")["ok"]
