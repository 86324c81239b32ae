"""Acts of matching: bank statements, finding what payments pay, and giving up what will not come."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import PurePosixPath
from xml.sax.saxutils import escape

from billwright.kernel.clock import business_date
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.org.operations import add_bank_account
from billwright.payments.bank_reading import StatementRead, open_reading
from billwright.payments.queries.bank import list_bank_entries
from billwright.payments.rows import BankEntryRow
from billwright.payments.states import BankEntryState, BankFileState
from billwright.receivables import operations as receivables
from billwright.receivables.policies import spread
from billwright.receivables.queries import list_document_items
from billwright.receivables.rows import WriteOffPart
from billwright.receivables.states import WriteOffKind
from billwright.workflow import cash_application
from billwright.workflow.bank_inbox import receive_entries, take_bank_file
from billwright.workflow.scenarios import shapes
from billwright.workflow.scenarios.money_acts import filled
from billwright.workflow.scenarios.results import rows
from billwright.workflow.scenarios.world import Stage

OWN_NUMBER = "SCENARIO-BANK"


def statement(stage: Stage, act: shapes.Statement) -> None:
    """Take a bank statement in; every line that came in is a payment whose payer is not known yet."""
    stage.statements += 1
    name = act.as_ or f"B{stage.statements}"
    content = _content(stage, act.file) if act.file is not None else _written(stage, act, name).encode()
    for account, currency in _accounts_of(content):
        _own_account(stage, account, currency or stage.entity.base_currency)
    before = {entry.id for entry in _new_entries()}
    row = take_bank_file(act=stage.act(), name=f"{name}.xml", content=content)
    if row.state == BankFileState.QUARANTINED:
        raise Refusal(row.reason_code, row.reason, field="statement", cure="Put the statement right.")
    entries = [entry for entry in _new_entries() if entry.id not in before]
    received = [entry for entry in entries if entry.amount.amount_minor > 0]
    if received:
        answers = receive_entries(act=stage.act(), bank_entry_ids=[entry.id for entry in received])
        for entry, answer in zip(received, answers, strict=True):
            place = entries.index(entry)
            given = act.lines[place].as_ if act.file is None else None
            _keep(stage, given or f"{name}-{place + 1}", answer.payment_id)


def _keep(stage: Stage, name: str, payment_id: int) -> None:
    stage.payments[name] = payment_id
    stage.names.payments[payment_id] = name


def _new_entries() -> list[BankEntryRow]:
    """What waits in the inbox, in the order of its taking."""
    found = list_bank_entries(state=BankEntryState.NEW, limit=500)
    return sorted(found, key=lambda entry: entry.id)


def _content(stage: Stage, file: str) -> bytes:
    """A bank file beside the scenario file, or its content where that stands in the scenario itself."""
    if "\n" in file:
        return file.encode()
    path = PurePosixPath(file)
    if stage.folder is None or path.is_absolute() or ".." in path.parts or not (stage.folder / path).is_file():
        raise Refusal(
            "scenario.no_file",
            f"There is no file {file} beside the scenario file.",
            field="file",
            cure="Name a file in its folder, or write the content itself.",
        )
    return (stage.folder / path).read_bytes()


def _accounts_of(content: bytes) -> set[tuple[str, str | None]]:
    """Number and currency of every account that a bank file tells of."""
    reading = open_reading(io.BytesIO(content))
    return {(part.account or "", part.currency) for part in reading.read() if isinstance(part, StatementRead)}


def _own_account(stage: Stage, number: str, currency: str) -> None:
    """A scenario's statements are about accounts of its company, whatever their numbers."""
    if (number, currency) not in stage.bank_accounts:
        stage.bank_accounts[number, currency] = add_bank_account(
            act=stage.act(),
            legal_entity_id=stage.entity.id,
            label=f"{number or OWN_NUMBER} {currency}",
            holder=stage.entity.name,
            currency=currency,
            details={"account_number": number or OWN_NUMBER},
        )


def _written(stage: Stage, act: shapes.Statement, name: str) -> str:
    """Balances and lines as the camt.053 message that a bank would send; what does not add up is refused when read."""
    currency = act.currency or stage.entity.base_currency
    day = business_date(stage.clock, stage.entity.timezone).isoformat()
    assert act.opening is not None, "the shape has both balances"
    assert act.closing is not None, "the shape has both balances"
    balances = _balance("OPBD", act.opening, currency, day) + _balance("CLBD", act.closing, currency, day)
    entries = "".join(_entry(stage, line, currency, day) for line in act.lines)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>{escape(name)}</MsgId></GrpHdr><Stmt><Id>{escape(name)}</Id>"
        f"<Acct><Id><Othr><Id>{OWN_NUMBER}-{currency}</Id></Othr></Id><Ccy>{currency}</Ccy></Acct>"
        f"{balances}{entries}</Stmt></BkToCstmrStmt></Document>"
    )


