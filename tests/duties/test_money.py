"""The cash applier's and the account manager's day, played at the command line."""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from billwright.interfaces.cli import payments, receivables, report
from billwright.invoicing.models import Invoice
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.models import AccountingPeriod, JournalEntry
from billwright.ledger.operations import EntryDraft, Side, close_period, post_entry, start_closing_period
from billwright.ledger.states import EntryKind, LedgerRole
from billwright.org.queries import get_legal_entity
from billwright.receivables.operations import place_hold
from billwright.receivables.states import HoldReason
from billwright.receivables.tests.builders import make_ana, make_boris, make_item

pytestmark = pytest.mark.django_db


def type_in(app, *words, exit_code=0):
    result = CliRunner().invoke(app, [*(str(word) for word in words), "--json"], catch_exceptions=False)
    assert result.exit_code == exit_code, result.output
    return json.loads(result.output)


def receive(account, amount, *words, key="BANK-1"):
    asked = (amount, "--key", key, "--value-date", "2026-02-10", "--account", account.number)
    return type_in(payments.app, "receive", *asked, *words)


def open_of(account):
    rows = type_in(receivables.app, "items", account.number, "--as-of", "2026-03-01")
    return {row["document_number"]: row["open"]["amount_minor"] for row in rows}


def number_of(item):
    return Invoice.objects.get(pk=item.invoice_id).number


def boris_beside(ana):
    return make_boris(get_legal_entity(legal_entity_id=ana.legal_entity_id))


@pytest.mark.duty("H10")
def test_h10_one_payment_for_many_invoices_and_the_rest_stays_visible():
    ana = make_ana()
    oldest, middle = make_item(ana, "50.00", due="2026-02-01"), make_item(ana, "80.00", due="2026-02-15")
    youngest = make_item(ana, "40.00", due="2026-03-15")
    first = receive(ana, "100.00", "--for", f"{number_of(youngest)}=30.00")
    assert first["unallocated"]["amount_minor"] == 0
    assert open_of(ana) == {number_of(middle): 6000, number_of(youngest): 1000}
    second = receive(ana, "90.00", "--policy", "COSTS_INTEREST_PRINCIPAL", key="BANK-2")
    assert (open_of(ana), second["unallocated"]["amount_minor"]) == ({}, 2000)
    [left] = type_in(receivables.app, "cash", ana.number)
    assert left["left"]["amount_minor"] == 2000
    assert number_of(oldest)


@pytest.mark.duty("H12")
@pytest.mark.unties
def test_h12_the_account_ties_and_when_not_the_entry_is_named():
    ana = make_ana()
    make_item(ana, "100.00")
    receive(ana, "30.00")
    assert type_in(report.app, "reconcile", ana.number)["ties"] is True
    amount = Money.of("7.00", "ZAR")
    sides = (
        Side(role=LedgerRole.RECEIVABLES, amount=amount, billing_account_id=ana.id),
        Side(role=LedgerRole.ROUNDING, amount=-amount),
    )
    draft = EntryDraft(
        legal_entity_id=ana.legal_entity_id,
        kind=EntryKind.MANUAL,
        document_date=date(2026, 2, 1),
        accounting_date=date(2026, 2, 1),
        entry_key="journal:1",
        sides=sides,
    )
    stray = post_entry(act=make_act(), draft=draft)
    answer = type_in(report.app, "reconcile", ana.number, exit_code=1)
    assert [difference["subject"] for difference in answer["differences"]] == [f"entry:{stray}"]


@pytest.mark.duty("H38")
def test_h38_a_refund_in_part_and_never_more_than_was_received():
    ana = make_ana()
    cash_id = receive(ana, "100.00")["cash_id"]
    words = ("--account", ana.number, "--cash", cash_id, "--value-date", "2026-02-20", "--reason", "Paid twice")
    proof = type_in(payments.app, "refund", "60.00", *words)
    assert (proof["number"], proof["amount"]["amount_minor"]) == ("RF-000001", 6000)
    with pytest.raises(Refusal) as refused:
        type_in(payments.app, "refund", "40.01", *words)
    assert refused.value.code == "refund.exceeds_left"


