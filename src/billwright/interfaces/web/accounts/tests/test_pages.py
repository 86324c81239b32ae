"""The pages of accounts through Django's client: the list, the case, every drawer, who may and who may not."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from python_calamine import load_workbook

from billwright.access.states import Role
from billwright.accounts import queries
from billwright.accounts.operations import update_account
from billwright.accounts.rows import AccountChange, AddressDraft, ContactDraft
from billwright.accounts.tests.builders import make_account, make_customer
from billwright.interfaces.web import paging
from billwright.interfaces.web.tests.builders import drawer_asked, logged_in
from billwright.kernel import clock
from billwright.kernel.models import AuditEvent
from billwright.kernel.tests.builders import make_act
from billwright.ledger.tests.builders import make_books
from billwright.org.models import LegalEntity
from billwright.receivables.operations import allocate, place_hold
from billwright.receivables.queries import list_open_items
from billwright.receivables.rows import AllocationPart
from billwright.receivables.states import HoldReason
from billwright.receivables.tests.builders import make_cash, make_item

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
ANA_MAIL = ContactDraft(name="Ana Botha", email="ana@botha.example", phone="+27 82 123 4567")


@pytest.fixture(autouse=True)
def standing_clock():
    with clock.standing_at(NOW):
        yield


@pytest.fixture
def books():
    return make_books("KAROO")


@pytest.fixture
def ana(books):
    """Ana pays late: two invoices overdue, one not yet due, and money that waits."""
    home = AddressDraft(country="ZA", city="Stellenbosch")
    account = make_account(books, make_customer("Ana Botha"), contacts=(ANA_MAIL,), addresses=(home,))
    make_item(account, "500.00", due="2026-01-15", dated="2026-01-02")
    make_item(account, "200.00", due="2026-03-05", dated="2026-02-20")
    make_item(account, "115.00", due="2026-04-01", dated="2026-03-01")
    make_cash(account, "120.00")
    return account


@pytest.fixture
def felix(books):
    return logged_in(Role.FINANCE_MANAGER)


def page(client, name, *args, **query):
    answer = client.get(reverse(f"web:{name}", args=args), query)
    assert answer.status_code == 200, answer.content[:800]
    return answer.content.decode()


def send(client, page_name, /, *args, **given):
    return client.post(reverse(f"web:{page_name}", args=args), given)


def test_the_list_says_what_is_owed(felix, ana):
    text = page(felix, "accounts")
    assert ana.number in text
    for figure in ("815.00", "700.00", "54 days", "120.00"):
        assert figure in text


def test_the_list_without_accounts_tells_the_next_step(felix):
    assert "No accounts yet" in page(felix, "accounts")
    assert "Take a filter away" in page(felix, "accounts", q="nobody")


@pytest.mark.parametrize("text", ["botha", "ana@bo", "0821234", "Ana B"])
def test_an_account_is_found_by_what_people_know(felix, ana, books, text):
    boris = make_account(books, make_customer("Boris Petrov"))
    found = page(felix, "accounts", q=text)
    assert ana.number in found
    assert boris.number not in found


@pytest.mark.parametrize(
    ("standing", "is_shown"),
    [("overdue", True), ("unattended", True), ("unallocated", True), ("open", True), ("clear", False)],
)
def test_the_list_is_narrowed_by_how_an_account_stands(felix, ana, standing, is_shown):
    assert (ana.number in page(felix, "accounts", standing=standing)) == is_shown


def test_an_account_with_a_status_note_is_attended(felix, ana):
    send(felix, "account-status", ana.id, status="Waiting for a purchase order")
    assert ana.number not in page(felix, "accounts", standing="unattended")


def test_the_list_is_paged_both_ways_without_losing_a_row(felix, books, monkeypatch):
    monkeypatch.setattr("billwright.interfaces.web.accounts.listing.ROWS_ON_A_PAGE", 2)
    made = [make_account(books, make_customer(name)) for name in ("Ana", "Boris", "Clara", "Dora", "Emil")]
    for place, account in enumerate(made):
        make_item(account, f"{100 + place}.00", due="2026-01-15")
    first = felix.get(reverse("web:accounts")).context["table"]
    second = felix.get(reverse("web:accounts") + first.next_url).context["table"]
    third = felix.get(reverse("web:accounts") + second.next_url).context["table"]
    back = felix.get(reverse("web:accounts") + third.previous_url).context["table"]
    seen = [row.id for table in (first, second, third) for row in table.rows]
    assert seen == [account.id for account in reversed(made)]
    assert [row.id for row in back.rows] == [row.id for row in second.rows]
    assert third.next_url == ""


def test_the_list_is_exported_as_it_is_shown(felix, ana):
    answer = felix.get(reverse("web:accounts"), {"export": "xlsx", "q": "botha"})
    assert answer.content.startswith(b"PK")
    assert AuditEvent.objects.get(verb="export.run").subject == "report:accounts"


def test_the_list_costs_the_same_whatever_its_length(felix, books, django_assert_max_num_queries):
    for name in ("Ana", "Boris", "Clara", "Dora"):
        make_item(make_account(books, make_customer(name)), due="2026-01-15")
    with django_assert_max_num_queries(14):
        page(felix, "accounts")


@pytest.mark.duty("H06")
def test_the_whole_case_stands_on_one_screen(felix, ana):
    text = page(felix, "account", ana.id)
    for words in ("Overdue 54 days", "815.00", "700.00", "120.00", "ana@botha.example", "Stellenbosch"):
        assert words in text
    for panel in ("Ageing of open items", "Timeline", "Contacts", "Terms", "Ties with the ledger"):
        assert panel in text


def test_the_case_costs_the_same_however_much_there_is(felix, ana, django_assert_max_num_queries):
    for _ in range(8):
        make_item(ana, "50.00")
    with django_assert_max_num_queries(48):
        page(felix, "account", ana.id)


def test_money_that_waits_is_pointed_out(felix, ana):
    assert "waits on this account while documents are open" in page(felix, "account", ana.id)


def test_settled_items_stand_under_all(felix, ana):
    item, cash = make_item(ana, "100.00"), make_cash(ana, "100.00")
    allocate(act=make_act(), parts=[AllocationPart(open_item_id=item.pk, cash_id=cash.pk)])
    number = item.invoice.number
    tables = {view: felix.get(reverse("web:account", args=[ana.id]), {"items": view}) for view in ("open", "all")}
    shown = {view: [row.document_number for row in answer.context["table"].rows] for view, answer in tables.items()}
    assert number not in shown["open"]
    assert number in shown["all"]


def test_a_customer_and_an_account_are_made_by_hand(felix, books):
    given = {
        "name": "Clara Nel",
        "kind": "PERSON",
        "country": "za",
        "timezone": "Africa/Johannesburg",
        "language": "en",
    }
    answer = send(felix, "customer-new", **given)
    customer_id = int(answer["Location"].strip("/").split("/")[-1])
    assert "No account yet" in page(felix, "customer", customer_id)
    account = {
        "legal_entity_id": books.id,
        "currency": "zar",
        "opened_on": "2026-03-01",
        "delivery": "EMAIL",
        "tax_treatment": "DOMESTIC",
        "email": "clara@nel.example",
    }
    answer = send(felix, "account-new", customer_id, **account)
    assert "clara@nel.example" in felix.get(answer["Location"]).content.decode()


def test_what_is_wrong_stands_beside_the_field(felix, books):
    given = {"name": "Clara Nel", "kind": "PERSON", "country": "QQ", "timezone": "Mars/Olympus", "language": "en"}
    answer = send(felix, "customer-new", **given)
    assert answer.status_code == 422
    assert "is not a country" in str(answer.context["form"].errors["country"])


def account_form(account, **changed):
    given = {"delivery": "EMAIL", "tax_treatment": "DOMESTIC", "version": account.version, "language": account.language}
    return given | changed


@pytest.mark.duty("H36")
def test_a_change_shows_old_and_new_and_who_and_why(felix, ana):
    send(felix, "account-change", ana.id, **account_form(ana, purchase_order="PO-7", reason="Letter of 9 March"))
    text = page(felix, "account-history", ana.id)
    for words in ("Purchase order", "PO-7", "Felix", "Letter of 9 March"):
        assert words in text


def test_terms_are_days_or_parts(felix, ana):
    parts = "40% after 10 days\nrest after 2 months on day 20"
    send(felix, "account-change", ana.id, **account_form(ana, payment_parts=parts))
    changed = queries.get_account(ana.id)
    assert [part.days for part in changed.payment_parts] == [10, 0]
    assert "the rest after 2 months, counted from day 20 of the month" in page(felix, "account", ana.id)
    both = account_form(changed, payment_parts=parts, payment_terms_days="14")
    assert "not both" in send(felix, "account-change", ana.id, **both).content.decode()
    send(felix, "account-change", ana.id, **account_form(changed, payment_terms_days="14"))
    assert (queries.get_account(ana.id).payment_terms_days, queries.get_account(ana.id).payment_parts) == (14, ())
    unread = account_form(queries.get_account(ana.id), payment_parts="half")
    assert "is not a part" in send(felix, "account-change", ana.id, **unread).content.decode()


def test_two_people_do_not_overwrite_each_other(felix, ana):
    change = AccountChange(purchase_order="PO-1")
    update_account(act=make_act(), account_id=ana.id, version=ana.version, change=change)
    answer = send(felix, "account-change", ana.id, **account_form(ana, purchase_order="PO-2"))
    assert answer.status_code == 422
    assert ("Purchase order", "PO-1", "PO-2") in answer.context["differing"]
    assert queries.get_account(ana.id).purchase_order == "PO-1"
    again = account_form(ana, purchase_order="PO-2") | {"version": answer.context["form"]["version"].value()}
    assert send(felix, "account-change", ana.id, **again).status_code == 302
    assert queries.get_account(ana.id).purchase_order == "PO-2"


def test_closing_has_an_undo_and_the_button_goes(felix, ana):
    send(felix, "account-close", ana.id, closed_on="2026-03-10", reason="Moved away")
    text = page(felix, "account", ana.id)
    assert "Close account" not in text
    assert reverse("web:account-reopen", args=[ana.id]) in text
    send(felix, "account-reopen", ana.id)
    assert queries.get_account(ana.id).state == "OPEN"


def test_contacts_addresses_references_and_notes_are_kept(felix, ana):
    send(felix, "contact-new", ana.id, role="COLLECTIONS", name="Piet", email="piet@botha.example")
    send(felix, "address-new", ana.id, kind="BILLING", valid_from="2026-03-10", city="Paarl", country="ZA")
    send(felix, "references-change", ana.id, label_0="Vendor number", value_0="V-100")
    send(felix, "account-note", ana.id, body="Asked for a copy")
    text = page(felix, "account", ana.id)
    for words in ("piet@botha.example", "Paarl", "V-100", "Asked for a copy"):
        assert words in text


def test_a_hold_is_placed_shown_and_released(felix, ana):
    item = felix.get(reverse("web:account", args=[ana.id])).context["table"].rows[0]
    given = {
        "open_item_id": item.open_item_id,
        "hold_reason": "DISPUTE",
        "valid_from": "2026-03-10",
        "note": "Quantity",
    }
    send(felix, "hold-new", ana.id, **given)
    held = felix.get(reverse("web:account", args=[ana.id]), {"items": "held"})
    (hold,) = held.context["case"].holds
    assert "Quantity" in held.content.decode()
    send(felix, "hold-release", ana.id, hold.hold_id)
    assert felix.get(reverse("web:account", args=[ana.id])).context["case"].holds == []


def test_a_parent_pays_and_stops(felix, ana, books):
    boris = make_account(books, make_customer("Boris Petrov"))
    send(felix, "parent-set", ana.id, parent_number=boris.number, valid_from="2026-04-01")
    with clock.standing_at(datetime(2026, 4, 2, 9, tzinfo=UTC)):
        assert "Paid by" in page(felix, "account", ana.id)
        assert ana.number in page(felix, "account", boris.id)
        send(felix, "parent-end", ana.id, ends_before="2026-05-01")
    assert (
        "There is no account BA-0"
        in send(felix, "parent-set", boris.id, parent_number="BA-0", valid_from="2026-04-01").content.decode()
    )


def test_duplicates_are_shown_merged_and_parted_again(felix, ana, books):
    twin = make_account(books, make_customer("Anna Botha"), contacts=(ANA_MAIL,))
    assert "Anna Botha" in drawer_asked(felix, reverse("web:customer-duplicates", args=[ana.customer_id]))
    preview = drawer_asked(felix, reverse("web:customer-merge", args=[ana.customer_id, twin.customer_id]))
    assert f"Account {twin.number} moves to Ana Botha" in preview
    send(felix, "customer-merge", ana.customer_id, twin.customer_id, reason="Same person")
    assert twin.number in page(felix, "customer", ana.customer_id)
    send(felix, "customer-undo-merge", twin.customer_id)
    assert queries.get_account(twin.id).customer_id == twin.customer_id


def test_a_cash_applier_sees_contacts_masked_and_looking_leaves_a_trace(ana):
    boris = logged_in(Role.CASH_APPLIER, username="boris")
    text = page(boris, "account", ana.id)
    assert "ana@botha.example" not in text
    assert "a••••@botha.example" in text
    shown = send(boris, "account-reveal", ana.id, "email")
    assert "ana@botha.example" in shown.content.decode()
    assert AuditEvent.objects.get(verb="personal.reveal").subject == f"account:{ana.id}"


def test_only_what_a_person_may_do_is_offered(ana):
    sales = logged_in(Role.SALES_READ_ONLY, username="sales")
    text = page(sales, "account", ana.id)
    for name in ("account-change", "account-note", "hold-new", "account-close"):
        assert reverse(f"web:{name}", args=[ana.id]) not in text
    assert send(sales, "account-note", ana.id, body="x").status_code == 403


def test_other_peoples_books_stay_closed(ana):
    other = make_books("VITOSHA")
    clara = logged_in(Role.COLLECTOR, username="clara", legal_entity=LegalEntity.objects.get(pk=other.id))
    assert ana.number not in page(clara, "accounts")
    assert clara.get(reverse("web:account", args=[ana.id])).status_code == 403


def test_open_items_come_page_by_page(ana, felix, monkeypatch):
    monkeypatch.setattr("billwright.interfaces.web.paging.PAGE_SIZE", 2)
    address = reverse("web:account", args=[ana.id])
    first = felix.get(address).context["table"]
    rest = felix.get(address + first.next_url).context["table"]
    assert [str(row.open) for table in (first, rest) for row in table.rows] == [
        "500.00 ZAR",
        "200.00 ZAR",
        "115.00 ZAR",
    ]
    assert (len(rest.rows), first.count) == (1, 3)


@pytest.mark.parametrize(("view", "count"), [("open", 3), ("overdue", 2), ("held", 1), ("all", 3)])
def test_the_items_of_a_view_are_exported_whole(ana, felix, monkeypatch, view, count):
    item = list_open_items(account_id=ana.id)[1]
    place_hold(act=make_act(), open_item_id=item.open_item_id, reason=HoldReason.MANUAL, valid_from=NOW.date())
    monkeypatch.setattr(paging, "EXPORT_CHUNK", 1)
    sheet = felix.get(reverse("web:account", args=[ana.id]), {"items": view, "export": "xlsx"})
    names = [row[0] for row in load_workbook(io.BytesIO(sheet.content)).get_sheet_by_index(0).to_python()]
    assert len(names) == len(set(names)) == 1 + count
    assert item.document_number in names