def _amount(amount: Decimal, currency: str) -> str:
    # Money.of refuses more places than the currency has; the statement is written as the file gave it.
    Money.of(amount, currency)
    side = "CRDT" if amount >= 0 else "DBIT"
    return f'<Amt Ccy="{currency}">{abs(amount):f}</Amt><CdtDbtInd>{side}</CdtDbtInd>'


def _balance(code: str, amount: Decimal, currency: str, day: str) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(amount, currency)}<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _entry(stage: Stage, line: shapes.StatementLine, currency: str, day: str) -> str:
    text, reference = filled(stage, line.text), filled(stage, line.reference)
    end_to_end = f"<Refs><EndToEndId>{escape(reference)}</EndToEndId></Refs>" if reference else ""
    account = f"<DbtrAcct><Id><Othr><Id>{escape(line.counterparty_account)}</Id></Othr></Id></DbtrAcct>"
    name = f"<Dbtr><Nm>{escape(line.counterparty)}</Nm></Dbtr>" if line.counterparty else ""
    parties = f"<RltdPties>{name}{account if line.counterparty_account else ''}</RltdPties>"
    return (
        f"<Ntry>{_amount(line.amount, currency)}<Sts>BOOK</Sts><BookgDt><Dt>{day}</Dt></BookgDt>"
        f"<ValDt><Dt>{day}</Dt></ValDt><NtryDtls><TxDtls>{end_to_end}{parties}"
        f"<RmtInf><Ustrd>{escape(text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def match(stage: Stage, act: shapes.Match) -> None:
    """Look at one payment, or at all that wait, and allocate what decides where the act says so."""
    ids = None if act.payment == "all" else (stage.payment(act.payment),)
    cash_application.refresh_keys()
    cash_application.match_batch(
        act=stage.act(),
        run_key=f"scenario-{stage.next_match()}",
        wanted=cash_application.Wanted(payment_ids=ids),
        on=business_date(stage.clock, stage.entity.timezone),
        auto=act.auto,
    )


def match_waiting(stage: Stage) -> None:
    """What the schedule does with receipts that wait: looked at, and allocated where the company's rule says so."""
    cash_application.refresh_keys()
    cash_application.match_batch(
        act=stage.act(),
        run_key=f"scenario-{stage.next_match()}",
        wanted=cash_application.Wanted(),
        on=business_date(stage.clock, stage.entity.timezone),
    )


def write_off(stage: Stage, act: shapes.WriteOff) -> None:
    """Give up what is open of documents, or keep the rest of a payment."""
    on = business_date(stage.clock, stage.entity.timezone)
    if act.payment is not None:
        _keep_rest(stage, act.payment, act.reason)
        return
    parts = []
    for share in [one if isinstance(one, shapes.Share) else shapes.Share(document=one) for one in act.documents]:
        amount = share.amount if share.amount is not None else act.amount
        parts += _parts_of(stage.document(share.document), amount)
    receivables.write_off(
        act=stage.act(reason=act.reason or "scenario"), parts=tuple(parts), kind=WriteOffKind.BAD_DEBT, on=on
    )


def _parts_of(invoice_id: int, amount: Decimal | None) -> list[WriteOffPart]:
    """What is given up of a document: of all that is open, or an amount of it, that due first first."""
    items = list_document_items(invoice_id)
    still_open = [item for item in items if item.open] or items[:1]
    if amount is None:
        return [WriteOffPart(open_item_id=item.open_item_id) for item in still_open]
    money = Money.of(amount, items[0].amount.currency)
    shares = spread(money.amount_minor, [item.open.amount_minor for item in still_open])
    return [
        WriteOffPart(open_item_id=item.open_item_id, amount=Money(share, money.currency))
        for item, share in zip(still_open, shares, strict=True)
        if share
    ]


def _keep_rest(stage: Stage, payment: str, reason: str) -> None:
    payment_id = stage.payment(payment)
    pieces = [
        cash_id for payment_of, cash_id, left, _currency in rows("cash_pieces") if payment_of == payment_id and left
    ]
    if not pieces:
        raise Refusal("write_off.nothing_left", f"Nothing of {payment} is left.", field="payment")
    for cash_id in pieces:
        receivables.write_off_rest(
            act=stage.act(reason=reason or "scenario"),
            cash_id=cash_id,
            on=business_date(stage.clock, stage.entity.timezone),
        )
