"""Documents at the desk: the list and its totals, the page, corrections in a drawer, manual invoices, refusals."""

import io
import re
from datetime import UTC, datetime

import pytest
from python_calamine import CalamineWorkbook

from billwright.access.states import Role
from billwright.access.tests.builders import make_limit
from billwright.comms.queries import list_messages
from billwright.interfaces.web.tests.builders import drawer_asked, logged_in
from billwright.invoicing.queries import get_invoice, list_documents
from billwright.invoicing.tests.builders import line, make_company, make_draft, make_payer
from billwright.kernel import clock
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.org.models import LegalEntity
from billwright.receivables.queries import open_amounts
from billwright.workflow.documents import issue_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock():
    with clock.standing_at(datetime(2026, 1, 20, 9, tzinfo=UTC)):
        yield


def make_issued(account, *lines, **values):
    draft = make_draft(account, *lines, **values)
    return issue_invoice(act=make_act(), invoice_id=draft.id, version=draft.version).invoice


def hidden_key(page: str) -> str:
    return re.search(r'name="act_key" value="([^"]+)"', page)[1]


def credit_form(**changes: str) -> dict[str, str]:
    return {"reason_code": "BILLING_ERROR", "document_date": "2026-01-20", **changes}


def invoice_form(payer, **changes: str) -> dict[str, str]:
    return {
        "account": payer.number,
        "document_date": "2026-01-20",
        "line_count": "3",
        "line-0-text": "Consulting",
        "line-0-quantity": "2",
        "line-0-unit_price": "1,000.00",
        **changes,
    }


def test_the_list_tells_totals_and_what_is_open():
    account = make_payer(make_company())
    make_issued(account)
    make_draft(account, line(unit_price="50.00"))
    table = logged_in(Role.BILLING_SPECIALIST).get("/invoices/").context["table"]
    assert [str(row.total) for row in table.rows] == ["57.50 ZAR", "115.00 ZAR"]
    (totals,) = table.totals
    assert totals.values == {"total": Money.of("172.50", "ZAR"), "open": Money.of("115.00", "ZAR")}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("standing=draft", ["DRAFT"]),
        ("standing=open", ["ISSUED"]),
        ("standing=settled", []),
        ("standing=overdue", []),
        ("kind=CREDIT_NOTE", []),
        ("origin=MANUAL", ["DRAFT", "ISSUED"]),
        ("since=2026-01-16", []),
        ("currency=usd", []),
        ("account=nobody", []),
    ],
)
def test_filters_stand_in_the_address(asked, found):
    account = make_payer(make_company())
    make_issued(account)
    make_draft(account)
    answer = logged_in(Role.BILLING_SPECIALIST).get(f"/invoices/?{asked}")
    assert [row.state for row in answer.context["table"].rows] == found


def test_the_export_holds_exactly_what_is_shown():
    account = make_payer(make_company())
    number = make_issued(account).number
    make_draft(account)
    answer = logged_in(Role.BILLING_SPECIALIST).get("/invoices/?standing=open&export=xlsx&columns=total")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [row[:2] for row in rows] == [["Number", "Total"], [number, 115.0]]


def test_the_list_asks_as_often_whatever_its_length(django_assert_num_queries):
    account = make_payer(make_company())
    for _ in range(5):
        make_issued(account)
    client = logged_in(Role.BILLING_SPECIALIST)
    with django_assert_num_queries(8):
        client.get("/invoices/")


def test_the_page_asks_as_often_whatever_the_lines(django_assert_num_queries):
    account = make_payer(make_company())
    invoice = make_issued(account, *(line(f"Line {number}") for number in range(6)))
    client = logged_in(Role.FINANCE_MANAGER)
    url = f"/invoices/{invoice.id}/"
    client.get(url)  # what the process keeps is read now
    with django_assert_num_queries(29):
        client.get(url)


def test_a_page_shows_derivation_postings_and_what_may_be_done():
    invoice = make_issued(make_payer(make_company()))
    answer = logged_in(Role.FINANCE_MANAGER).get(f"/invoices/{invoice.id}/")
    (derivation,) = answer.context["derivations"]
    assert derivation.formula.code == "quantity_times_price"
    assert len(answer.context["entry"].postings) == 3
    assert answer.context["may_credit"]
    assert not answer.context["may_issue"]


