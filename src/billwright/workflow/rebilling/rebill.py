"""The acts: credit and rebill, its preview, and its undoing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billwright.invoicing import queries
from billwright.invoicing.operations.rebillings import NewRebilling, lock_document, record_rebilling
from billwright.invoicing.queries.rebillings import RebillingRow, get_rebilling
from billwright.invoicing.rows import DocumentRow
from billwright.invoicing.states import RebillCause
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.money import Money
from billwright.kernel.transactions import rolled_back
from billwright.subscriptions import operations as subscriptions
from billwright.workflow.rebilling.by_agreement import PutRight, bill, change, put_agreement_right
from billwright.workflow.rebilling.by_document import issue_anew
from billwright.workflow.rebilling.causes import AGREED, NewRebill, document_at_fault, require_issued, require_whole
from billwright.workflow.rebilling.checks import check_cause


def _amount(arguments: Mapping[str, object]) -> Money:
    """What the authority limits are asked about: the total of the document that was wrong."""
    invoice_id = arguments["invoice_id"]
    assert isinstance(invoice_id, int)
    return abs(queries.get_invoice(invoice_id).total)


@verb("invoice.rebill", subject=lambda arguments, _answer: f"invoice:{arguments['invoice_id']}", amount=_amount)
def rebill(*, act: Act, invoice_id: int, asked: NewRebill) -> RebillingRow:
    """Credit what a document had wrong, put the cause right from the true date on, bill what is right, keep the chain.

    The cause is looked at again in the same act, and what is found is kept with the chain. Raises NotFound, Refusal
    `rebill.missing`, `rebill.not_issued`, `rebill.too_early`, `rebill.which_line`, `rebill.nothing`,
    `rebill.price_of_parts`, `rebill.other_currency`, `rebill.other_company`, and what the changes themselves refuse.
    """
    require_whole(asked)
    lock_document(invoice_id)
    document = document_at_fault(invoice_id)
    require_issued(document, asked)
    if asked.cause in AGREED:
        right = put_agreement_right(act=act, document=document, asked=asked)
    else:
        documents = issue_anew(act=act, document=document, asked=asked)
        right = PutRight(0, {}, _made(asked), documents)
    row = _keep(act, document, asked.cause, asked.true_date, right, on=asked.document_date)
    note_change(
        after={"cause": asked.cause.value, "documents": [*right.document_ids], "right": row.is_right},
        effective_on=asked.true_date,
    )
    return row


def _made(asked: NewRebill) -> dict[str, str | None]:
    made: dict[str, str | None] = {}
    if asked.account_id is not None:
        made["account_id"] = str(asked.account_id)
    if asked.purchase_order:
        made["purchase_order"] = asked.purchase_order
    return made


def _keep(
    act: Act,
    document: DocumentRow,
    cause: RebillCause,
    true_date: date,
    right: PutRight,
    *,
    on: date,
    undoes_id: int | None = None,
) -> RebillingRow:
    accounts = {invoice.account_id for invoice in queries.get_invoices(right.document_ids).values()}
    check = check_cause(
        document_ids=[document.invoice.id, *right.document_ids],
        account_ids=sorted(accounts | {document.invoice.account_id}),
        on=on,
    )
    chain = NewRebilling(
        original_id=document.invoice.id,
        cause=cause,
        true_date=true_date,
        subscription_id=right.subscription_id or None,
        was=right.was,
        made=right.made,
        undoes_id=undoes_id,
    )
    return record_rebilling(act=act, rebilling=chain, document_ids=right.document_ids, check=check)


def preview_rebill(*, act: Act, invoice_id: int, asked: NewRebill) -> RebillingRow:
    """What it would come to: credits, replacements, difference, and what the look afterwards would find.

    The real act, rolled back; its numbers are not taken. Raises what `rebill` raises.
    """
    with rolled_back():
        return rebill(act=act.nested(), invoice_id=invoice_id, asked=asked)


@verb("invoice.undo_rebill", subject=lambda arguments, _answer: f"rebilling:{arguments['rebilling_id']}")
def undo_rebill(*, act: Act, rebilling_id: int, document_date: date) -> RebillingRow:
    """Take a credit and rebill back by its inverse: what was before is agreed and billed again, by new documents.

    Raises NotFound, Conflict `rebill.undone`, Refusal `rebill.no_inverse` for a price that was taken back itself, and
    what the changes refuse.
    """
    done = get_rebilling(rebilling_id)
    if done.undone_by_id is not None:
        raise Conflict("rebill.undone", _("It was taken back already."), field="rebilling_id")
    cause = RebillCause(done.cause)
    replaced = done.replacements[0] if done.replacements else done.original
    lock_document(replaced.id)
    document = document_at_fault(replaced.id)
    if cause in AGREED:
        right = _agreed_again(act, document, done, document_date)
    else:
        back = NewRebill(
            cause=cause,
            true_date=done.true_date,
            document_date=document_date,
            account_id=queries.get_invoice(done.original.id).account_id,
        )
        right = PutRight(0, {}, {}, issue_anew(act=act, document=document, asked=back))
    return _keep(act, document, cause, done.true_date, right, on=document_date, undoes_id=done.id)


def _agreed_again(act: Act, document: DocumentRow, done: RebillingRow, day: date) -> PutRight:
    cause = RebillCause(done.cause)
    assert done.subscription_id is not None, "what was put right in the agreement names its subscription"
    if cause == RebillCause.PRICE:
        subscriptions.withdraw_price(act=act.nested(), price_id=_price_set(done), as_of=day)
    elif cause == RebillCause.PERIOD:
        subscriptions.keep(act=act.nested(), subscription_id=done.subscription_id, as_of=day)
    else:
        before = NewRebill(
            cause=cause,
            true_date=done.true_date,
            document_date=day,
            plan=done.was.get("plan") or "",
            quantity=Decimal(done.was["quantity"] or 0) if "quantity" in done.was else None,
        )
        change(act=act, subscription_id=done.subscription_id, asked=before)
    documents = bill(act=act, document=document, subscription_id=done.subscription_id, day=day)
    return PutRight(done.subscription_id, done.made, done.was, documents)


def _price_set(done: RebillingRow) -> int:
    """The price that a rebilling set; its undoing set none."""
    price_id = done.made.get("price_id")
    if price_id is None:
        raise Refusal(
            "rebill.no_inverse",
            _("A price that was taken back is not brought back by undoing that."),
            cure=_("Rebill with the price that is right, from the same day."),
        )
    return int(price_id)
