"""Prepaid money at the desk."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from billwright.access.states import Role
from billwright.interfaces.web.tests.builders import logged_in
from billwright.kernel import clock
from billwright.receivables.queries import list_wallet
from billwright.reporting.reconciliation import reconcile
from billwright.workflow.bill_run.tests.builders import make_account, make_cash, make_plan, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid():
    make_world()
    make_plan()
    ana = make_account("ANA")
    with clock.standing_at(datetime(2026, 1, 15, 9, tzinfo=UTC)):
        yield make_cash(ana, 50000)


def test_credit_is_bought_shown_with_its_expiry_and_given_back(paid):
    client = logged_in(Role.CASH_APPLIER, username="cas")
    page, top_up = reverse("web:account", args=[paid.account_id]), reverse("web:wallet-top-up", args=[paid.account_id])
    assert top_up in client.get(page).content.decode()
    terms = {"cash_id": paid.pk, "amount": "300", "expires_on": "2026-12-31"}
    assert "Only 500.00 ZAR" in client.post(top_up, {**terms, "amount": "501"}).content.decode()
    client.post(top_up, terms)
    (lot,) = list_wallet(paid.account_id)
    shown = client.get(page).content.decode()
    assert ("31 Dec 2026" in shown, "Prepaid credit" in shown) == (True, True)
    client.post(reverse("web:wallet-give-back", args=[paid.account_id, lot.wallet_lot_id]), {})
    assert list_wallet(paid.account_id) == []
    assert reconcile([paid.account_id]).ties
    reader = logged_in(Role.SALES_READ_ONLY, username="sal")
    assert reader.post(top_up, terms).status_code == 403
