"""S07: Process cheques: deposit slip, clearance, bounce that reopens the invoice and charges a fee.

S06: Accept cards, cheques, electronic transfers and online portal payments; new methods by plug-in.
"""

import pytest
from django.urls import reverse
from tests.duties.people import on, person, type_in

from billwright.access.states import Role
from billwright.catalog.tests.builders import make_product
from billwright.interfaces.cli import counter, receivables
from billwright.kernel.errors import Refusal
from billwright.kernel.tests.builders import make_act
from billwright.ledger.models import Posting
from billwright.ledger.queries import account_ids
from billwright.ledger.states import LedgerRole
from billwright.org.operations import add_bank_account
from billwright.payments.ports import methods as ports
from billwright.payments.ports.methods import MethodPlugin, MethodWay, method_plugins
from billwright.payments.queries.counter import list_cash_sessions
from billwright.payments.states import PaymentMethod
from billwright.rating.models import PendingCharge
from billwright.receivables.tests.builders import make_ana, make_item

pytestmark = [pytest.mark.django_db]


def make_bank(account):
    details = {"bank_name": "Absa", "account_number": "4071234567", "branch_code": "632005"}
    return add_bank_account(
        act=make_act(),
        legal_entity_id=account.legal_entity_id,
        label="Main",
        holder="Karoo",
        currency="ZAR",
        details=details,
    )


def open_of(account):
    rows = type_in(receivables.app, "items", account.number, "--as-of", "2026-04-01")
    return [row["open"]["amount_minor"] for row in rows]


def balance(account, role):
    ledger = account_ids(account.legal_entity_id)[role, ""]
    return sum(Posting.objects.filter(ledger_account_id=ledger).values_list("amount_minor", flat=True))


@pytest.mark.duty("S07")
def test_s07_a_cheque_from_the_hand_to_the_bank_and_back_with_its_fee():
    ana, carla = make_ana(), person("carla", Role.CASH_APPLIER)
    item, bank = make_item(ana, "115.00"), make_bank(ana)
    make_product(code="fees")
    fee = ("--entity", "KAROO", "--from", "2026-01-01", "--fee", "50.00", "--fee-product", "fees")
    type_in(counter.app, "accept", "cheque", *fee)
    form = {"account_number": ana.number, "amount": "115.00", "number": "000123", "bank_name": "Absa"}
    with on("2026-03-02"):
        carla.sends("cheque-new", drawn_on="2026-03-01", received_on="2026-03-02", **form)
        assert open_of(ana) == []
        carla.sends("cheque-deposit", bank_account=bank, on="2026-03-02")
        [cheque] = carla.api("get", "/cheques")["data"]
        paper = carla.browser.get(reverse("web:deposit-slip", args=[cheque["slip_id"]]))
        assert paper.content.startswith(b"%PDF")
        assert balance(ana, LedgerRole.BANK_CLEARING) == 11500
        carla.sends("deposit-slip-clear", cheque["slip_id"], on="2026-03-04")
        assert (balance(ana, LedgerRole.BANK), balance(ana, LedgerRole.BANK_CLEARING)) == (11500, 0)
    with on("2026-03-20"):
        carla.sends("cheque-unpaid", cheque["id"], on="2026-03-20", reason="Refer to drawer")
    [charge] = PendingCharge.objects.filter(account_id=ana.id)
    assert (charge.amount_minor, open_of(ana)) == (5000, [11500])
    assert (balance(ana, LedgerRole.BANK), balance(ana, LedgerRole.BANK_CLEARING)) == (0, 0)
    assert "Not paid" in carla.reads("cheques")
    assert item.due_date.isoformat() == "2026-02-01"


@pytest.mark.duty("S06")
def test_s06_what_a_company_takes_and_a_method_by_plug_in():
    ana, finance = make_ana(), person("fred", Role.FINANCE_MANAGER)
    with on("2026-03-02"):
        page = finance.reads("payment-methods")
        for title in ("Bank transfer", "Direct debit", "Card on a payment page", "Cheque", "Cash at the desk"):
            assert title in page
        finance.sends("payment-method", "cash", valid_from="2026-03-01", fee="", fee_product="")
        desk = type_in(counter.app, "open", "Front", "--entity", "KAROO", "--float", "100.00")
        taken = ("--desk", desk["id"], "--account", ana.number, "--key", "K1", "--on", "2026-03-02")
        with pytest.raises(Refusal) as refused:
            type_in(counter.app, "cash", "20.00", *taken)
        assert refused.value.code == "method.not_accepted"
        before = method_plugins()
        voucher = MethodPlugin(code="voucher", title="Voucher", method=PaymentMethod.OTHER, way=MethodWay.COUNTER)
        ports.wire_methods((*before, voucher))
        assert "Voucher" in finance.reads("payment-methods")
        ports.wire_methods(before)


@pytest.mark.duty("S06")
def test_s06_the_cash_desk_is_counted_and_its_difference_is_in_the_books():
    ana, carla = make_ana(), person("carla", Role.CASH_APPLIER)
    make_item(ana, "80.00")
    bank = make_bank(ana)
    with on("2026-03-02"):
        desk = type_in(counter.app, "open", "Front", "--entity", "KAROO", "--float", "100.00")
        carla.sends("cash-desk-take", desk["id"], account_number=ana.number, amount="80.00")
        assert open_of(ana) == []
        count = {"counted": "175.00", "banked": "75.00", "bank_account": bank}
        carla.sends("cash-desk-close", desk["id"], expecting=422, **count)
        carla.sends("cash-desk-close", desk["id"], reason="A note of 5 is missing", **count)
    assert (balance(ana, LedgerRole.ROUNDING), balance(ana, LedgerRole.BANK_CLEARING)) == (500, 7500)
    slip = list_cash_sessions()[0].slip_id
    assert type_in(counter.app, "clear", slip, "--on", "2026-03-04")["total"]["amount_minor"] == 7500
    assert (balance(ana, LedgerRole.BANK), balance(ana, LedgerRole.BANK_CLEARING)) == (7500, 0)
