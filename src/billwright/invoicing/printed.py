"""From an issued document to what is printed: country by country, every amount as it stands in the books.

Required contents: South Africa VAT Act s20 and s21, India CGST Rules 46, 49 and 53, EU VAT Directive art. 226.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from billwright.catalog import queries as catalog
from billwright.catalog.queries import TaxFound
from billwright.invoicing.grouping import PlacedLine, grouping_of, placed_lines, split_name
from billwright.invoicing.policies import CORRECTION_REASONS
from billwright.invoicing.queries import get_document
from billwright.invoicing.rows import DocumentRow, InvoiceRow, LineRow, TaxRow
from billwright.kernel.money import Money, round_minor
from billwright.kernel.periods import Period
from billwright.org import queries as org
from billwright.org.queries import BankAccountRow
from billwright.org.states import DocumentKind
from billwright.org.terms import Installment
from billwright.render import documents as printed
from billwright.render.documents import CopyMark, LegalStatement, PrintedDocument, TotalRole
from billwright.render.formats import spoken

# Countries whose law wants the words "Tax Invoice" from a registered seller.
TAX_INVOICE_COUNTRIES = frozenset({"ZA", "IN"})
NAME_OF_TAX = {"BG": "ДДС", "ZA": "VAT", "DE": "USt"}
STATEMENTS = {"AE": LegalStatement.REVERSE_CHARGE, "K": LegalStatement.INTRA_COMMUNITY, "G": LegalStatement.EXPORT}


@dataclass(frozen=True, slots=True)
class _Context:
    """What a document does not carry itself: codes of tax and product, bank details, logo."""

    taxes: dict[str, TaxFound]
    classifications: dict[str, str]
    bank: BankAccountRow | None
    logo: tuple[bytes, str] | None
    base_currency: str
    base_rate: Decimal | None


def printed_document(invoice_id: int, *, mark: CopyMark = CopyMark.NONE) -> PrintedDocument:
    """What is printed of a document; a draft is marked as such. Raises NotFound."""
    document = get_document(invoice_id)
    return _printed(document, _context(document), CopyMark.DRAFT if document.invoice.state == "DRAFT" else mark)


def _context(document: DocumentRow) -> _Context:
    invoice = document.invoice
    banks = org.list_bank_accounts(invoice.legal_entity_id, on_documents_only=True)
    codes = {line.product_code for line in document.lines} - {""}
    base_currency = org.get_legal_entity(legal_entity_id=invoice.legal_entity_id).base_currency
    return _Context(
        taxes=catalog.tax_reasons({tax.tax_code for tax in document.taxes}),
        classifications=catalog.classifications(codes),
        bank=next((bank for bank in banks if bank.currency == invoice.currency), None),
        logo=org.get_logo(invoice.legal_entity_id),
        base_currency=base_currency,
        base_rate=_base_rate(invoice, base_currency),
    )


def _base_rate(invoice: InvoiceRow, base_currency: str) -> Decimal | None:
    """The rate of the entry, where tax has to be shown in the national currency too (EU art. 230, ZA VAT Act s20)."""
    if invoice.currency == base_currency or invoice.entry_id is None:
        return None
    return org.get_rate(from_currency=invoice.currency, to_currency=base_currency, on=invoice.accounting_date)


def _printed(document: DocumentRow, context: _Context, mark: CopyMark) -> PrintedDocument:
    invoice, seller = document.invoice, document.seller
    country = seller.get("country", "")
    is_credit = invoice.kind == DocumentKind.CREDIT_NOTE
    categories = {context.taxes[tax.tax_code].einvoice_category for tax in document.taxes}
    return PrintedDocument(
        number=invoice.number or "–",
        issued_on=invoice.document_date,
        seller=_seller(document),
        buyer=_buyer(document),
        language=spoken(invoice.language),
        currency=invoice.currency,
        logo=printed.Logo(context.logo[0], seller.get("name", "")) if context.logo else None,
        copy_mark=mark,
        facts=_facts(document),
        notes=tuple(text for text in (invoice.text, document.layout.footer, seller.get("document_footer", "")) if text),
        payment=None if is_credit else _payment(invoice, context.bank, city=seller.get("city", "")),
        kind=_kind(document, categories),
        lines=tuple(_line(placed, document, context, country) for placed in placed_lines(document)),
        period=_period(document),
        columns_hidden=document.layout.hide,
        subtotals=bool(grouping_of(document)),
        reference_box=document.layout.box_title if document.layout.references == "box" else None,
        taxes=tuple(_tax(tax, invoice, context, country) for tax in document.taxes if not tax.withheld),
        totals=_totals(invoice),
        due_date=None if is_credit else invoice.due_date,
        installments=tuple(printed.InstallmentLine(part.due_date, part.amount) for part in invoice.installments),
        original=_original(document),
        place_of_supply=invoice.place_of_supply,
        reverse_charge=("AE" in categories) if country == "IN" else None,
        statements=tuple(STATEMENTS[category] for category in sorted(categories & STATEMENTS.keys())),
        signatory=seller.get("name", "") if country == "IN" else "",
    )


def _kind(document: DocumentRow, categories: set[str]) -> printed.DocumentKind:
    invoice, seller = document.invoice, document.seller
    if invoice.kind != DocumentKind.INVOICE:
        return printed.DocumentKind(invoice.kind)
    if seller.get("country") == "IN" and categories and categories <= {"E", "Z"}:
        return printed.DocumentKind.BILL_OF_SUPPLY
    if seller.get("country") in TAX_INVOICE_COUNTRIES and seller.get("tax_number"):
        return printed.DocumentKind.TAX_INVOICE
    return printed.DocumentKind.INVOICE


def _sign(invoice: InvoiceRow) -> int:
    """A credit note's title says that it reduces: its amounts are printed positive."""
    return -1 if invoice.kind == DocumentKind.CREDIT_NOTE else 1


