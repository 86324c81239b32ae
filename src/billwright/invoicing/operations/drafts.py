"""Drafts of manual and one-off invoices: written, replaced, discarded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billwright.accounts import queries as accounts
from billwright.accounts.rows import AccountRow
from billwright.catalog import queries as catalog
from billwright.catalog.queries import ProductRow, TaxFound
from billwright.catalog.states import TaxCategory
from billwright.invoicing.models import Invoice, InvoiceLine, InvoiceTax
from billwright.invoicing.operations.writing import LineDraft, write_content
from billwright.invoicing.policies import line_amounts
from billwright.invoicing.queries.documents import invoice_row, not_found
from billwright.invoicing.rows import InvoiceRow, NewInvoice, NewLine
from billwright.invoicing.states import INVOICE, InvoiceState, LineKind, Origin
from billwright.invoicing.taxing import Component, Components, TaxChoices
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.locking import lock_rows
from billwright.kernel.money import Money, require_valid_on
from billwright.ledger.queries import first_open_day
from billwright.org import queries as org
from billwright.org.conventions import default, require_fitting
from billwright.org.states import DocumentKind
from billwright.org.terms import Terms, stored

DEFAULT_FAMILY = "services"
LINE_COUNT_MAX = 5000


def named_subject(arguments: Mapping[str, object], answer: Any) -> str:
    """What exists is named by the arguments alone: a request for approval has no answer yet."""
    invoice_id = arguments.get("invoice_id")
    return f"invoice:{answer.id if invoice_id is None else invoice_id}"


@verb("invoice.draft", subject=named_subject)
def draft_invoice(*, act: Act, draft: NewInvoice) -> InvoiceRow:
    """Write a draft of a manual invoice: owed by nobody until it is issued.

    Raises NotFound for the account or a product (row), Refusal `invoice.no_lines`, `invoice.negative`,
    `invoice.due_before_date`, `currency.withdrawn`, what `line_amounts` and the tax rules refuse, and
    `references.required` where the account wants a reference.
    """
    account = accounts.get_account(draft.account_id)
    invoice = Invoice.objects.create(kind=DocumentKind.INVOICE, origin=Origin.MANUAL, **head_of(account, draft))
    _write(invoice, account, draft)
    note_change(after={"total": str(invoice.total_minor), "lines": len(draft.lines)}, effective_on=draft.document_date)
    return invoice_row(invoice)


@verb("invoice.replace_draft", subject=named_subject)
def replace_draft(*, act: Act, invoice_id: int, version: int, draft: NewInvoice) -> InvoiceRow:
    """Write a draft anew. Raises what `draft_invoice` raises, Conflict `invoice.changed` or `invoice.issued`."""
    invoice = locked_draft(invoice_id, version=version)
    if invoice.kind != DocumentKind.INVOICE or invoice.account_id != draft.account_id:
        raise Refusal(
            "invoice.other", _("Only an invoice of the same account is written anew."), field="account_id",
            cure=_("Discard this draft and write another."),
        )  # fmt: skip
    account = accounts.get_account(draft.account_id)
    before = invoice.total_minor
    for field, value in head_of(account, draft).items():
        setattr(invoice, field, value)
    invoice.version += 1
    invoice.save()
    InvoiceLine.objects.filter(invoice_id=invoice_id).delete()
    InvoiceTax.objects.filter(invoice_id=invoice_id).delete()
    _write(invoice, account, draft)
    note_change(before={"total": before}, after={"total": invoice.total_minor})
    return invoice_row(invoice)


@verb("invoice.discard", subject=named_subject)
def discard_draft(*, act: Act, invoice_id: int, version: int) -> InvoiceRow:
    """Throw a draft of any kind away; it took no number. Raises NotFound, Conflict."""
    invoice = locked_draft(invoice_id, version=version)
    invoice.state = INVOICE.enter("discard", invoice.state)
    invoice.version += 1
    invoice.save(update_fields=["state", "version"])
    note_change(before={"state": InvoiceState.DRAFT}, after={"state": invoice.state})
    return invoice_row(invoice)


def locked_draft(invoice_id: int, *, version: int | None) -> Invoice:
    """Lock a draft that nobody changed since `version`. Raises NotFound, Conflict."""
    locked = lock_rows(Invoice, [invoice_id])
    if not locked:
        raise not_found()
    (invoice,) = locked
    if invoice.state != InvoiceState.DRAFT:
        raise Conflict(
            "invoice.issued", _("The document is no draft any more."), field="invoice_id",
            cure=_("An issued document is only credited or debited by another one."),
        )  # fmt: skip
    if version is not None and invoice.version != version:
        raise Conflict(
            "invoice.changed", _("Somebody changed this draft meanwhile."), field="version",
            cure=_("Look at it again, then repeat your change."),
        )  # fmt: skip
    return invoice


def set_due(invoice: Invoice, terms: Terms) -> None:
    """When a document is due whose total is known: by the terms, the day of its last part; nothing to pay at once."""
    total = Money(invoice.total_minor, invoice.currency)
    laid = terms.lay(document_date=invoice.document_date, total=total)
    invoice.due_date = laid[-1].due_date
    invoice.payment_parts = stored(terms.parts) if len(laid) > 1 else None
    invoice.save(update_fields=["due_date", "payment_parts"])


def head_of(account: AccountRow, draft: NewInvoice) -> dict[str, object]:
    """The columns of a document written by hand; when it is due by terms, its total says later (`set_due`).

    Raises what `draft_invoice` raises of its head.
    """
    require_valid_on(account.currency, draft.document_date, field="document_date")
    due = draft.due_date or draft.document_date
    if due < draft.document_date:
        raise Refusal("invoice.due_before_date", _("It would be due before its date."), field="due_date")
    _require_references(account, draft)
    return {
        "legal_entity_id": account.legal_entity_id,
        "account_id": account.id,
        "currency": account.currency,
        "document_date": draft.document_date,
        "due_date": due,
        "payment_parts": None,
        "accounting_date": first_open_day(legal_entity_id=account.legal_entity_id, day=draft.document_date),
        "purchase_order": draft.purchase_order or account.purchase_order,
        "cost_center": draft.cost_center or account.cost_center,
        "language": account.language,
        "place_of_supply": account.place_of_supply,
        "text": draft.text,
    }


def _require_references(account: AccountRow, draft: NewInvoice) -> None:
    """What the account wants on its documents is there: its own fields, and the named references of every line."""
    for name in account.required_references:
        of_head = getattr(draft, name) or getattr(account, name)
        require_reference(name, [of_head or getattr(line, name) for line in draft.lines])
    for reference in accounts.list_references(account.id):
        if reference.required and not reference.value:
            raise Refusal(
                "references.required",
                _("The account wants “%(label)s” on its documents.") % {"label": reference.label},
                field="references",
                cure=_("Enter it on the account first."),
            )


def require_reference(name: str, of_lines: Sequence[str]) -> None:
    """Every line carries a reference that its account wants. Raises Refusal `references.required` naming the row."""
    for row, value in enumerate(of_lines, start=1):
        if not value:
            label = {"purchase_order": _("purchase order"), "cost_center": _("cost centre")}[name]
            raise Refusal(
                "references.required",
                _("The account wants a %(reference)s on everything it is billed.") % {"reference": label},
                field=name,
                row=row,
                cure=_("Enter it on the document or on this line, or once for all on the account."),
            )


def _write(invoice: Invoice, account: AccountRow, draft: NewInvoice) -> None:
    choices = tax_choices(account, on=draft.document_date)
    lines, components = entered_lines(account, draft.lines, choices, on=draft.document_date, kind=LineKind.MANUAL)
    write_content(invoice, lines, components, choices)
    if invoice.total_minor < 0:
        raise Refusal(
            "invoice.negative", _("An invoice does not lower what is owed."), field="lines",
            cure=_("Write a credit note to the document that it corrects."),
        )  # fmt: skip
    if draft.due_date is None:
        set_due(invoice, accounts.terms_of(account))


def entered_lines(
    account: AccountRow, lines: Sequence[NewLine], choices: TaxChoices, *, on: date, kind: LineKind
) -> tuple[list[LineDraft], Components]:
    """Lines as entered, with the tax of the account's treatment on a day.

    Raises Refusal naming the row, and `convention.e_invoice_rounding` where lines would not be rounded although an
    electronic invoice is owed.
    """
    if choices.keeps_exact:
        require_fitting(rounding=choices.rounding, is_owed=accounts.owes_e_invoice(account.id, on=on))
    if not 0 < len(lines) <= LINE_COUNT_MAX:
        raise Refusal(
            "invoice.no_lines", _("A document has from 1 to %(most)s lines.") % {"most": LINE_COUNT_MAX}, field="lines"
        )
    products = {code: catalog.get_product(code) for code in sorted({line.product for line in lines} - {""})}
    categories = [_category(line, products) for line in lines]
    taxes = catalog.taxes_on(
        legal_entity_id=account.legal_entity_id, treatment=account.tax_treatment, categories=set(categories), on=on
    )
    drafts = [
        _entered(account, line, taxes[category], products.get(line.product), choices, on=on, kind=kind, row=row)
        for row, (line, category) in enumerate(zip(lines, categories, strict=True), start=1)
    ]
    return drafts, components_of(taxes.values())


def components_of(taxes: Iterable[TaxFound]) -> Components:
    """Components by tax code."""
    return {
        tax.code: tuple(Component(part.component, part.percent, part.withheld) for part in tax.components)
        for tax in taxes
        if tax.code
    }


def tax_choices(account: AccountRow, *, on: date) -> TaxChoices:
    """The conventions of tax and rounding that hold for an account's documents on a day."""
    chosen = org.list_conventions(legal_entity_id=account.legal_entity_id, on=on)

    def value(option: str) -> str:
        return account.conventions.get(option) or (chosen[option].value if option in chosen else default(option))

    return TaxChoices(
        tax_prices=value("tax_prices"),
        discount_tax=value("discount_tax"),
        tax_rounding=value("tax_rounding"),
        rounding=value("rounding"),
    )