def test_who_may_only_look_is_offered_no_act():
    invoice = make_issued(make_payer(make_company()))
    answer = logged_in(Role.SALES_READ_ONLY).get(f"/invoices/{invoice.id}/")
    offered = [name for name in answer.context.keys() if name.startswith("may_") and answer.context[name]]  # noqa: SIM118
    assert offered == []
    assert f"/invoices/{invoice.id}/credit/" not in answer.content.decode()


def test_a_person_of_another_company_is_refused():
    invoice = make_issued(make_payer(make_company()))
    other = make_company("FYNBOS")
    client = logged_in(Role.BILLING_SPECIALIST, legal_entity=None, username="boris")
    assert client.get(f"/invoices/{invoice.id}/").status_code == 200
    stranger = logged_in(Role.BILLING_SPECIALIST, legal_entity=LegalEntity.objects.get(id=other.id), username="clara")
    assert stranger.get(f"/invoices/{invoice.id}/").status_code == 403
    assert stranger.get("/invoices/").context["table"].rows == []


def test_a_credit_note_is_reckoned_before_it_is_written():
    invoice = make_issued(make_payer(make_company()))
    client = logged_in(Role.BILLING_SPECIALIST)
    answer = client.post(
        f"/invoices/{invoice.id}/credit/",
        credit_form(amount_1="40", preview="1"),
        headers={"HX-Request": "true", "HX-Target": "reckoned"},
    )
    words = answer.content.decode()
    assert "46.00" in words
    assert len(list_documents()) == 1