def _money(minor: int, invoice: InvoiceRow) -> Money:
    return Money(_sign(invoice) * minor, invoice.currency)


def _address(party: dict[str, str]) -> tuple[str, ...]:
    town = " ".join(part for part in (party.get("city", ""), party.get("postcode", "")) if part)
    return tuple(text for text in (party.get("street", ""), town, party.get("region", "")) if text)


def _seller(document: DocumentRow) -> printed.PartyBlock:
    seller = document.seller
    return printed.PartyBlock(
        name=seller.get("name", ""),
        address=_address(seller),
        country=seller.get("country", ""),
        tax_number=seller.get("tax_number", ""),
        company_number=seller.get("registration_number", ""),
        email=seller.get("email", ""),
        phone=seller.get("phone", ""),
        website=seller.get("website", ""),
    )


def _buyer(document: DocumentRow) -> printed.PartyBlock:
    buyer = document.buyer
    return printed.PartyBlock(
        name=buyer.get("name", ""),
        address=_address(buyer),
        country=buyer.get("country", ""),
        tax_number=buyer.get("tax_number", ""),
        company_number=buyer.get("registration_number", ""),
        customer_number=buyer.get("account", ""),
        attention=buyer.get("addressee", ""),
    )


def _facts(document: DocumentRow) -> tuple[printed.Fact, ...]:
    invoice = document.invoice
    noun, name = split_name(invoice)
    own = (
        (printed.FactLabel.PURCHASE_ORDER, invoice.purchase_order),
        (printed.FactLabel.COST_CENTRE, invoice.cost_center),
        (printed.FactLabel.BILLING_ACCOUNT, name if noun == "account" else ""),
        (printed.FactLabel.SUBSCRIPTION, name if noun == "subscription" else ""),
    )
    return tuple(printed.Fact(label, value) for label, value in (*own, *document.references) if value)


def _period(document: DocumentRow) -> Period | None:
    """Where no line says its period, the document says the days of all."""
    if "period" not in document.layout.hide or not document.lines:
        return None
    return Period(min(line.service_from for line in document.lines), max(line.service_to for line in document.lines))


