"""H39: Post account adjustments (goodwill, correction) that do not touch the balance until approved."""

from datetime import date

import pytest
from typer.testing import CliRunner

from billwright.access.states import Role
from billwright.access.tests.builders import make_limit, make_user
from billwright.catalog.tests.builders import make_plan, make_product
from billwright.interfaces.cli import bill_run
from billwright.invoicing.queries import list_documents
from billwright.invoicing.tests.builders import make_company, make_payer
from billwright.kernel.errors import NotAllowed
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.rating.operations import NewAdjustment, approve_adjustment, propose_adjustment
from billwright.subscriptions.operations import NewSubscription, subscribe

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H39")]


def bill(day):
    result = CliRunner().invoke(bill_run.app, ["run", "--as-of", day, "--yes"], catch_exceptions=False)
    assert result.exit_code == 0, result.output


def totals(account):
    return [str(row.total) for row in reversed(list_documents(account_id=account.id))]


def test_h39_goodwill_touches_no_balance_until_another_person_approves_it():
    make_product()
    make_plan()
    payer = make_payer(make_company(), cycle_day=1)
    order = NewSubscription(account_id=payer.id, plan="basic", ordered_on=date(2026, 1, 1), starts_on=date(2026, 1, 1))
    subscribe(act=make_act(), row=order)
    ana, boris = make_user("ana", Role.BILLING_SPECIALIST), make_user("boris", Role.BILLING_SPECIALIST)
    make_limit(Role.BILLING_SPECIALIST, "adjustment.approve", 50_00)
    goodwill = NewAdjustment(
        account_id=payer.id, product="hosting", amount=Money.of("-30.00", "ZAR"), text="Goodwill",
        bill_from=date(2026, 1, 1),
    )  # fmt: skip
    proposed = propose_adjustment(act=make_act(actor=ana.actor, reason="outage"), adjustment=goodwill)
    bill("2026-01-01")
    with pytest.raises(NotAllowed):
        approve_adjustment(act=make_act(actor=ana.actor), charge_id=proposed.id)
    approve_adjustment(act=make_act(actor=boris.actor), charge_id=proposed.id)
    bill("2026-02-01")
    assert totals(payer) == ["115.00 ZAR", "80.50 ZAR"]
