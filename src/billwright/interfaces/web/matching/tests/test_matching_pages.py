"""The queue by hand: looked at, accepted, taken back, rejected, given to other documents."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from billwright.access.states import Role
from billwright.accounts.queries import get_account
from billwright.interfaces.web.tests.builders import logged_in
from billwright.kernel import clock
from billwright.kernel.tests.builders import make_act
from billwright.payments.models import Payment
from billwright.receivables.queries import list_advice, list_queue
from billwright.receivables.tests.builders import make_ana, make_cash, make_item, reload
from billwright.workflow import cash_application
from billwright.workflow.cash_application import Wanted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock():
    with clock.standing_at(make_act(at="2026-02-20T09:00:00").at):
        yield


@pytest.fixture
def item():
    """An invoice of Ana, and a receipt in suspense whose text names it."""
    ana = make_ana()
    item = make_item(ana, "115.00")
    make_cash(None, "115.00", legal_entity_id=ana.legal_entity_id)
    Payment.objects.update(text=f"for {item.invoice.number} <b>thanks</b>")
    cash_application.refresh_keys()
    cash_application.match_batch(act=make_act(), run_key="test", wanted=Wanted(), on=date(2026, 2, 20), auto=False)
    return item


def page(client, url):
    answer = client.get(url)
    assert answer.status_code == 200, answer.content.decode()[-800:]
    return answer.content.decode()


def one():
    [row] = list_queue()
    return row.match_id


def test_a_receipt_is_seen_accepted_and_taken_back(item):
    client = logged_in(Role.CASH_APPLIER)
    number = item.invoice.number
    assert number in page(client, "/matching/?view=late")
    shown = page(client, f"/matching/{one()}/")
    assert f"{number}</mark>" in shown
    assert "&lt;b&gt;thanks" in shown
    first = one()
    assert client.post(f"/matching/{first}/accept/").status_code == 302
    assert reload(item).open_minor == 0
    shown = page(client, "/matching/")
    assert "Nothing waits" in shown
    assert 'class="toast" data-tone="good"' in shown
    client.post(f"/matching/{first}/accept/")
    assert 'class="toast" data-tone="warn"' in page(client, "/matching/")
    assert client.post(f"/matching/{first}/undo/").status_code == 302
    assert reload(item).open_minor == 11500
    assert "Nothing is proposed" in page(client, f"/matching/{one()}/")


def test_a_rejected_receipt_goes_to_another_document(item):
    client = logged_in(Role.CASH_APPLIER)
    client.post(f"/matching/{one()}/take/")
    client.post(f"/matching/{one()}/reject/")
    assert list_queue()[0].items == ()
    assert list_queue()[0].owner.startswith("user:")
    other = make_item(get_account(item.account_id), "90.00")
    answer = client.post(f"/matching/{one()}/other/", {"numbers": f"{other.invoice.number}"})
    assert answer.status_code == 302, answer.content.decode()[-800:]
    assert reload(other).open_minor == 0


def test_candidates_are_found_and_ticked(item):
    client = logged_in(Role.CASH_APPLIER)
    other = make_item(get_account(item.account_id), "90.00")
    shown = page(client, f"/matching/{one()}/")
    assert f'name="item" value="{other.pk}"' in shown
    assert f'name="item" value="{item.pk}"' not in shown
    assert "Nothing open is found" in page(client, f"/matching/{one()}/?find=nobody")
    assert f'value="{other.pk}"' in page(client, f"/matching/{one()}/?find={other.invoice.number}")
    first = one()
    client.post(f"/matching/{first}/choose/")
    assert reload(other).open_minor == 9000
    for _again in range(2):
        client.post(f"/matching/{first}/choose/", {"item": [other.pk, item.pk]})
    assert [reload(other).open_minor, reload(item).open_minor] == [0, 9000]


def test_many_are_accepted_at_once(item):
    client = logged_in(Role.CASH_APPLIER)
    client.post("/matching/accept/", {"selected": [one()]})
    assert reload(item).open_minor == 0


def test_an_advice_is_taken_in_and_stands_beside_the_books(item):
    client = logged_in(Role.CASH_APPLIER)
    table = f"Document;Paid\n{item.invoice.number};100.00\nIN-999999;15.00\n"
    posted = {"file": SimpleUploadedFile("advice.csv", table.encode()), "company": item.legal_entity_id}
    assert client.post("/matching/remittances/new/", posted).status_code == 302
    [row] = list_advice()
    shown = page(client, f"/matching/remittances/{row.advice_id}/")
    assert [words in shown for words in (item.invoice.number, "Short", "No such document")] == [True] * 3
    assert "advice.csv" in page(client, "/matching/remittances/")
    assert "Nothing was given up" in page(client, "/matching/differences/")
    assert client.get("/matching/remittances/?export=xlsx").status_code == 200