def _own_references(line: LineRow, document: DocumentRow) -> tuple[printed.Fact, ...]:
    """What a line refers to and neither its document nor its heading says."""
    grouping = grouping_of(document)
    named = (
        (printed.FactLabel.PURCHASE_ORDER, "purchase_order"),
        (printed.FactLabel.COST_CENTRE, "cost_center"),
    )
    return tuple(
        printed.Fact(label, getattr(line, name))
        for label, name in named
        if name != grouping and getattr(line, name) not in ("", getattr(document.invoice, name))
    )


def _line(placed: PlacedLine, document: DocumentRow, context: _Context, country: str) -> printed.DocumentLine:
    line, invoice = placed.line, document.invoice
    is_long = (line.service_to - line.service_from).days > 1
    tax = context.taxes.get(line.tax_code)
    is_taxed = tax is not None and tax.einvoice_category == "S"
    return printed.DocumentLine(
        description=line.text,
        net=_money(line.net_minor, invoice),
        days=line.days_served,
        period=Period(line.service_from, line.service_to) if is_long and "period" not in document.layout.hide else None,
        code=context.classifications.get(line.product_code, "") if country == "IN" else "",
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount=_money(line.discount_minor, invoice) if line.discount_minor else None,
        tax_rate=line.tax_percent if is_taxed else None,
        tax_code="" if is_taxed or tax is None else tax.einvoice_category,
        facts=_own_references(line, document),
        group=placed.group,
        subgroup=placed.subgroup,
    )


def _tax(tax: TaxRow, invoice: InvoiceRow, context: _Context, country: str) -> printed.TaxLine:
    found = context.taxes[tax.tax_code]
    return printed.TaxLine(
        name=NAME_OF_TAX.get(country, tax.component) if tax.component == "VAT" else tax.component,
        taxable=_money(tax.net_minor, invoice),
        tax=_money(tax.tax_minor, invoice),
        rate=tax.percent,
        reason=found.reason,
        tax_in_base=None
        if context.base_rate is None
        else round_minor(_money(tax.tax_minor, invoice).decimal * context.base_rate, context.base_currency),
    )


def _totals(invoice: InvoiceRow) -> tuple[printed.TotalLine, ...]:
    sign = _sign(invoice)

    def total(role: TotalRole, amount: Money) -> printed.TotalLine:
        return printed.TotalLine(role, Money(sign * amount.amount_minor, amount.currency))

    withheld = (total(TotalRole.WITHHELD, -invoice.withheld),) if invoice.withheld else ()
    return (
        total(TotalRole.NET, invoice.net),
        total(TotalRole.TAX, invoice.tax),
        *withheld,
        total(TotalRole.TOTAL, invoice.total),
    )


def _payment(invoice: InvoiceRow, bank: BankAccountRow | None, *, city: str) -> printed.PaymentBlock | None:
    if bank is None:
        return None
    details = printed.BankDetails(
        account_holder=bank.holder,
        bank_name=bank.bank_name,
        iban=bank.iban,
        bic=bank.bic,
        account_number=bank.account_number,
        branch_code="" if invoice.currency == "INR" else bank.branch_code,
        ifsc=bank.branch_code if invoice.currency == "INR" else "",
        upi_id=bank.payment_address if invoice.currency == "INR" else "",
        merchant=bank.payment_address if invoice.currency == "ZAR" else "",
        merchant_city=city,
    )
    # Of a document in parts the first is asked for: whoever scans the code pays what is due next.
    first = next(iter(invoice.installments), Installment(invoice.due_date, invoice.total))
    return printed.PaymentBlock(amount=first.amount, reference=invoice.number, bank=details, due_date=first.due_date)


def _original(document: DocumentRow) -> printed.OriginalReference | None:
    if document.original is None:
        return None
    invoice = document.invoice
    reason = invoice.reason or CORRECTION_REASONS.get(invoice.reason_code, invoice.reason_code)
    return printed.OriginalReference(document.original.number, document.original.document_date, reason)
