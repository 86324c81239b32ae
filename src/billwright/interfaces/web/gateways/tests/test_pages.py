import pytest
from django.test import Client
from django.urls import reverse

from billwright.access.states import Role
from billwright.access.tests.builders import make_user
from billwright.payments.queries.gateways import config_of, list_gateways
from billwright.receivables.tests.builders import make_ana

pytestmark = pytest.mark.django_db
KEY = "0123456789abcdef0123456789abcdef"
LISTS = ["gateways", "gateway-webhooks", "gateway-payouts", "gateway-chargebacks", "gateway-watch"]


def browser_of(*roles):
    browser = Client()
    browser.force_login(make_user("fin", *roles))
    return browser


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_says_what_would_be_there(name):
    make_ana()
    answer = browser_of(Role.FINANCE_MANAGER).get(reverse(f"web:{name}"))
    assert answer.status_code == 200
    assert b"empty" in answer.content


def test_lists_leave_as_spreadsheets():
    make_ana()
    browser = browser_of(Role.FINANCE_MANAGER)
    for name in LISTS:
        assert browser.get(reverse(f"web:{name}"), {"export": "xlsx"}).content.startswith(b"PK")


def test_who_has_no_right_sees_nothing():
    make_ana()
    assert browser_of(Role.SALES_READ_ONLY).get(reverse("web:gateways")).status_code == 403


def test_a_secret_goes_in_and_is_never_shown():
    ana = make_ana()
    browser = browser_of(Role.FINANCE_MANAGER)
    page = reverse("web:gateway-new", args=["hosted_page"])
    given = {
        "name": "page-za", "company": ana.legal_entity_id, "currency": "ZAR", "base_url": "https://pay.example",
        "settlement_days": 3, "setting_merchant": "bw", "secret_signing_key": "short",
    }  # fmt: skip
    refused = browser.post(page, given)
    assert refused.status_code == 422
    assert b"at least 32 characters" in refused.content
    assert browser.post(page, {**given, "secret_signing_key": KEY}).status_code == 302
    [row] = list_gateways()
    assert config_of(row.id).secrets == {"signing_key": KEY}
    shown = browser.get(reverse("web:gateway", args=[row.id])).content.decode()
    assert row.webhook_path in shown
    change = browser.get(reverse("web:gateway-change", args=[row.id])).content.decode()
    assert KEY not in shown + change
    kept = {"setting_merchant": "bw-2", "secret_signing_key": "", "bank_account": ""}
    assert browser.post(reverse("web:gateway-change", args=[row.id]), kept).status_code == 302
    assert config_of(row.id).secrets == {"signing_key": KEY}
    assert browser.post(reverse("web:gateway-suspend", args=[row.id])).status_code == 302
    assert list_gateways(active_only=True) == []
