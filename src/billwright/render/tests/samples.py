"""Documents of a standing cast, one per kind and language; plainly invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from billwright.kernel.money import Money, line_amount
from billwright.kernel.periods import Period
from billwright.render.documents import (
    AgeingBucket,
    BankDetails,
    CopyMark,
    DocumentKind,
    DocumentLine,
    EInvoice,
    Fact,
    FactLabel,
    LegalStatement,
    MovementRow,
    OriginalReference,
    PartyBlock,
    PaymentBlock,
    PrintedDocument,
    PrintedSettlement,
    PrintedStatement,
    SettlementKind,
    SettlementRow,
    TaxLine,
    TotalLine,
    TotalRole,
)

AUGUST = Period(date(2026, 8, 1), date(2026, 9, 1))
ISSUED = date(2026, 8, 31)
DUE = date(2026, 9, 30)

SELLERS = {
    "ZA": PartyBlock(
        name="Karoo Connect (Pty) Ltd",
        address=("12 Example Road", "Beaufort West 6970", "South Africa"),
        country="ZA",
        tax_number="4000000000",
        company_number="2020/000000/07",
        email="billing@karoo.example",
        phone="+27 00 000 0000",
        website="karoo.example",
    ),
    "IN": PartyBlock(
        name="Nilgiri Cloud Private Limited",
        address=("4 Sample Street", "Coimbatore 641001", "Tamil Nadu, India"),
        country="IN",
        tax_number="33AAAAA0000A1Z5",
        email="billing@nilgiri.example",
    ),
    "BG": PartyBlock(
        name="Пример Хостинг ЕООД",
        address=("ул. Примерна 1", "1000 София", "България"),
        country="BG",
        tax_number="BG000000000",
        company_number="000000000",
        email="fakturi@primer.example",
    ),
    "DE": PartyBlock(
        name="Musterwolke GmbH",
        address=("Beispielweg 7", "20095 Hamburg", "Deutschland"),
        country="DE",
        tax_number="DE000000000",
        company_number="Amtsgericht Hamburg HRB 000000",
        email="rechnung@musterwolke.example",
    ),
}
BUYERS = {
    "en": PartyBlock(
        name="Clara Fisheries Ltd",
        address=("88 Harbour View", "Cape Town 8001", "South Africa"),
        country="ZA",
        tax_number="4111111111",
        customer_number="BAN-100482",
        attention="Accounts payable",
    ),
    "af": PartyBlock(
        name="Boris Vervoer Bpk",
        address=("Voorbeeldstraat 3", "Stellenbosch 7600", "Suid-Afrika"),
        country="ZA",
        tax_number="4222222222",
        customer_number="BAN-100483",
    ),
    "bg": PartyBlock(
        name="Ана Търговия ООД",
        address=("бул. Тестов 22", "4000 Пловдив", "България"),
        country="BG",
        tax_number="BG111111111",
        customer_number="BAN-100484",
    ),
    "de": PartyBlock(
        name="Spedition Beispiel GmbH & Co. KG",
        address=("Am Musterkai 48", "20457 Hamburg", "Deutschland"),
        country="DE",
        tax_number="DE111111111",
        customer_number="BAN-100485",
        attention="Frau Muster",
    ),
    "hi": PartyBlock(
        name="उदाहरण ट्रेडर्स",
        address=("12 नमूना मार्ग", "मुंबई 400001", "महाराष्ट्र, भारत"),
        country="IN",
        tax_number="27AAAAA0000A1Z5",
        customer_number="BAN-100486",
    ),
}
COUNTRY = {"en": "ZA", "af": "ZA", "bg": "BG", "de": "DE", "hi": "IN"}
CURRENCY = {"ZA": "ZAR", "IN": "INR", "BG": "EUR", "DE": "EUR"}
TAXES = {
    "en": (("VAT", "15"),),
    "af": (("BTW", "15"),),
    "bg": (("ДДС", "20"),),
    "de": (("USt", "19"),),
    "hi": (("CGST", "9"), ("SGST", "9")),
}
SERVICES = {
    "en": ("Fibre line, business", "API calls, tier 2", "Object storage"),
    "af": ("Vesellyn, besigheid", "Ekstra databundel", "Bergingsruimte"),
    "bg": ("Хостинг план „Бизнес“", "Заявки към програмен интерфейс", "Дисково пространство"),
    "de": ("Hosting-Paket Business", "Schnittstellenaufrufe, Stufe 2", "Objektspeicher"),
    "hi": ("क्लाउड होस्टिंग, बिज़नेस", "एपीआई कॉल, स्तर 2", "ऑब्जेक्ट स्टोरेज"),
}
CREDIT_REASON = {
    "en": "Service not available",
    "af": "Diens nie beskikbaar nie",
    "bg": "Услугата не е била достъпна",
    "de": "Leistung nicht verfügbar",
    "hi": "सेवा उपलब्ध नहीं थी",
}
BANKS = {
    "ZAR": BankDetails(
        "Karoo Connect (Pty) Ltd", bank_name="Example Bank", account_number="0000000000", branch_code="000000"
    ),
    "INR": BankDetails(
        "Nilgiri Cloud Private Limited",
        bank_name="Sample Bank",
        account_number="000000000000",
        ifsc="SAMP0000000",
        upi_id="nilgiri@sample",
    ),
    "EUR": BankDetails("Musterwolke GmbH", bank_name="Beispielbank", iban="DE02120300000000202051", bic="BYLADEM1001"),
}


def make_lines(count: int, *, language: str = "en", currency: str = "ZAR") -> tuple[DocumentLine, ...]:
    """Lines with every kind of content: fractions of a unit, long notes, other periods, a discount."""
    country, lines = COUNTRY[language], []
    for index in range(count):
        name = SERVICES[language][index % 3]
        quantity = Decimal(1 + 37 * index % 900) + (Decimal("0.5") if index % 3 == 2 else 0)
        price = (Decimal("899"), Decimal("0.0333"), Decimal("1.25"))[index % 3]
        discount = Money.of("50", currency) if index == 0 else None
        net = line_amount(quantity, price, currency)
        lines.append(
            DocumentLine(
                description=f"{name} {index + 1}",
                days=(17, 31) if index % 4 == 1 else None,
                period=Period(date(2026, 7, 15), date(2026, 8, 1)) if index % 5 == 2 else AUGUST,
                code="998315" if country == "IN" else "",
                quantity=quantity,
                unit="GB" if index % 3 == 2 else "",
                unit_price=price,
                discount=discount,
                tax_rate=sum((Decimal(rate) for _name, rate in TAXES[language]), Decimal(0)),
                net=net - discount if discount else net,
            )
        )
    return tuple(lines)


def tax_on(net: Money, rate: Decimal) -> Money:
    return line_amount(net.decimal, rate / 100, net.currency)


def make_invoice(language: str = "en", *, line_count: int = 3) -> PrintedDocument:
    country = COUNTRY[language]
    currency = CURRENCY[country]
    lines = make_lines(line_count, language=language, currency=currency)
    net = sum((line.net for line in lines), Money.zero(currency))
    taxes = tuple(
        TaxLine(name=name, rate=Decimal(rate), taxable=net, tax=tax_on(net, Decimal(rate)))
        for name, rate in TAXES[language]
    )
    total = sum((tax.tax for tax in taxes), net)
    is_indian = country == "IN"
    return PrintedDocument(
        kind=DocumentKind.TAX_INVOICE if country in ("ZA", "IN") else DocumentKind.INVOICE,
        number="INV-2026-000123",
        issued_on=ISSUED,
        due_date=DUE,
        period=AUGUST,
        seller=SELLERS[country],
        buyer=BUYERS[language],
        language=language,
        currency=currency,
        lines=lines,
        taxes=taxes,
        totals=(
            TotalLine(TotalRole.NET, net),
            *(TotalLine(TotalRole.TAX, tax.tax, label=tax.name) for tax in taxes),
            TotalLine(TotalRole.TOTAL, total),
        ),
        facts=(Fact(FactLabel.PURCHASE_ORDER, "PO 4500128812"),),
        payment=PaymentBlock(amount=total, reference="INV-2026-000123", bank=BANKS[currency], due_date=DUE),
        place_of_supply="Maharashtra (27)" if is_indian else "",
        reverse_charge=False if is_indian else None,
        signatory="A. Sample" if is_indian else "",
    )


def make_credit_note(language: str = "en") -> PrintedDocument:
    invoice = make_invoice(language)
    credited = replace(invoice.lines[0], discount=None)
    taxes = tuple(
        replace(tax, taxable=credited.net, tax=tax_on(credited.net, tax.rate or Decimal(0))) for tax in invoice.taxes
    )
    total = sum((tax.tax for tax in taxes), credited.net)
    return replace(
        invoice,
        kind=DocumentKind.CREDIT_NOTE,
        number="CN-2026-000007",
        copy_mark=CopyMark.COPY,
        due_date=None,
        lines=(credited,),
        taxes=taxes,
        totals=(TotalLine(TotalRole.NET, credited.net), TotalLine(TotalRole.TOTAL, total)),
        original=OriginalReference(number=invoice.number, issued_on=ISSUED, reason=CREDIT_REASON[language]),
        payment=None,
    )


def make_reverse_charge_invoice() -> PrintedDocument:
    """Everything that a document can carry at once: statements, reasons, groups, national currency, e-invoice."""
    invoice = make_invoice("de")
    net = sum((line.net for line in invoice.lines), Money.zero("EUR"))
    return replace(
        invoice,
        copy_mark=CopyMark.DRAFT,
        supply_date=date(2026, 8, 30),
        lines=tuple(
            replace(line, tax_rate=None, tax_code="AE", group=f"Standort {index // 2 + 1}", code=f"A-{index}")
            for index, line in enumerate(sorted(invoice.lines, key=lambda line: line.description))
        ),
        taxes=(TaxLine("USt", net, Money.zero("EUR"), reason="§ 13b UStG", tax_in_base=Money.zero("SEK")),),
        totals=(TotalLine(TotalRole.TOTAL, net),),
        statements=tuple(LegalStatement),
        payment=replace(invoice.payment, amount=net) if invoice.payment else None,
        e_invoice=EInvoice(reference="0123456789abcdef" * 4, acknowledgement="112233445566", qr_payload="signed." * 40),
        buyer=replace(invoice.buyer, delivery_address=("Lager 5", "20457 Hamburg")),
        notes=("Aufbewahrungspflicht beachten.",),
    )


def _settled(document: str, amount: str, applied: str, *, currency: str) -> SettlementRow:
    owed, paid = Money.of(amount, currency), Money.of(applied, currency)
    return SettlementRow(document, date(2026, 7, 31), owed, paid, due_date=date(2026, 8, 30), remaining=owed - paid)


def make_receipt(language: str = "en") -> PrintedSettlement:
    country = COUNTRY[language]
    currency = CURRENCY[country]
    return PrintedSettlement(
        kind=SettlementKind.RECEIPT,
        number="REC-2026-000045",
        issued_on=ISSUED,
        received_on=date(2026, 8, 28),
        method="EFT",
        reference="INV-2026-000100",
        seller=SELLERS[country],
        buyer=BUYERS[language],
        language=language,
        currency=currency,
        rows=(
            _settled("INV-2026-000100", "1150", "1150", currency=currency),
            _settled("INV-2026-000101", "920.50", "500", currency=currency),
        ),
        totals=(
            TotalLine(TotalRole.UNALLOCATED, Money.of("50", currency)),
            TotalLine(TotalRole.AMOUNT_RECEIVED, Money.of("1700", currency)),
        ),
    )


def make_remittance_slip(language: str = "en") -> PrintedSettlement:
    receipt = make_receipt(language)
    total = Money.of("1650", receipt.currency)
    return replace(
        receipt,
        kind=SettlementKind.REMITTANCE_SLIP,
        number="BAN-100482-2026-08",
        received_on=None,
        method="",
        reference="",
        rows=tuple(replace(row, remaining=None) for row in receipt.rows),
        totals=(TotalLine(TotalRole.AMOUNT_DUE, total),),
        payment=PaymentBlock(
            amount=total,
            reference="BAN-100482",
            bank=BANKS[receipt.currency],
            due_date=DUE,
            pay_url="https://pay.example/r/100482",
        ),
    )


def _movements(language: str, balance: Money, count: int) -> Iterator[MovementRow]:
    """Two invoices, then a payment, and so on."""
    for index in range(count):
        is_payment = index % 3 == 2
        amount = Money.of("899.00" if is_payment else "1034.85", balance.currency)
        balance = balance - amount if is_payment else balance + amount
        yield MovementRow(
            on=date(2026, 8, 1 + index * 30 // count),
            document=f"{'REC' if is_payment else 'INV'}-2026-{index:06}",
            text=SERVICES[language][index % 3],
            due_date=None if is_payment else DUE,
            debit=None if is_payment else amount,
            credit=amount if is_payment else None,
            balance=balance,
        )


def make_statement(language: str = "en", *, movement_count: int = 6) -> PrintedStatement:
    country = COUNTRY[language]
    currency = CURRENCY[country]
    opening = Money.of("420.50", currency)
    movements = tuple(_movements(language, opening, movement_count))
    balance = movements[-1].balance
    return PrintedStatement(
        number="ST-2026-08-100482",
        issued_on=ISSUED,
        period=AUGUST,
        seller=SELLERS[country],
        buyer=BUYERS[language],
        language=language,
        currency=currency,
        opening=opening,
        closing=balance,
        movements=movements,
        ageing=(
            AgeingBucket(balance - opening),
            AgeingBucket(opening, 1, 30),
            AgeingBucket(Money.zero(currency), 31, 60),
            AgeingBucket(Money.zero(currency), 61, 90),
            AgeingBucket(Money.zero(currency), 91),
        ),
        unallocated=Money.of("50", currency),
        payment=PaymentBlock(amount=balance, reference="BAN-100482", bank=BANKS[currency], due_date=DUE),
    )
