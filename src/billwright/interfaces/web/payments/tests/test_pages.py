"""The pages of money through Django's client: recording, allocating, moving, taking back, refunding."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from billwright.access.states import Role
from billwright.access.tests.builders import make_limit
from billwright.accounts.tests.builders import make_account, make_customer
from billwright.comms.queries import list_messages
from billwright.interfaces.web.tests.builders import drawer_asked, logged_in
from billwright.kernel import clock
from billwright.kernel.models import AuditEvent
from billwright.ledger.tests.builders import make_books
from billwright.org.tests.builders import make_rate
from billwright.payments.models import Payment, Refund
from billwright.receivables.models import UnallocatedCash
from billwright.receivables.queries import list_allocations, list_cash, list_uses
from billwright.receivables.tests.builders import make_cash, make_item, reload

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def standing_clock():
    with clock.standing_at(NOW):
        yield


@pytest.fixture
def books():
    return make_books("KAROO")


@pytest.fixture
def ana(books):
    return make_account(books, make_customer("Ana Botha"))


@pytest.fixture
def boris(books):
    return make_account(books, make_customer("Boris Petrov"))


@pytest.fixture
def felix(books):
    return logged_in(Role.FINANCE_MANAGER)


def page(client, page_name, /, *args, **query):
    answer = client.get(reverse(f"web:{page_name}", args=args), query)
    assert answer.status_code == 200, answer.content[:800]
    return answer.content.decode()


def send(client, page_name, /, *args, **given):
    return client.post(reverse(f"web:{page_name}", args=args), given)


def payment_form(amount, **changed):
    return {
        "amount": amount,
        "value_date": "2026-03-09",
        "method": "BANK_TRANSFER",
        "rest": "OLDEST_FIRST",
        "act_key": "a-key",
        **changed,
    }


def test_a_payment_settles_the_oldest_first(felix, ana):
    old, young = make_item(ana, "100.00", due="2026-01-15"), make_item(ana, "100.00", due="2026-02-15")
    send(felix, "payment-new", ana.id, **payment_form("150"))
    assert (reload(old).open_minor, reload(young).open_minor) == (0, 5000)


def test_what_the_payer_names_goes_first(felix, ana):
    old, young = make_item(ana, "100.00", due="2026-01-15"), make_item(ana, "100.00", due="2026-02-15")
    named = {f"item_{young.pk}": "80.00", "rest": "STATED_BY_CUSTOMER"}
    send(felix, "payment-new", ana.id, **payment_form("100.00", **named))
    assert (reload(old).open_minor, reload(young).open_minor) == (10000, 2000)
    assert [piece.left.amount_minor for piece in list_cash(account_id=ana.id)] == [2000]


def test_what_follows_is_told_before_it_is_posted(felix, ana):
    make_item(ana, "1100.00", due="2026-01-15")
    answer = send(felix, "payment-preview", ana.id, **payment_form("1,149.00"))
    text = answer.content.decode()
    assert "settled" in text
    assert "49.00" in text
    assert not Payment.objects.exists()


def test_the_same_form_sent_twice_records_once(felix, ana):
    for _ in range(2):
        send(felix, "payment-new", ana.id, **payment_form("10"))
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"amount": "ten"}, "amount"), ({"amount": "1.234,567"}, "amount"), ({"value_date": "32.13."}, "value_date")],
)
def test_bad_input_is_refused_beside_its_field(felix, ana, changed, field):
    answer = send(felix, "payment-new", ana.id, **(payment_form("10") | changed))
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert not Payment.objects.exists()


def test_an_amount_above_what_is_open_is_refused(felix, ana):
    item = make_item(ana, "100.00")
    answer = send(felix, "payment-new", ana.id, **payment_form("500", **{f"item_{item.pk}": "200"}))
    assert answer.status_code == 422
    assert "Only 100.00 ZAR of the item is open." in answer.content.decode()
    assert not Payment.objects.exists()


def test_a_payment_is_undone_from_its_toast(felix, ana):
    item = make_item(ana, "100.00")
    send(felix, "payment-new", ana.id, **payment_form("100"))
    undo = reverse("web:payment-undo", args=[Payment.objects.get().pk])
    assert undo in page(felix, "account", ana.id)
    felix.post(undo)
    assert reload(item).open_minor == 10000


def test_money_of_an_unknown_payer_waits_in_suspense_and_finds_its_account(felix, books, ana):
    send(felix, "payment-record", **payment_form("75", currency_code="zar", payer_name="A. Botha"))
    piece = UnallocatedCash.objects.get()
    assert "A. Botha" in page(felix, "payments", standing="suspense")
    send(felix, "cash-move", piece.pk, number_0=ana.number, amount_0="75")
    assert [row.left.amount_minor for row in list_cash(account_id=ana.id)] == [7500]
    assert "A. Botha" not in page(felix, "payments", standing="suspense")


def test_one_receipt_is_split_over_many_accounts_and_both_sides_show_it(felix, ana, boris):
    piece = make_cash(ana, "100.00")
    send(felix, "cash-move", piece.pk, number_0=boris.number, amount_0="30", reason="Paid for two")
    text = page(felix, "payment", piece.payment_id)
    assert boris.number in text
    assert "Paid for two" in text
    assert [row.left.amount_minor for row in list_cash(account_id=boris.id)] == [3000]
    assert reload(piece).open_minor == 7000


def test_money_of_another_currency_is_changed_and_the_page_names_the_rate(felix, books, ana):
    make_rate(frm="USD", to="ZAR", rate="18.5", valid_from=date(2026, 2, 1))
    piece = make_cash(make_account(books, make_customer("Clara Nel"), currency="USD"), "100.00")
    answer = send(felix, "cash-convert", piece.pk, account_number="BA-0", amount="40", on="2026-02-12")
    assert answer.context["form"].errors["account_number"]
    send(felix, "cash-convert", piece.pk, account_number=ana.number, amount="40", on="2026-02-12")
    [changed] = list_cash(account_id=ana.id)
    assert str(changed.left) == "740.00 ZAR"
    text = page(felix, "payment", piece.payment_id)
    assert "rate 18.5, test" in text
    assert "40.00\N{NO-BREAK SPACE}USD became 740.00\N{NO-BREAK SPACE}ZAR at 18.5 (test, from 01 Feb 2026)." in text
    assert "In base currency" in page(felix, "journal-entry", list_uses(payment_id=piece.payment_id)[0].entry_id)
    send(felix, "cash-convert-back", changed.cash_id, reason="not theirs")
    assert reload(piece).open_minor == 10000


def test_money_for_another_company_shows_in_both_books(felix, ana):
    abroad = make_account(make_books("VELD"), make_customer("Dawn Dlamini"))
    assert "Nothing between companies" in page(felix, "between-companies")
    send(felix, "cash-move", make_cash(ana, "100.00").pk, number_0=abroad.number, amount_0="30", reason="Theirs")
    [row] = felix.get(reverse("web:between-companies")).context["table"].rows
    assert (str(row.in_one), str(row.in_other), bool(row.difference)) == ("-30.00 ZAR", "30.00 ZAR", False)
    assert felix.get(reverse("web:between-companies"), {"as_of": "2026-02-09"}).context["table"].rows == []


def test_a_share_for_an_unknown_account_is_refused_on_its_line(felix, ana):
    piece = make_cash(ana, "100.00")
    answer = send(felix, "cash-move", piece.pk, number_0="BA-0", amount_0="30")
    assert answer.status_code == 422
    assert answer.context["form"].errors["number_0"]
    half = send(felix, "cash-move", piece.pk, number_0="BA-0")
    assert half.context["form"].errors["amount_0"]


def test_the_allocation_drawer_proposes_and_allocates_by_hand(felix, ana):
    old, young = make_item(ana, "100.00", due="2026-01-15"), make_item(ana, "100.00", due="2026-02-15")
    piece = make_cash(ana, "120.00")
    drawer = drawer_asked(felix, reverse("web:payment-allocate", args=[ana.id]))
    assert 'value="100.00"' in drawer
    assert 'value="20.00"' in drawer
    send(felix, "payment-allocate", ana.id, **{f"item_{young.pk}": "70"})
    assert (reload(old).open_minor, reload(young).open_minor, reload(piece).open_minor) == (10000, 3000, 5000)


def test_an_allocation_is_undone_from_its_toast_or_its_page(felix, ana):
    item, piece = make_item(ana, "100.00"), make_cash(ana, "100.00")
    send(felix, "payment-allocate", ana.id, **{f"item_{item.pk}": "100"})
    (row,) = list_allocations(payment_id=piece.payment_id)
    felix.post(reverse("web:allocations-undo", args=[ana.id]) + f"?allocation={row.allocation_id}")
    assert reload(item).open_minor == 10000
    send(felix, "payment-allocate", ana.id, **{f"item_{item.pk}": "100"})
    latest = list_allocations(payment_id=piece.payment_id, standing_only=True)[0]
    send(felix, "payment-unallocate", piece.payment_id, latest.allocation_id)
    assert reload(item).open_minor == 10000


def test_money_settles_a_document_of_another_account_by_its_number(felix, ana, boris):
    theirs = make_item(boris, "40.00")
    make_cash(ana, "100.00")
    given = {"other_document": theirs.invoice.number, "other_amount": "40"}
    send(felix, "payment-allocate", ana.id, **given)
    assert reload(theirs).open_minor == 0
    unknown = send(felix, "payment-allocate", ana.id, other_document="IN-0", other_amount="1")
    assert unknown.context["form"].errors["other_document"]


def test_a_credit_note_settles_an_invoice(felix, ana):
    item, credit = make_item(ana, "100.00"), make_item(ana, "-30.00")
    url = reverse("web:payment-allocate", args=[ana.id]) + f"?credit={credit.pk}"
    assert 'value="30.00"' in drawer_asked(felix, url)
    felix.post(url, {f"item_{item.pk}": "30"})
    assert (reload(item).open_minor, reload(credit).open_minor) == (7000, 0)


def test_taking_back_says_what_reopens(felix, ana):
    item = make_item(ana, "100.00")
    send(felix, "payment-new", ana.id, **payment_form("100"))
    payment = Payment.objects.get()
    drawer = drawer_asked(felix, reverse("web:payment-return", args=[payment.pk]))
    assert f"{item.invoice.number} is open again" in drawer
    given = {"kind": "RETURNED", "value_date": "2026-03-10", "reason": "Insufficient funds"}
    send(felix, "payment-return", payment.pk, **given)
    assert reload(item).open_minor == 10000
    text = page(felix, "payment", payment.pk)
    assert "Taken back" in text
    assert reverse("web:payment-return", args=[payment.pk]) not in text


def refund_form(amount):
    return {"amount": amount, "value_date": "2026-03-10", "method": "BANK_TRANSFER", "reason": "Paid twice"}


def test_money_is_sent_back_within_the_limit(ana):
    make_limit(Role.CASH_APPLIER, "payment.refund", 5000)
    carla = logged_in(Role.CASH_APPLIER, username="carla")
    piece = make_cash(ana, "100.00")
    send(carla, "cash-refund", piece.pk, **refund_form("40"))
    assert Refund.objects.get().amount_minor == 4000


def test_above_the_limit_the_refusal_says_who_may_and_lets_one_ask(ana, felix):
    make_limit(Role.CASH_APPLIER, "payment.refund", 5000)
    carla = logged_in(Role.CASH_APPLIER, username="carla")
    piece = make_cash(ana, "100.00")
    answer = send(carla, "cash-refund", piece.pk, **refund_form("90"))
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "Ask for approval" in text
    assert "Felix" in text
    assert not Refund.objects.exists()


def test_an_unapplied_credit_note_is_paid_out(felix, ana):
    credit = make_item(ana, "-30.00")
    send(felix, "credit-refund", credit.pk, **refund_form("30"))
    assert reload(credit).open_minor == 0


def test_the_list_shows_what_waits_longest_first(felix, ana):
    young, old = make_cash(ana, "10.00", on="2026-03-01"), make_cash(ana, "20.00", on="2026-01-05")
    table = felix.get(reverse("web:payments"), {"standing": "waiting"}).context["table"]
    assert [row.id for row in table.rows] == [old.payment_id, young.payment_id]
    assert [row.days_waiting for row in table.rows] == [64, 9]
    assert [str(total.values["left"]) for total in table.totals] == ["30.00 ZAR"]


def test_the_list_is_paged_without_losing_a_row(felix, ana, monkeypatch):
    monkeypatch.setattr("billwright.interfaces.web.payments.listing.ROWS_ON_A_PAGE", 2)
    made = [make_cash(ana, "10.00", on="2026-03-01").payment_id for _ in range(5)]
    seen, url = [], reverse("web:payments")
    while url != reverse("web:payments") or not seen:
        table = felix.get(url).context["table"]
        seen += [row.id for row in table.rows]
        url = reverse("web:payments") + table.next_url
    assert seen == made[::-1]


def test_the_list_is_exported_and_costs_the_same_whatever_its_length(felix, ana, django_assert_max_num_queries):
    for _ in range(6):
        make_cash(ana, "10.00")
    with django_assert_max_num_queries(14):
        page(felix, "payments")
    assert felix.get(reverse("web:payments"), {"export": "xlsx"}).content.startswith(b"PK")
    assert AuditEvent.objects.filter(verb="export.run").exists()


def test_a_receipt_costs_the_same_however_much_it_settled(felix, ana, django_assert_max_num_queries):
    for _ in range(6):
        make_item(ana, "10.00")
    send(felix, "payment-new", ana.id, **payment_form("55"))
    with django_assert_max_num_queries(24):
        page(felix, "payment", Payment.objects.get().pk)


def test_a_slip_is_printed_to_pay_with(felix, ana):
    make_item(ana, "100.00")
    assert reverse("web:account-slip", args=[ana.id]) in page(felix, "account", ana.id)
    assert felix.get(reverse("web:account-slip", args=[ana.id])).content.startswith(b"%PDF")


def test_a_receipt_is_mailed_from_its_page(felix, ana):
    payment_id = make_cash(ana, "40.00").payment_id
    assert reverse("web:payment-receipt-send", args=[payment_id]) in page(felix, "payment", payment_id)
    send(felix, "payment-receipt-send", payment_id, to_address="ana@example.org")
    [message] = list_messages(about=f"payment:{payment_id}")
    assert message.to_address == "ana@example.org"
    refused = send(felix, "payment-receipt-send", payment_id)
    assert refused.status_code == 422


def test_a_receipt_is_printed_for_the_payer(felix, ana):
    make_item(ana, "10.00")
    send(felix, "payment-new", ana.id, **payment_form("15"))
    answer = felix.get(reverse("web:payment-receipt", args=[Payment.objects.get().pk]))
    assert answer.content.startswith(b"%PDF")


def test_only_who_may_is_offered_to_record(ana):
    collector = logged_in(Role.COLLECTOR, username="clara")
    assert reverse("web:payment-record") not in page(collector, "payments")
    assert reverse("web:payment-new", args=[ana.id]) not in page(collector, "account", ana.id)
    assert send(collector, "payment-new", ana.id, **payment_form("10")).status_code == 403
    assert not Payment.objects.exists()
