"""H50: Report subscription anomalies (active without price, free beyond trial, zero usage, overlapping lines, ended but
still billed). Played by Bea, who bills.
"""

import io
from datetime import date
from decimal import Decimal

import pytest
from python_calamine import load_workbook
from tests.duties.people import on, person, type_in

from billwright.access.states import Role
from billwright.catalog import operations as catalog
from billwright.catalog.rows import NewCharge, NewPrice
from billwright.catalog.states import Timing
from billwright.interfaces.cli import report
from billwright.subscriptions.models import BillingMark, SubscriptionItem
from billwright.usage.tests.builders import make_meter
from billwright.workflow.bill_run.tests.builders import (
    bill,
    cancel,
    make_account,
    make_act,
    make_plan,
    make_world,
    subscribe,
)

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H50")]


def make_metered():
    make_meter()
    prices = (NewPrice("ZAR", date(2020, 1, 1), Decimal("0.50")),)
    charge = NewCharge("calls", "Calls", "hosting", timing=Timing.ARREARS, meter="minutes", prices=prices)
    catalog.create_plan(act=make_act(), code="phone", name="Phone", charges=(charge,))


def make_twin(subscription):
    item = SubscriptionItem.objects.get(subscription_id=subscription.id)
    item.pk = None
    item.save(force_insert=True)
    BillingMark.objects.create(payer_id=item.payer_id, item=item, billed_through=item.effective_from)


def test_h50_each_anomaly_is_told_with_its_subscription(monkeypatch):
    make_world()
    make_plan()
    make_plan("gift", price="0")
    make_metered()
    sound, free = subscribe(make_account("SOUND")), subscribe(make_account("FREE"), plan="gift")
    silent = subscribe(make_account("SILENT"), plan="phone")
    naked, twice = subscribe(make_account("NAKED")), subscribe(make_account("TWICE"))
    gone, corrected = subscribe(make_account("GONE")), subscribe(make_account("CORRECTED"))
    bill("2026-01-01")
    # A wrong repair closed one item and doubled another; one end is not corrected yet, and one is.
    SubscriptionItem.objects.filter(subscription_id=naked.id).update(effective_to=date(2026, 1, 1))
    make_twin(twice)
    bill("2026-01-02", payer_ids=(twice.account_id,))
    cancel(corrected, ends_before="2026-01-10", as_of="2026-01-10")
    bill("2026-01-10", payer_ids=(corrected.account_id,))
    cancel(gone, ends_before="2026-01-12", as_of="2026-01-12")
    with on("2026-02-20"):
        told = type_in(report.app, "anomalies")
        bea = person("bea", Role.BILLING_SPECIALIST)
        page = bea.reads("anomalies")
        # The spreadsheet holds what the page has no room for.
        monkeypatch.setattr("billwright.interfaces.web.reports.anomalies.LISTED_MAX", 2)
        shown = bea.opens("anomalies").context["table"].rows
        sheet = load_workbook(io.BytesIO(bea.opens("anomalies", export="xlsx").content)).get_sheet_by_index(0)
    assert {(one["kind"], one["subscription"]) for one in told} == {
        ("FREE", free.number),
        ("SILENT", silent.number),
        ("NO_PRICE", naked.number),
        ("TWICE", twice.number),
        ("ENDED", gone.number),
    }
    assert all(one["subscription"] != sound.number for one in told)
    assert twice.number in page
    assert (len(shown), sheet.height - 1) == (2, 5)
