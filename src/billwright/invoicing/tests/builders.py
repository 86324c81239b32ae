"""Builders of documents: a company with books and taxes, an account, manual invoices and their corrections."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from billwright.accounts.rows import AccountRow, AddressDraft, ContactDraft
from billwright.accounts.tests.builders import make_account, make_customer
from billwright.catalog.operations import apply_tax_pack
from billwright.invoicing import operations
from billwright.invoicing.rows import CreditLine, InvoiceRow, NewCorrection, NewInvoice, NewLine
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.tests.builders import make_books
from billwright.org.queries import LegalEntityRow


def day(text: str) -> date:
    return date.fromisoformat(text)


def make_company(code: str = "KAROO", *, country: str = "ZA", currency: str = "ZAR") -> LegalEntityRow:
    entity = make_books(code, country=country, currency=currency)
    apply_tax_pack(act=make_act(), legal_entity_id=entity.id, country=country)
    return entity


def make_payer(entity: LegalEntityRow, *, name: str = "Ana Botha", **values: str) -> AccountRow:
    return make_account(
        entity,
        make_customer(name),
        currency=entity.base_currency,
        contacts=(ContactDraft(name=name, email=f"{name.split()[0].lower()}@example.org"),),
        addresses=(AddressDraft(country=entity.country, street="1 Sample Street", postcode="8001", city="Cape Town"),),
        **values,
    )


def line(text: str = "Set-up", *, quantity: str = "1", unit_price: str = "100.00", **values: object) -> NewLine:
    percents = {name: Decimal(str(value)) for name, value in values.items() if name.endswith("_percent")}
    return NewLine(
        text=text,
        quantity=Decimal(quantity),
        unit_price=Decimal(unit_price),
        **{**values, **percents},  # type: ignore[arg-type]
    )


def make_draft(account: AccountRow, *lines: NewLine, on: str = "2026-01-15", **values: object) -> InvoiceRow:
    draft = NewInvoice(account_id=account.id, document_date=day(on), lines=lines or (line(),), **values)  # type: ignore[arg-type]
    return operations.draft_invoice(act=make_act(), draft=draft)


def make_issued(account: AccountRow, *lines: NewLine, on: str = "2026-01-15", **values: object) -> InvoiceRow:
    draft = make_draft(account, *lines, on=on, **values)
    return operations.issue_documents(act=make_act(), invoice_ids=[draft.id])[0]


def correction(invoice: InvoiceRow, *, on: str = "2026-01-20", reason_code: str = "BILLING_ERROR") -> NewCorrection:
    return NewCorrection(
        invoice_id=invoice.id, document_date=day(on), reason_code=reason_code, reason="agreed by phone"
    )


def credit(
    line_no: int = 1, amount: str | None = None, *, credit_from: str | None = None, currency: str = "ZAR"
) -> CreditLine:
    return CreditLine(
        line_no=line_no,
        amount=None if amount is None else Money.of(amount, currency),
        credit_from=None if credit_from is None else day(credit_from),
    )


def make_credit(invoice: InvoiceRow, *lines: CreditLine, on: str = "2026-01-20") -> InvoiceRow:
    note = operations.draft_credit_note(act=make_act(), correction=correction(invoice, on=on), lines=lines)
    return operations.issue_documents(act=make_act(), invoice_ids=[note.id])[0]