def test_a_credit_note_is_drafted_issued_and_settles_its_original():
    invoice = make_issued(make_payer(make_company()))
    client = logged_in(Role.FINANCE_MANAGER)
    url = client.post(f"/invoices/{invoice.id}/credit/", credit_form(amount_1="40"))["Location"]
    note = list_documents()[0]
    assert url == f"/invoices/{note.id}/"
    assert "46.00" in drawer_asked(client, f"{url}issue/")
    client.post(f"{url}issue/", {"version": note.version})
    assert open_amounts([invoice.id]) == {invoice.id: Money.of("69.00", "ZAR")}
    assert [link.current for link in client.get(f"/invoices/{invoice.id}/").context["chain"]] == [True, False]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount_1": "100.01"}, "100.00"),
        ({"amount_1": "abc"}, "not an amount"),
        ({"amount_1": "0"}, "above zero"),
        ({"amount_1": "-5"}, ""),
        ({"reason_code": ""}, "This field is required"),
        ({"document_date": "2026-01-01"}, "not dated before its original"),
    ],
)
def test_a_wrong_credit_is_refused_and_writes_nothing(changes, words):
    invoice = make_issued(make_payer(make_company()))
    client = logged_in(Role.FINANCE_MANAGER)
    answer = client.post(f"/invoices/{invoice.id}/credit/", credit_form(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert len(list_documents()) == 1


def test_a_credit_above_the_limit_says_who_may_and_asks():
    invoice = make_issued(make_payer(make_company()))
    make_limit(Role.BILLING_SPECIALIST, "credit_note.issue", 1000)
    client = logged_in(Role.BILLING_SPECIALIST)
    url = client.post(f"/invoices/{invoice.id}/credit/", credit_form())["Location"]
    answer = client.post(f"{url}issue/", {"version": list_documents()[0].version})
    assert answer.status_code == 403
    assert "/approvals/" in answer.content.decode()
    assert list_documents()[0].state == "DRAFT"


def test_the_form_sent_twice_writes_one_draft():
    invoice = make_issued(make_payer(make_company()))
    client = logged_in(Role.BILLING_SPECIALIST)
    key = hidden_key(drawer_asked(client, f"/invoices/{invoice.id}/credit/"))
    for _ in range(2):
        client.post(f"/invoices/{invoice.id}/credit/", credit_form(act_key=key))
    assert len(list_documents()) == 2


def test_a_debit_note_raises_a_further_claim():
    account = make_payer(make_company())
    invoice = make_issued(account)
    form = {**invoice_form(account), **credit_form(reason_code="PRICE")}
    answer = logged_in(Role.BILLING_SPECIALIST).post(f"/invoices/{invoice.id}/debit/", form)
    assert answer.status_code == 302
    assert list_documents()[0].total == Money.of("2300.00", "ZAR")


def test_a_manual_invoice_is_written_changed_issued_and_read():
    account = make_payer(make_company())
    client = logged_in(Role.BILLING_SPECIALIST)
    url = client.post("/invoices/new/", invoice_form(account))["Location"]
    draft = list_documents()[0]
    changed = invoice_form(account, version=str(draft.version), **{"line-0-discount_percent": "10"})
    assert client.post(f"{url}change/", changed)["Location"] == url
    draft = get_invoice(draft.id)
    assert str(draft.total) == "2070.00 ZAR"
    client.post(f"{url}issue/", {"version": draft.version})
    assert get_invoice(draft.id).number


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"account": "nobody"}, "no account of this number"),
        ({"line-0-unit_price": "abc"}, "not an amount"),
        ({"line-0-text": ""}, "has a text"),
        ({"line-0-text": "", "line-0-unit_price": ""}, "from 1 to"),
        ({"due_date": "2026-01-01"}, "due before its date"),
        ({"line-0-service_from": "2026-02-01", "line-0-service_last": "2026-01-01"}, "ends after it starts"),
    ],
)
def test_a_wrong_invoice_is_refused_beside_what_is_wrong(changes, words):
    account = make_payer(make_company())
    answer = logged_in(Role.BILLING_SPECIALIST).post("/invoices/new/", invoice_form(account, **changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert list_documents() == []


def test_two_people_at_one_draft_do_not_overwrite_one_another():
    account = make_payer(make_company())
    draft = make_draft(account)
    client = logged_in(Role.BILLING_SPECIALIST)
    form = invoice_form(account, version=str(draft.version))
    assert client.post(f"/invoices/{draft.id}/change/", form).status_code == 302
    again = client.post(f"/invoices/{draft.id}/change/", {**form, "line-0-text": "Other"})
    assert again.status_code == 422
    assert "Somebody changed this draft" in again.content.decode()


def test_more_lines_keep_what_was_typed():
    account = make_payer(make_company())
    form = invoice_form(account, more="1")
    page = logged_in(Role.BILLING_SPECIALIST).post("/invoices/new/", form).content.decode()
    assert "line-5-text" in page
    assert 'value="Consulting"' in page


def test_a_draft_is_discarded():
    draft = make_draft(make_payer(make_company()))
    logged_in(Role.BILLING_SPECIALIST).post(f"/invoices/{draft.id}/discard/", {"version": draft.version})
    assert get_invoice(draft.id).state == "DISCARDED"


def test_a_copy_is_sent_to_another_address():
    invoice = make_issued(make_payer(make_company()))
    client = logged_in(Role.SERVICE_DESK_AGENT)
    client.post(f"/invoices/{invoice.id}/send/", {"to_address": "other@example.org"})
    assert list_messages()[0].to_address == "other@example.org"


def test_a_document_is_printed():
    invoice = make_issued(make_payer(make_company()))
    answer = logged_in(Role.SALES_READ_ONLY).get(f"/invoices/{invoice.id}/pdf/")
    assert answer.content.startswith(b"%PDF")


def test_a_hold_is_placed_and_released():
    invoice = make_issued(make_payer(make_company()))
    client = logged_in(Role.COLLECTOR)
    client.post(f"/invoices/{invoice.id}/hold/", {"hold_reason": "MANUAL", "valid_from": "2026-01-20", "amount": "50"})
    ((_words, hold),) = client.get(f"/invoices/{invoice.id}/").context["holds"]
    assert hold.amount == Money.of("50.00", "ZAR")
    client.post(f"/invoices/{invoice.id}/hold/{hold.hold_id}/release/")
    assert client.get(f"/invoices/{invoice.id}/").context["holds"] == []


def test_a_hold_of_too_little_is_refused_on_its_field():
    invoice = make_issued(make_payer(make_company()))
    form = {"hold_reason": "MANUAL", "valid_from": "2026-01-20", "amount": "0"}
    answer = logged_in(Role.COLLECTOR).post(f"/invoices/{invoice.id}/hold/", form)
    assert answer.status_code == 422
    assert "above zero" in answer.content.decode()
