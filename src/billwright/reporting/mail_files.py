"""The files that reports add to mail: the statement and the receipt, printed when the mail leaves."""

from __future__ import annotations

from datetime import date

from billwright.comms.ports import MailFile
from billwright.payments.links import address_of_mail
from billwright.payments.queries import get_payment
from billwright.render.pdf import render_pdf
from billwright.reporting.receipt_paper import printed_receipt
from billwright.reporting.statement_paper import printed_statement
from billwright.reporting.statements import default_period, statements

STATEMENT = "statement.issued"
RECEIPT = "receipt.issued"
PDF = "application/pdf"


class ReportFiles:
    """Implements `comms.ports.MailFiles` for `statement:7:2026-01-31` (account and day) and `payment:42`."""

    def files_of(self, *, purpose: str, about: str) -> tuple[MailFile, ...]:
        """The statement as of its day, or the receipt; nothing for other mail."""
        noun, _, key = about.partition(":")
        if (purpose, noun) == (STATEMENT, "statement"):
            account_id, _, day = key.partition(":")
            return (_statement(int(account_id), date.fromisoformat(day)),)
        if (purpose, noun) == (RECEIPT, "payment"):
            return (_receipt(int(key)),)
        return ()


def _statement(account_id: int, as_of: date) -> MailFile:
    (statement,) = statements(account_ids=[account_id], period=default_period(as_of))
    # Whoever sent the mail made its link, if the company wants one.
    pay_url = address_of_mail(f"statement:{account_id}:{as_of}")
    paper = printed_statement(statement, issued_on=as_of, pay_url=pay_url)
    return MailFile(f"statement-{statement.account.number}-{as_of}.pdf", PDF, render_pdf(paper))


def _receipt(payment_id: int) -> MailFile:
    payment = get_payment(payment_id)
    # The day of the money, not of the mail: a receipt that is sent again is the same paper.
    paper = printed_receipt(payment_id, issued_on=payment.value_date)
    return MailFile(f"receipt-{payment.number or payment_id}.pdf", PDF, render_pdf(paper))


REPORT_FILES = ReportFiles()