def _category(line: NewLine, products: dict[str, ProductRow]) -> str:
    if line.tax_category is not None:
        return line.tax_category
    return products[line.product].tax_category if line.product else TaxCategory.STANDARD


def _entered(
    account: AccountRow,
    line: NewLine,
    tax: TaxFound,
    product: ProductRow | None,
    choices: TaxChoices,
    *,
    on: date,
    kind: LineKind,
    row: int,
) -> LineDraft:
    service_from, service_to = _service(account, line, on=on, row=row)
    amounts = line_amounts(
        quantity=line.quantity,
        unit_price=line.unit_price,
        amount=line.amount,
        discount_percent=line.discount_percent,
        surcharge_percent=line.surcharge_percent,
        currency=account.currency,
        row=row,
        choices=choices,
    )
    is_plain = line.unit_price is not None and not line.surcharge_percent
    return LineDraft(
        account_id=line.account_id or account.id,
        kind=kind,
        text=line.text,
        service_from=service_from,
        service_to=service_to,
        formula=5 if is_plain else 3,
        quantity=line.quantity if line.amount is None else Decimal(1),
        unit_price=line.amount.decimal if line.amount is not None else line.unit_price or Decimal(0),
        amount=amounts.amount,
        discount=amounts.discount,
        tax_code=tax.code,
        family=line.family or (product.family if product else DEFAULT_FAMILY),
        cost_center=line.cost_center or account.cost_center,
        purchase_order=line.purchase_order,
        product_code=line.product,
    )


def _service(account: AccountRow, line: NewLine, *, on: date, row: int) -> tuple[date, date]:
    """The days of service of a line that has a text and whose account, if it names one, exists."""
    service_from = line.service_from or on
    service_to = line.service_to or service_from + timedelta(days=1)
    if service_to <= service_from or not line.text.strip():
        raise Refusal(
            "line.text_or_period", _("A line has a text, and its service ends after it starts."), field="text", row=row
        )
    if line.account_id not in (None, account.id):
        _require_paid_for(account, line.account_id or 0, row=row)
    return service_from, service_to


def _require_paid_for(payer: AccountRow, account_id: int, *, row: int) -> None:
    """What somebody else used does not stand on an account's paper: it must have been paid for by it."""
    if accounts.find_account(account_id) is None:
        raise NotFound("account.not_found", _("There is no such account."), field="account_id", row=row)
    if account_id not in accounts.ever_paid_for(payer.id):
        raise Refusal(
            "line.other_account", _("%(payer)s has never paid for that account.") % {"payer": payer.number},
            field="account_id", row=row, cure=_("Let it pay for the account first, or invoice the account itself."),
        )  # fmt: skip
