"""Wrong tax, buyer or customer: the document is credited in full and issued anew, by what holds now."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from billwright.accounts.queries import get_account
from billwright.invoicing import operations
from billwright.invoicing.rows import DocumentRow, LineRow, NewCorrection, NewInvoice, NewLine
from billwright.kernel.acts import Act
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.workflow.documents import invoice_at_once, issue_credit_note
from billwright.workflow.rebilling.causes import REASON_CODES, NewRebill


def issue_anew(*, act: Act, document: DocumentRow, asked: NewRebill) -> tuple[int, ...]:
    """Credit all that is left of a document and issue its lines again; returns both documents.

    Raises what the credit note and the invoice refuse, and `rebill.other_currency`, `rebill.other_company`.
    """
    head = document.invoice
    account_id = asked.account_id or head.account_id
    _require_alike(document, account_id)
    note = operations.draft_credit_note(
        act=act.nested(),
        correction=NewCorrection(
            invoice_id=head.id,
            document_date=asked.document_date,
            reason_code=REASON_CODES.get(asked.cause, "BILLING_ERROR"),
            reason=act.reason[:200],
        ),
    )
    credit = issue_credit_note(act=act.nested(), invoice_id=note.id, version=note.version)
    replacement = invoice_at_once(
        act=act.nested(),
        draft=NewInvoice(
            account_id=account_id,
            document_date=asked.document_date,
            lines=tuple(_again(line, document, account_id) for line in document.lines),
            purchase_order=asked.purchase_order or (head.purchase_order if account_id == head.account_id else ""),
            cost_center=head.cost_center if account_id == head.account_id else "",
            text=_("Replaces %(number)s of %(day)s.") % {"number": head.number, "day": head.document_date},
        ),
    )
    return credit.invoice.id, replacement.invoice.id


def _require_alike(document: DocumentRow, account_id: int) -> None:
    account, head = get_account(account_id), document.invoice
    if account.currency != head.currency:
        raise Refusal(
            "rebill.other_currency",
            _("That account is billed in another currency."),
            field="account_id",
            cure=_("Choose an account of the same company and currency."),
        )
    if account.legal_entity_id != head.legal_entity_id:
        raise Refusal(
            "rebill.other_company",
            _("That account is another company's."),
            field="account_id",
            cure=_("Choose an account of the same company and currency."),
        )


def _again(line: LineRow, document: DocumentRow, account_id: int) -> NewLine:
    """A line as it was, after its discount; the tax is what holds for the account now."""
    by_unit = line.amount_minor == line.priced_minor and not line.discount_minor and not line.days
    exact = Money.of(line.unit_price * line.quantity, document.invoice.currency) if by_unit else None
    is_plain = exact is not None and exact.amount_minor == line.amount_minor
    amount = Money(line.priced_minor - line.priced_discount_minor, document.invoice.currency)
    return NewLine(
        text=line.text,
        quantity=line.quantity if is_plain else Decimal(1),
        unit_price=line.unit_price if is_plain else None,
        amount=None if is_plain else amount,
        product=line.product_code,
        service_from=line.service_from,
        service_to=line.service_to,
        account_id=line.account_id if account_id == document.invoice.account_id else account_id,
        cost_center=line.cost_center,
        purchase_order=line.purchase_order,
    )
