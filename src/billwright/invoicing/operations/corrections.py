"""Credit notes and debit notes to issued invoices (model rules 12 and 14; duty H37)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from billwright.accounts import queries as accounts
from billwright.invoicing.models import Invoice, InvoiceLine, InvoiceTax
from billwright.invoicing.operations.drafts import entered_lines, set_due, tax_choices
from billwright.invoicing.operations.writing import LineDraft, write_content
from billwright.invoicing.policies import (
    CORRECTION_REASONS,
    Creditable,
    LineAmounts,
    credit_amounts,
    days_amount,
)
from billwright.invoicing.queries.documents import creditable_lines, invoice_row, line_rows, not_found, tax_rows
from billwright.invoicing.rows import CreditLine, InvoiceRow, LineRow, NewCorrection, NewLine
from billwright.invoicing.states import InvoiceState, LineKind, Origin
from billwright.invoicing.taxing import Component, Components, TaxChoices, Taxed, TaxSum, credit_tax
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.locking import lock_rows
from billwright.kernel.money import require_valid_on
from billwright.ledger.queries import account_ids, first_open_day
from billwright.ledger.states import LedgerRole
from billwright.org.states import DocumentKind

CREDIT_FORMULA_BY_DAYS = 4
CREDIT_FORMULA_BY_AMOUNT = 6


def _subject(_: object, answer: Any) -> str:
    return f"invoice:{answer.id}"


@verb("credit_note.draft", subject=_subject)
def draft_credit_note(*, act: Act, correction: NewCorrection, lines: tuple[CreditLine, ...] = ()) -> InvoiceRow:
    """Write a credit note to an issued invoice: shares of its lines, or without lines all that is left of it.

    The share has the price, discount, tax code and rate of the line that it credits. Raises NotFound, Refusal
    `correction.reason`, `correction.not_issued`, `correction.too_early`, `credit.nothing_left`,
    `credit.not_positive`, `credit.exceeds_left`, `credit.days`, naming the line in `row`.
    """
    original = _locked_original(correction)
    left = creditable_lines(original.pk)
    wanted = lines or tuple(CreditLine(line_no=no) for no, line in left.items() if line.amount_left_minor)
    if not wanted:
        raise Refusal("credit.nothing_left", _("The document is credited in full already."), field="invoice_id")
    rows = {line.line_no: line for line in line_rows(original.pk)}
    postings = _posting_of(original, rows.values())
    drafts = [_credit_line(original, line, rows, left, postings) for line in wanted]
    note = _head(original, correction, kind=DocumentKind.CREDIT_NOTE)
    write_content(
        note,
        drafts,
        _components(original),
        _choices_of(original, rows.values(), on=correction.document_date),
        wanted=lambda taxed: _credit_taxes(original, drafts, taxed, rows.values()),
    )
    note_change(
        after={"total": note.total_minor, "reason": correction.reason_code, "invoice": original.number},
        effective_on=correction.document_date,
    )
    return invoice_row(note)


def _locked_original(correction: NewCorrection) -> Invoice:
    if correction.reason_code not in CORRECTION_REASONS:
        raise Refusal(
            "correction.reason", _("A correction needs a reason."), field="reason_code",
            cure=_("Choose one of: %(reasons)s.") % {"reasons": ", ".join(CORRECTION_REASONS)},
        )  # fmt: skip
    locked = lock_rows(Invoice, [correction.invoice_id])
    if not locked:
        raise not_found()
    (original,) = locked
    if original.state != InvoiceState.ISSUED or original.kind == DocumentKind.CREDIT_NOTE:
        raise Refusal(
            "correction.not_issued", _("Only an issued invoice or debit note is corrected."), field="invoice_id",
            cure=_("Change or discard a draft instead."),
        )  # fmt: skip
    require_valid_on(original.currency, correction.document_date, field="document_date")
    if correction.document_date < original.document_date:
        raise Refusal(
            "correction.too_early", _("A correction is not dated before its original."), field="document_date",
            cure=_("Choose %(day)s or a later day.") % {"day": original.document_date},
        )  # fmt: skip
    return original


def _head(original: Invoice, correction: NewCorrection, *, kind: DocumentKind) -> Invoice:
    account = accounts.get_account(original.account_id)
    return Invoice.objects.create(
        kind=kind,
        origin=Origin.MANUAL,
        legal_entity_id=original.legal_entity_id,
        account_id=original.account_id,
        currency=original.currency,
        document_date=correction.document_date,
        due_date=correction.document_date,
        accounting_date=first_open_day(legal_entity_id=original.legal_entity_id, day=correction.document_date),
        corrects=original,
        reason_code=correction.reason_code,
        reason=correction.reason,
        purchase_order=original.purchase_order,
        cost_center=original.cost_center,
        language=account.language,
        place_of_supply=original.place_of_supply,
        text=correction.text,
    )


def _credit_line(
    original: Invoice,
    credit: CreditLine,
    rows: dict[int, LineRow],
    left: dict[int, Creditable],
    postings: dict[int, tuple[str, int | None]],
) -> LineDraft:
    line = rows.get(credit.line_no)
    if line is None:
        raise NotFound("line.not_found", _("The document has no such line."), field="line_no", row=credit.line_no)
    amounts, days = _credited(original, credit, line, left[credit.line_no])
    family, revenue_account_id = postings[credit.line_no]
    return LineDraft(
        account_id=line.account_id,
        kind=LineKind.CORRECTION,
        text=line.text,
        service_from=credit.credit_from or line.service_from,
        service_to=line.service_to,
        formula=CREDIT_FORMULA_BY_DAYS if days else CREDIT_FORMULA_BY_AMOUNT,
        quantity=line.quantity,
        unit_price=line.unit_price,
        days=days,
        base_days=(line.service_to - line.service_from).days if days else None,
        price_id=line.price_id,
        amount=-amounts.amount_minor,
        discount=-amounts.discount_minor,
        tax_code=line.tax_code,
        family=family,
        revenue_account_id=revenue_account_id,
        credits_invoice_id=original.pk,
        credits_line_no=line.line_no,
        cost_center=line.cost_center,
        purchase_order=line.purchase_order,
        product_code=line.product_code,
    )


def _credited(original: Invoice, credit: CreditLine, line: LineRow, left: Creditable) -> tuple[LineAmounts, int | None]:
    """The credited share, signed as the line, and its days where it goes by days."""
    if credit.credit_from is None:
        if credit.amount is not None and credit.amount.currency != original.currency:
            raise Refusal("line.currency", _("The document is in another currency."), field="amount", row=line.line_no)
        return credit_amounts(left, None if credit.amount is None else credit.amount.amount_minor), None
    days = (line.service_to - credit.credit_from).days
    base_days = (line.service_to - line.service_from).days
    if credit.amount is not None or not 0 < days <= base_days:
        raise Refusal(
            "credit.days", _("The day lies outside the line's service, or an amount is given too."),
            field="credit_from", row=line.line_no,
        )  # fmt: skip
    if left.amount_left_minor == 0:
        return credit_amounts(left, None), days
    return credit_amounts(left, days_amount(left, credited_days=days, base_days=base_days)), days


def _posting_of(original: Invoice, lines: Iterable[LineRow]) -> dict[int, tuple[str, int | None]]:
    """Line number to the revenue family that its credit reduces; a line of no family goes back to its own account."""
    family_of = {
        account_id: family
        for (role, family), account_id in account_ids(original.legal_entity_id).items()
        if role in (LedgerRole.REVENUE, LedgerRole.DEFERRED_REVENUE)
    }
    return {
        line.line_no: (family_of[line.revenue_account_id], None)
        if line.revenue_account_id in family_of
        else ("", line.revenue_account_id)
        for line in lines
    }


def _components(original: Invoice) -> Components:
    found: dict[str, tuple[Component, ...]] = {}
    for tax in tax_rows(original.pk):
        found[tax.tax_code] = (*found.get(tax.tax_code, ()), Component(tax.component, tax.percent, tax.withheld))
    return found


def _choices_of(original: Invoice, lines: Iterable[LineRow], *, on: date) -> TaxChoices:
    """The conventions that the original was reckoned by, as far as its figures show them; the rest as they hold."""
    lines = list(lines)
    taxed = {tax.tax_code: tax.net_minor for tax in tax_rows(original.pk)}
    nets = {code: sum(line.net_minor for line in lines if line.tax_code == code) for code in taxed}
    present = tax_choices(accounts.get_account(original.account_id), on=on)
    return replace(
        present,
        tax_prices="inclusive" if any(line.gross_minor is not None for line in lines) else "exclusive",
        discount_tax="before_tax" if nets == taxed else "after_tax",
        rounding="line_half_up" if present.keeps_exact else present.rounding,
    )


def _credit_taxes(
    original: Invoice,
    shares: Sequence[LineDraft],
    taxed: Taxed,
    rows: Iterable[LineRow],
) -> dict[tuple[str, str], int]:
    """The note's tax per component: by the original's rate; the last share of a code takes what is left of its tax."""
    credited = _credited_taxes(original.pk)
    originals = {(tax.tax_code, tax.component): tax for tax in tax_rows(original.pk)}
    open_sums = _credited_sums(original.pk)
    for line in rows:
        priced = line.priced_minor - line.priced_discount_minor
        open_sums[line.tax_code] = open_sums.get(line.tax_code, 0) + priced
    for draft in shares:
        open_sums[draft.tax_code] += draft.amount - draft.discount
    wanted = {}
    for tax in taxed.taxes:
        first = originals[tax.tax_code, tax.component]
        wanted[tax.tax_code, tax.component] = -credit_tax(
            TaxSum(first.tax_code, first.component, first.percent, first.net_minor, first.tax_minor),
            credited=credited.get((tax.tax_code, tax.component)),
            tax_minor=-tax.tax_minor,
            is_last=open_sums[tax.tax_code] == 0,
        )
    return wanted


def _credited_sums(invoice_id: int) -> dict[str, Fraction | int]:
    """What earlier credit notes took per tax code, as priced and after discount: negative."""
    sums = (
        InvoiceLine.objects.filter(
            invoice__corrects_id=invoice_id,
            invoice__state=InvoiceState.ISSUED,
            invoice__kind=DocumentKind.CREDIT_NOTE,
        )
        .values("tax_code")
        .annotate(
            amount=Sum(Coalesce("gross_minor", "amount_minor")),
            discount=Sum(Coalesce("gross_discount_minor", "discount_minor")),
        )
    )
    return {row["tax_code"]: row["amount"] - row["discount"] for row in sums}


def _credited_taxes(invoice_id: int) -> dict[tuple[str, str], TaxSum]:
    sums = (
        InvoiceTax.objects.filter(
            invoice__corrects_id=invoice_id,
            invoice__state=InvoiceState.ISSUED,
            invoice__kind=DocumentKind.CREDIT_NOTE,
        )
        .values("tax_code", "component", "percent")
        .annotate(net=Sum("net_minor"), tax=Sum("tax_minor"))
    )
    return {
        (row["tax_code"], row["component"]): TaxSum(
            row["tax_code"], row["component"], row["percent"], -row["net"], -row["tax"]
        )
        for row in sums
    }


@verb("debit_note.draft", subject=_subject)
def draft_debit_note(*, act: Act, correction: NewCorrection, lines: tuple[NewLine, ...]) -> InvoiceRow:
    """Write a debit note that raises a claim against an issued invoice, with lines and tax of its own day.

    Raises NotFound, Refusal `correction.reason`, `correction.not_issued`, `correction.too_early`, `debit.not_positive`
    and what the lines of an invoice raise.
    """
    original = _locked_original(correction)
    account = accounts.get_account(original.account_id)
    choices = tax_choices(account, on=correction.document_date)
    drafts, components = entered_lines(account, lines, choices, on=correction.document_date, kind=LineKind.ADJUSTMENT)
    note = _head(original, correction, kind=DocumentKind.DEBIT_NOTE)
    write_content(note, drafts, components, choices)
    if note.total_minor <= 0:
        raise Refusal("debit.not_positive", _("A debit note raises what is owed."), field="lines",
                      cure=_("Write a credit note instead."))  # fmt: skip
    set_due(note, accounts.terms_of(account))
    note_change(
        after={"total": note.total_minor, "reason": correction.reason_code, "invoice": original.number},
        effective_on=correction.document_date,
    )
    return invoice_row(note)
