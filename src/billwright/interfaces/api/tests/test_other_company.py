"""A token of somebody whose role is held for one company reads nothing of another, and does nothing there."""

import pytest

from billwright.catalog.operations import create_plan
from billwright.catalog.tests.builders import make_charge, make_product
from billwright.comms.models import OutgoingMessage
from billwright.invoicing.models import BillRun, RevenueRun
from billwright.kernel.tests.builders import make_act
from billwright.ledger.models import LedgerAccount
from billwright.ledger.tests.builders import make_books, make_entry
from billwright.receivables.tests.builders import make_ana

pytestmark = pytest.mark.django_db
DAYS = {"since": "2026-01-01", "until": "2026-12-31"}


@pytest.fixture
def karoo():
    """What Karoo has, by the names of the addresses below."""
    ana = make_ana("KAROO")
    make_product()
    plan = create_plan(
        act=make_act(), code="own", name="Own", charges=(make_charge(),), legal_entity_id=ana.legal_entity_id
    )
    message = OutgoingMessage.objects.create(
        purpose="mail.test", to_address="ana@karoo.example", language="en", body="-", requested_by="user:0",
        queued_at=make_act().at, account_ref=ana.id,
    )  # fmt: skip
    ledger_account = LedgerAccount.objects.filter(legal_entity_id=ana.legal_entity_id)[0]
    return {
        "entity": ana.legal_entity_id, "account": ana.id, "customer": ana.customer_id, "message": message.pk,
        "charge": plan.charges[0].id, "ledger_account": ledger_account.pk,
    }  # fmt: skip


@pytest.fixture
def boris(karoo, client_as):
    return client_as("FINANCE_MANAGER", legal_entity_id=make_books("VITOSHA", country="BG", currency="EUR").id)


ADDRESSES = {
    "/legal-entities/{entity}": {},
    "/ledger/accounts": {"legal_entity_id": "{entity}"},
    "/ledger/trial-balance": {"legal_entity_id": "{entity}", "as_of": "2026-12-31"},
    "/ledger/accounts/{ledger_account}/postings": {},
    "/ledger/tax-report": {"legal_entity_id": "{entity}", **DAYS},
    "/customers/{customer}": {},
    "/customers/{customer}/duplicates": {},
    "/messages": {"account_id": "{account}"},
    "/messages/{message}": {},
    "/plans/own": {},
    "/plan-charges/{charge}/prices": {},
    "/audit-events": {"subject": "account:{account}"},
    "/audit-events?": {},
    "/imports": {},
    "/imports/mappings": {},
}


def asked(client, path, numbers):
    return client.get(
        path.format(**numbers), **{name: text.format(**numbers) for name, text in ADDRESSES[path].items()}
    )


@pytest.mark.parametrize("path", ADDRESSES)
def test_nothing_of_another_company_is_read(karoo, boris, client_as, path):
    assert asked(boris, path, karoo).status_code == 403
    assert asked(client_as("FINANCE_MANAGER"), path, karoo).status_code == 200


@pytest.mark.parametrize(("path", "members"), [("/messages", 0), ("/bank-files", 0), ("/approvals", 0)])
def test_no_list_has_anything_of_another_company(boris, path, members):
    assert len(boris.get(path).json()["data"]) == members


def test_the_lists_of_companies_and_plans_have_what_is_theirs(karoo, boris):
    assert [row["code"] for row in boris.get("/legal-entities").json()] == ["VITOSHA"]
    assert boris.get("/plans").json() == []


def test_an_entry_of_another_company_is_not_read(boris):
    entry = make_entry(make_books("NIMBUS"))
    assert boris.get(f"/ledger/entries/{entry}").json()["code"] == "access.other_entity"


def test_whom_a_price_of_all_companies_reaches_is_told_to_who_may_see_them_all(karoo, boris):
    plan = create_plan(act=make_act(), code="all", name="All", charges=(make_charge(),))
    price = {"currency": "ZAR", "valid_from": "2026-03-01", "unit_price": "1"}
    answer = boris.post(f"/plan-charges/{plan.charges[0].id}/price-preview", {"price": price})
    assert answer.status_code == 403


def test_a_bill_run_of_ours_opens_no_recognition_of_theirs(karoo, boris):
    act = make_act()
    theirs = RevenueRun.objects.create(
        legal_entity_id=karoo["entity"], month="2026-01-01", turn=1, accounting_date="2026-01-31", recorded_at=act.at,
        actor=act.actor,
    )  # fmt: skip
    ours = boris.get("/legal-entities").json()[0]["id"]
    BillRun.objects.create(
        pk=theirs.pk, legal_entity_id=ours, as_of="2026-01-31", document_date="2026-01-31", created_at=act.at
    )
    answer = boris.post(f"/revenue/recognitions/{theirs.pk}/reverse", {"reason": "by mistake"})
    assert (answer.status_code, answer.json()["code"]) == (403, "access.other_entity")
