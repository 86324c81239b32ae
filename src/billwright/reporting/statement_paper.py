"""The statement of account on paper and as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _

from billwright.accounts.queries import parties
from billwright.accounts.rows import AccountRow, PartyRow
from billwright.kernel.money import Money
from billwright.org.queries import BankAccountRow, LegalEntityRow, get_legal_entity, get_logo, list_bank_accounts
from billwright.render.documents import (
    AgeingBucket,
    BankDetails,
    Logo,
    MovementRow,
    PartyBlock,
    PaymentBlock,
    PrintedStatement,
)
from billwright.render.formats import formats_for, spoken
from billwright.render.wording import words_for
from billwright.render.xlsx import Sheet, write_workbook
from billwright.reporting.statements import Statement, StatementMovement


def printed_statement(statement: Statement, *, issued_on: date, pay_url: str = "") -> PrintedStatement:
    """The statement as `render` prints it, in the account's language, with a slip when something is owed.

    `pay_url`: the page on which it can be paid, where one was made for this paper.
    """
    account = statement.account
    entity = get_legal_entity(legal_entity_id=account.legal_entity_id)
    buyer = parties([account.id], on=issued_on)[account.id]
    logo = get_logo(entity.id)
    movements = tuple(_printed_movement(row, language=account.language) for row in statement.movements)
    return PrintedStatement(
        number=f"{account.number} {statement.period.last_day}",
        issued_on=issued_on,
        seller=seller_block(entity),
        buyer=buyer_block(buyer),
        language=account.language,
        currency=account.currency,
        logo=Logo(logo[0]) if logo else None,
        payment=_slip(statement, pay_url),
        period=statement.period,
        opening=statement.opening,
        closing=statement.closing,
        movements=movements,
        ageing=_printed_ageing(statement),
        unallocated=statement.unallocated if statement.unallocated else None,
    )


# The words of the kinds of movements; of any other kind it is an adjustment.
MOVEMENT_WORDS: Final = {
    "INVOICE": "movement_invoice",
    "CREDIT_NOTE": "movement_credit_note",
    "DEBIT_NOTE": "movement_debit_note",
    "RECEIPT": "movement_receipt",
    "IMPORT": "movement_import",
    "REFUND": "movement_refund",
    "RETURN": "movement_return",
    "REVERSAL": "movement_reversal",
    "TRANSFER": "movement_transfer",
    "ALLOCATION": "movement_allocation",
    "WRITE_OFF": "movement_write_off",
}


def movement_text(movement: StatementMovement, *, language: str = "") -> str:
    """What a movement is called in a language (none: the one in force); a document in parts names the day of each."""
    chosen = spoken(language or translation.get_language() or "")
    words, formats = words_for(chosen), formats_for(chosen)
    text = f"{words(MOVEMENT_WORDS.get(movement.kind, 'movement_adjustment'))} {movement.reference}".strip()
    due = [
        words("movement_part", amount=formats.amount(part.amount), day=formats.day(part.due_date))
        for part in movement.parts
    ]
    return f"{text}: {', '.join(due)}" if due else text


def _printed_movement(movement: StatementMovement, *, language: str = "") -> MovementRow:
    owes_more = movement.amount.amount_minor > 0
    return MovementRow(
        on=movement.on,
        document=movement.number,
        text=movement_text(movement, language=language),
        balance=movement.balance,
        due_date=movement.due_date,
        debit=movement.amount if owes_more else None,
        credit=None if owes_more else -movement.amount,
    )


def _printed_ageing(statement: Statement) -> tuple[AgeingBucket, ...]:
    """Not yet due, then the days from and to of each bucket, both included."""
    starts = (None, *(bound + 1 for bound in statement.bounds))
    ends = (*statement.bounds, None)
    return tuple(
        AgeingBucket(amount=amount, days_from=start, days_to=end if start is not None else None)
        for amount, start, end in zip(statement.ageing, starts, ends, strict=True)
    )


def seller_block(entity: LegalEntityRow) -> PartyBlock:
    """The company as a letterhead shows it."""
    return PartyBlock(
        name=entity.name,
        address=_address(entity.street, f"{entity.postcode} {entity.city}", entity.region),
        country=entity.country,
        tax_number=entity.tax_number,
        company_number=entity.registration_number,
        email=entity.email,
        phone=entity.phone,
        website=entity.website,
    )


def buyer_block(party: PartyRow) -> PartyBlock:
    """The account as a letterhead addresses it."""
    return PartyBlock(
        name=party.name,
        address=_address(party.addressee, party.street, f"{party.postcode} {party.city}", party.region),
        country=party.country,
        tax_number=party.tax_number,
        company_number=party.registration_number,
        customer_number=party.account_number,
        email=party.email,
    )


def _address(*lines: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in lines if line.strip())


def _slip(statement: Statement, pay_url: str) -> PaymentBlock | None:
    if statement.closing.amount_minor <= 0:
        return None
    return replace(payment_block(statement.account, statement.closing), pay_url=pay_url)


def payment_block(account: AccountRow, amount: Money) -> PaymentBlock:
    """Where and under which reference an account pays an amount: the bank account in the account's own currency."""
    banks = list_bank_accounts(account.legal_entity_id, on_documents_only=True)
    bank = next((row for row in banks if row.currency == account.currency), None)
    return PaymentBlock(amount=amount, reference=account.number, bank=_bank(bank) if bank else None)


def _bank(row: BankAccountRow) -> BankDetails:
    is_indian = row.currency == "INR"
    return BankDetails(
        account_holder=row.holder,
        bank_name=row.bank_name,
        iban=row.iban,
        bic=row.bic,
        account_number=row.account_number,
        branch_code="" if is_indian else row.branch_code,
        ifsc=row.branch_code if is_indian else "",
        upi_id=row.payment_address if is_indian else "",
        merchant="" if is_indian else row.payment_address,
        merchant_city=get_legal_entity(legal_entity_id=row.legal_entity_id).city,
    )


def statement_workbook(rows: Sequence[Statement]) -> bytes:
    """One sheet an account: opening, movements and closing with real numbers and dates."""
    return write_workbook([_sheet(statement) for statement in rows])


def _sheet(statement: Statement) -> Sheet:
    first = (statement.period.starts_on, "", _("Opening balance"), None, None, None, statement.opening)
    return Sheet(
        title=statement.account.number,
        columns=[
            (_("Date"), "date"), (_("Document"), "text"), (_("Text"), "text"), (_("Due"), "date"),
            (_("Debit"), "money"), (_("Credit"), "money"), (_("Balance"), "money"),
        ],
        rows=[first, *(_cells(row) for row in statement.movements)],
        totals=("", "", _("Closing balance"), None, None, None, statement.closing),
    )  # fmt: skip


def _cells(movement: StatementMovement) -> tuple[object, ...]:
    printed = _printed_movement(movement)
    return (
        printed.on,
        printed.document,
        printed.text,
        printed.due_date,
        printed.debit,
        printed.credit,
        printed.balance,
    )
