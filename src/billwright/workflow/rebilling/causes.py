"""What may be asked of a credit and rebill, and what each cause needs to be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billwright.invoicing import queries
from billwright.invoicing.rows import DocumentRow, LineRow
from billwright.invoicing.states import InvoiceState, RebillCause
from billwright.kernel.errors import Refusal
from billwright.org.states import DocumentKind
from billwright.subscriptions.queries import subscriptions_of_items

# Put right in the agreement, and billed by the pipeline of bill runs.
AGREED = frozenset({RebillCause.PLAN, RebillCause.QUANTITY, RebillCause.PRICE, RebillCause.PERIOD})
# The cause as the credit note says it.
REASON_CODES = {
    RebillCause.TAX: "TAX",
    RebillCause.BUYER: "OTHER",
    RebillCause.OTHER: "OTHER",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRebill:
    """What was wrong and what is right. `true_date` is the first day on which it was wrong.

    PLAN asks for `plan`, QUANTITY for `quantity`, PRICE for `unit_price` (major units) of the line `line_no`; PERIOD
    takes `true_date` as the day before which the service ended; CUSTOMER asks for `account_id`. `line_no` says which
    line, and so which subscription, is wrong: it may be left out where the document bills only one.
    """

    cause: RebillCause
    true_date: date
    document_date: date
    line_no: int | None = None
    plan: str = ""
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    account_id: int | None = None
    purchase_order: str = ""


def require_whole(asked: NewRebill) -> None:
    """Raises Refusal `rebill.missing`, naming what the cause needs."""
    needed = {
        RebillCause.PLAN: ("plan", bool(asked.plan)),
        RebillCause.QUANTITY: ("quantity", asked.quantity is not None),
        RebillCause.PRICE: ("unit_price", asked.unit_price is not None),
        RebillCause.CUSTOMER: ("account_id", asked.account_id is not None),
    }
    field, is_given = needed.get(asked.cause, ("", True))
    if not is_given:
        raise Refusal("rebill.missing", _("Say what is right."), field=field)


def require_issued(document: DocumentRow, asked: NewRebill) -> None:
    """Raises Refusal `rebill.not_issued`, `rebill.too_early`."""
    invoice = document.invoice
    if invoice.state != InvoiceState.ISSUED or invoice.kind == DocumentKind.CREDIT_NOTE:
        raise Refusal(
            "rebill.not_issued",
            _("Only an issued invoice or debit note is credited and billed anew."),
            field="invoice_id",
            cure=_("Change or discard a draft instead."),
        )
    if asked.document_date < invoice.document_date:
        raise Refusal(
            "rebill.too_early",
            _("A correction is not dated before its original."),
            field="document_date",
            cure=_("Choose %(day)s or a later day.") % {"day": invoice.document_date},
        )


def line_at_fault(document: DocumentRow, asked: NewRebill) -> tuple[LineRow, int]:
    """The line that is wrong and its subscription. Raises Refusal `rebill.which_line`."""
    lines = [line for line in document.lines if line.item_id is not None and line.kind != "CORRECTION"]
    if asked.line_no is not None:
        lines = [line for line in lines if line.line_no == asked.line_no]
    of_item = subscriptions_of_items([line.item_id for line in lines if line.item_id is not None])
    found = {of_item[line.item_id][0] for line in lines if line.item_id is not None}
    if len(found) != 1 or (asked.cause == RebillCause.PRICE and len(lines) != 1):
        raise Refusal(
            "rebill.which_line",
            _("Say which line is wrong: one that bills a subscription."),
            field="line_no",
            cure=_("A document without subscriptions is credited in full and issued anew."),
        )
    return lines[0], found.pop()


def document_at_fault(invoice_id: int) -> DocumentRow:
    """The document. Raises NotFound."""
    return queries.get_document(invoice_id)