@pytest.mark.duty("T21")
def test_t21_a_parent_pays_for_two_accounts_with_one_receipt():
    ana = make_ana()
    boris = boris_beside(ana)
    of_ana, of_boris = make_item(ana, "60.00"), make_item(boris, "40.00")
    receive(ana, "120.00", "--for", number_of(of_ana), "--for", number_of(of_boris))
    assert (open_of(ana), open_of(boris)) == ({}, {})
    [statement] = type_in(report.app, "statement", boris.number, "--as-of", "2026-02-28")
    assert [movement["amount"] for movement in statement["movements"]] == ["40.00", "-40.00"]
    assert type_in(report.app, "reconcile")["ties"] is True


@pytest.mark.duty("T22")
def test_t22_unapply_and_reapply_by_reversal_in_an_open_period():
    ana = make_ana()
    right, wrong = make_item(ana, "100.00"), make_item(ana, "100.00")
    receive(ana, "100.00", "--for", number_of(wrong))
    period = AccountingPeriod.objects.get(legal_entity_id=ana.legal_entity_id, starts_on=date(2026, 2, 1))
    start_closing_period(act=make_act(), period_id=period.pk)
    close_period(act=make_act(), period_id=period.pk)
    [standing] = type_in(receivables.app, "allocations", ana.number)
    [undone] = type_in(receivables.app, "unallocate", standing["allocation_id"])
    assert (undone["reverses_id"], undone["accounting_date"]) == (standing["allocation_id"], "2026-03-01")
    assert JournalEntry.objects.get(pk=undone["entry_id"]).reverses_id == standing["entry_id"]
    type_in(receivables.app, "allocate", number_of(right), "--cash", standing["cash_id"])
    assert open_of(ana) == {number_of(wrong): 10000}


@pytest.mark.duty("T23")
def test_t23_a_receipt_on_the_wrong_account_gets_to_the_right_one():
    ana = make_ana()
    boris = boris_beside(ana)
    cash_id = receive(ana, "100.00")["cash_id"]
    [piece] = type_in(receivables.app, "move", cash_id, f"{boris.number}=100.00", "--reason", "Boris paid it")
    assert piece["account_id"] == boris.id
    both = type_in(report.app, "statement", ana.number, boris.number, "--as-of", "2026-02-28")
    assert [[movement["amount"] for movement in row["movements"]] for row in both] == [
        ["-100.00", "100.00"],
        ["-100.00"],
    ]


@pytest.mark.duty("S09")
def test_s09_ageing_as_of_a_past_date_equals_the_ledger(tmp_path):
    ana = make_ana()
    item = make_item(ana, "100.00", dated="2026-01-05", due="2026-02-04")
    hold = {"reason": HoldReason.DISPUTE, "amount": Money.of("25.00", "ZAR"), "valid_from": date(2026, 2, 5)}
    place_hold(act=make_act(), open_item_id=item.pk, **hold)
    receive(ana, "60.00")
    sheet = tmp_path / "ageing.xlsx"
    asked = {"2026-02-09": ("100.00", "25.00"), "2026-02-10": ("40.00", "25.00"), "2026-02-04": ("100.00", "0.00")}
    for day, (total, disputed) in asked.items():
        [row] = type_in(report.app, "ageing", "--as-of", day, "--xlsx", sheet)["totals"]
        assert (row["total"], row["disputed"], row["ledger"], row["difference"]) == (total, disputed, total, "0.00")
    own = type_in(report.app, "ageing", "--as-of", "2026-02-10", "--by", "document", "--buckets", "7,14,60")
    assert own["accounts"][0]["buckets"] == {"0-7": "0.00", "8-14": "0.00", "15-60": "40.00", "61+": "0.00"}
    assert sheet.read_bytes().startswith(b"PK")
