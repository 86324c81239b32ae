"""Two drafts of the same accounts, and why they differ; nothing is written by either."""

from datetime import date
from decimal import Decimal

import pytest

from billwright.catalog.models import PlanCharge
from billwright.catalog.operations import NewPrice
from billwright.invoicing.models import Invoice
from billwright.invoicing.operations.shadows import sign_off_shadow
from billwright.invoicing.queries.shadows import Supposed, list_changed_accounts, list_changes, list_drafted_lines
from billwright.kernel.errors import Conflict, Refusal
from billwright.subscriptions.models import BillingMark
from billwright.subscriptions.operations import change_price
from billwright.workflow.bill_run.tests.builders import (
    bill,
    day,
    make_account,
    make_act,
    make_plan,
    make_world,
    prepare,
    subscribe,
)
from billwright.workflow.shadow_run import shadow_bill_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_payers():
    make_world()
    make_plan(price="310.00")
    accounts = [make_account("ANA"), make_account("BORIS")]
    subscribe(accounts[0], starts_on="2026-01-01")
    subscribe(accounts[1], starts_on="2026-01-18")
    return accounts


def shadow(**supposed):
    return shadow_bill_run(act=make_act(), as_of=day("2026-01-18"), supposed=Supposed(**supposed))


def groups(found):
    return {group.cause: (group.account_count, group.amount.amount_minor) for group in found.groups}


def test_another_rate_of_tax_is_a_difference_of_tax_alone(two_payers):
    found = shadow(tax_rates={"VAT-15": Decimal(20)})
    # 5 % of 310.00 and of 140.00 (14 of 31 days).
    assert groups(found) == {"tax": (2, 1550 + 700)}
    [total] = found.totals
    assert (total.first.amount_minor, total.second.amount_minor) == (35650 + 16100, 37200 + 16800)
    assert (found.payer_count, found.changed_count, found.state) == (2, 2, "DRAFTED")


def test_another_convention_is_a_difference_of_proration(two_payers):
    found = shadow(conventions={"day_count": "none"})
    assert groups(found) == {"proration": (1, 17000), "tax": (1, 2550)}
    [(_, change)] = list_changes(found.id, cause="proration")
    assert (change.before, change.after) == ("14/31", "1")


def test_another_date_bills_another_period(two_payers):
    found = shadow(as_of=date(2026, 2, 1))
    assert groups(found) == {"period": (2, 62000), "tax": (2, 9300)}
    lines = list_drafted_lines(found.id, two_payers[0].pk)
    assert [(line.side, str(line.service_from)) for line in lines] == [
        ("A", "2026-01-01"), ("B", "2026-01-01"), ("B", "2026-02-01")]  # fmt: skip


def test_planned_prices_as_if_in_force(two_payers):
    charge = PlanCharge.objects.get()
    price = NewPrice(currency="ZAR", valid_from=day("2026-06-01"), unit_price=Decimal("341.00"))
    change_price(act=make_act(), plan_charge_id=charge.pk, price=price)
    found = shadow(prices="planned")
    assert groups(found) == {"price": (2, 3100 + 1400), "tax": (2, 465 + 210)}
    assert groups(shadow(prices="planned", prices_from=day("2026-01-02"))) == {"price": (1, 1400), "tax": (1, 210)}
    assert [one.amount_minor for one in list_changed_accounts(found.id)] == [3565, 1610]


def test_what_was_issued_can_stand_first_and_nothing_is_written(two_payers):
    bill("2026-01-18")
    marks = list(BillingMark.objects.values_list("billed_through", "claim_no"))
    run = prepare("2026-02-01").page.run
    found = shadow_bill_run(
        act=make_act(),
        bill_run_id=run.id,
        supposed=Supposed(issued_from=day("2026-01-01"), issued_before=day("2026-02-01")),
    )
    # Boris had 14 days of January and has the whole of February.
    assert groups(found) == {"proration": (1, 17000), "tax": (1, 2550)}
    assert list(BillingMark.objects.values_list("billed_through", "claim_no")) == marks
    assert Invoice.objects.count() == 2


def test_a_shadow_is_signed_once_with_a_reason(two_payers):
    found = shadow(tax_rates={"VAT-15": Decimal(20)})
    with pytest.raises(Refusal, match="why"):
        sign_off_shadow(act=make_act(), shadow_id=found.id, reason=" ")
    signed = sign_off_shadow(act=make_act(), shadow_id=found.id, reason="the new law")
    assert (signed.state, signed.reason, signed.digest) == ("SIGNED_OFF", "the new law", found.digest)


def test_what_cannot_be_supposed_is_refused(two_payers):
    for supposed in ({}, {"conventions": {"anchor": "calendar"}}, {"prices": "gold"}, {"tax_rates": {"NO": Decimal(1)}},
                     {"issued_from": day("2026-01-01")}):  # fmt: skip
        with pytest.raises(Refusal):
            shadow(**supposed)
    run = bill("2026-01-18").page.run
    with pytest.raises(Conflict, match="ahead"):
        shadow_bill_run(act=make_act(), bill_run_id=run.id, supposed=Supposed(prices="planned"))
