"""Receipts and slips on paper, and what goes with mail."""

import io
from datetime import date

import pypdf
import pytest

from billwright.accounts.tests.builders import make_account, make_customer
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.tests.builders import make_books
from billwright.org.operations import add_bank_account
from billwright.receivables.operations import allocate, place_hold
from billwright.receivables.rows import AllocationPart
from billwright.receivables.states import HoldReason
from billwright.receivables.tests.builders import make_ana, make_cash, make_item
from billwright.render.layout import page_of
from billwright.render.pdf import render_pdf
from billwright.reporting.mail_files import REPORT_FILES
from billwright.reporting.receipt_paper import printed_receipt
from billwright.reporting.slip_paper import printed_slip

pytestmark = pytest.mark.django_db
DAY = date(2026, 2, 20)


def zar(amount):
    return Money.of(amount, "ZAR")


def text_of(pdf):
    return " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_a_receipt_says_what_the_money_settled_and_what_waits():
    ana = make_ana()
    item, cash = make_item(ana, "100.00"), make_cash(ana, "130.00")
    allocate(act=make_act(), parts=[AllocationPart(open_item_id=item.pk, cash_id=cash.pk, amount=zar("60.00"))])
    paper = printed_receipt(cash.payment_id, issued_on=DAY)
    [row] = paper.rows
    assert (row.applied, row.remaining) == (zar("60.00"), zar("40.00"))
    assert [total.amount for total in paper.totals] == [zar("70.00"), zar("130.00")]


def test_money_in_suspense_has_nobody_to_thank():
    cash = make_cash(amount="5.00", legal_entity_id=make_books("KAROO").id)
    with pytest.raises(Refusal, match="Nobody knows"):
        printed_receipt(cash.payment_id, issued_on=DAY)


def test_a_slip_asks_for_what_is_open_neither_disputed_nor_covered():
    ana = make_ana()
    first, second = make_item(ana, "100.00", due="2026-02-01"), make_item(ana, "50.00", due="2026-03-01")
    make_cash(ana, "30.00")
    place_hold(act=make_act(), open_item_id=second.pk, reason=HoldReason.DISPUTE, valid_from=DAY, amount=zar("20.00"))
    place_hold(act=make_act(), open_item_id=first.pk, reason=HoldReason.PROMISE, valid_from=DAY, amount=zar("10.00"))
    paper = printed_slip(ana.id, as_of=DAY)
    assert [row.applied for row in paper.rows] == [zar("70.00"), zar("30.00")]
    assert paper.payment is not None
    assert (paper.payment.amount, paper.payment.reference) == (zar("100.00"), ana.number)


def test_nothing_to_pay_has_no_slip():
    ana = make_ana()
    make_item(ana, "30.00")
    make_cash(ana, "30.00")
    with pytest.raises(Refusal, match="Nothing is to be paid"):
        printed_slip(ana.id, as_of=DAY)


@pytest.mark.parametrize(
    ("language", "currency", "details", "receipt", "slip"),
    [
        ("en", "ZAR", {"bank_name": "Example Bank", "account_number": "0000000000"}, "Receipt", "Remittance Slip"),
        ("bg", "EUR", {"iban": "DE02120300000000202051", "bic": "BYLADEM1001"}, "Разписка", "Платежно уведомление"),
        ("hi", "INR", {"payment_address": "nilgiri@sample", "branch_code": "SAMP0000000"}, "रसीद", "भुगतान सूचना पर्ची"),
    ],
)
def test_both_papers_speak_the_account_language(language, currency, details, receipt, slip):
    books = make_books("HOUSE", currency=currency)
    account = make_account(books, make_customer("Ana Botha"), language=language, currency=currency)
    add_bank_account(
        act=make_act(), legal_entity_id=books.id, label="Main", holder="House", currency=currency, details=details
    )
    make_item(account, "100.00")
    asked, thanked = (
        printed_slip(account.id, as_of=DAY),
        printed_receipt(make_cash(account, "40.00").payment_id, issued_on=DAY),
    )
    assert (page_of(asked)["title"], page_of(thanked)["title"]) == (slip, receipt)
    printed = text_of(render_pdf(asked)).replace(" ", "")
    assert all(detail.replace(" ", "") in printed for detail in details.values())


def test_mail_carries_the_receipt():
    cash = make_cash(make_ana(), "40.00")
    [receipt] = REPORT_FILES.files_of(purpose="receipt.issued", about=f"payment:{cash.payment_id}")
    assert "40.00" in text_of(receipt.content)
