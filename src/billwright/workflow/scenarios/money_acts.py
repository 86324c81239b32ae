"""Acts of money: receive, allocate, unallocate, return, refund, and what customers pay by themselves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from billwright.kernel.clock import business_date
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.org.operations import set_exchange_rate
from billwright.payments.states import PaymentMethod
from billwright.receivables import operations as receivables
from billwright.receivables.rows import AllocationPart
from billwright.workflow import payment_intake
from billwright.workflow.payment_intake import ReceiptIn, StatedPart
from billwright.workflow.scenarios import shapes
from billwright.workflow.scenarios.results import rows
from billwright.workflow.scenarios.world import Stage

SOURCE = "scenario"


def _shares(stage: Stage, named: list[str | shapes.Share], currency: str) -> list[tuple[int, Money | None]]:
    shares = [share if isinstance(share, shapes.Share) else shapes.Share(document=share) for share in named]
    return [(stage.document(share.document), _money(share.amount, currency)) for share in shares]


def _money(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else Money.of(amount, currency)


def receive(stage: Stage, act: shapes.Receive) -> None:
    account = stage.account(act.account) if act.account is not None else None
    currency = act.currency or (account.currency if account else stage.entity.base_currency)
    [receipt] = payment_intake.receive_payments(
        act=stage.act(),
        receipts=(
            ReceiptIn(
                source=SOURCE,
                source_key=act.as_ or f"receipt-{len(stage.payments) + 1}",
                amount=Money.of(act.amount, currency),
                method=PaymentMethod.BANK_TRANSFER,
                value_date=business_date(stage.clock, stage.timezone_of(act.account)),
                account_id=account.id if account else None,
                legal_entity_id=stage.entity.id,
                reference=filled(stage, act.reference),
                text=filled(stage, act.text),
                stated=tuple(
                    StatedPart(invoice_id=invoice_id, amount=amount)
                    for invoice_id, amount in _shares(stage, act.allocate, currency)
                ),
            ),
        ),
        policy=None,
    )
    name = act.as_ or f"P{len(stage.payments) + 1}"
    stage.payments[name] = receipt.payment_id
    stage.names.payments[receipt.payment_id] = name


def filled(stage: Stage, words: str) -> str:
    """A text with {NAME} replaced by that document's number."""
    if "{" not in words:
        return words
    numbers = {row[0]: row[2] for row in rows("documents")}
    for name, invoice_id in stage.documents.items():
        words = words.replace("{" + name + "}", numbers.get(invoice_id, ""))
    return words


def allocate(stage: Stage, act: shapes.Allocate) -> None:
    if act.do == "unallocate":
        _unallocate(stage, act)
        return
    payment_id = stage.payment(act.payment)
    pieces = [(id_, currency) for payment, id_, left, currency in rows("cash_pieces") if payment == payment_id and left]
    if not pieces:
        raise Refusal("allocation.nothing_left", f"Nothing of {act.payment} is left.", field="payment")
    cash_id, currency = pieces[0]
    receivables.allocate(
        act=stage.act(),
        parts=tuple(
            AllocationPart(invoice_id=invoice_id, cash_id=cash_id, amount=amount)
            for invoice_id, amount in _shares(stage, act.documents, currency)
        ),
    )


def _unallocate(stage: Stage, act: shapes.Allocate) -> None:
    payment_id = stage.payment(act.payment)
    named = [one.document if isinstance(one, shapes.Share) else one for one in act.documents]
    documents = {stage.document(name) for name in named}
    ids = [
        id_
        for id_, payment, invoice in rows("standing_allocations")
        if payment == payment_id and (not documents or invoice in documents)
    ]
    if not ids:
        raise Refusal("allocation.none", f"{act.payment} settles nothing there.", field="documents")
    receivables.unallocate(act=stage.act(), allocation_ids=tuple(ids))


def return_(stage: Stage, act: shapes.Return) -> None:
    payment_intake.return_payment(
        act=stage.act(reason=act.reason or "returned by the bank"),
        payment_id=stage.payment(act.payment) if act.payment is not None else _last_payment(stage, act),
        value_date=business_date(stage.clock, stage.entity.timezone),
    )


def _last_payment(stage: Stage, act: shapes.Return) -> int:
    """The last payment of an account, of the amount that the act says. Raises Refusal `return.no_payment`."""
    assert act.account is not None, "the shape has one of both"
    stage.account(act.account)
    found = [
        row[0]
        for row in rows("money")
        if row[1] == act.account
        and row[7] != PaymentMethod.CREDIT
        and act.amount in (None, Money(row[4], row[3]).decimal)
    ]
    if not found:
        raise Refusal("return.no_payment", f"{act.account} made no such payment.", field="account")
    payment_id: int = found[-1]
    return payment_id


def refund(stage: Stage, act: shapes.Refund) -> None:
    """Send money back, out of as many pieces as it takes."""
    sources = _sources(stage, act)
    if not sources:
        field, whose = ("payment", act.payment) if act.payment else ("account", act.account)
        raise Refusal("refund.nothing_left", f"Nothing of {whose} is left.", field=field)
    currency = sources[0][3]
    asked = _money(act.amount, currency)
    wanted = asked.amount_minor if asked else sum(left for _, _, left, _ in sources)
    for place, (cash_id, credit_item_id, left, _) in enumerate(sources, start=1):
        # The last piece is asked for all that is still wanted: more than is left is refused there.
        part = wanted if place == len(sources) else min(wanted, left)
        row = payment_intake.refund(
            act=stage.act(reason=act.reason or "scenario"),
            cash_id=cash_id,
            credit_item_id=credit_item_id,
            amount=Money(part, currency),
            value_date=business_date(stage.clock, stage.entity.timezone),
        )
        name = act.as_ or f"R{len(stage.refunds) + 1}"
        name = name if name not in stage.refunds else f"{name}-{place}"
        stage.refunds[name] = row.refund_id
        stage.names.refunds[row.refund_id] = name
        wanted -= part
        if not wanted:
            break


def _sources(stage: Stage, act: shapes.Refund) -> list[tuple[int | None, int | None, int, str]]:
    """What may go back, the oldest first: (piece of cash, credit note's item, what is left, currency)."""
    if act.payment is not None:
        pieces = [row[1:] for row in rows("cash_pieces") if row[0] == stage.payment(act.payment) and row[2]]
        return [(cash_id, None, left, currency) for cash_id, left, currency in pieces]
    assert act.account is not None, "the shape has one of both"
    stage.account(act.account)
    return [
        (cash_id, credit_item_id, left, currency)
        for account, cash_id, credit_item_id, left, currency in rows("account_credit")
        if account == act.account and act.currency in (None, currency)
    ]


def credit(stage: Stage, act: shapes.Credit) -> None:
    """Give an account credit without a document."""
    account = stage.account(act.account)
    name = act.as_ or f"K{len(stage.credits) + 1}"
    given = payment_intake.give_credit(
        act=stage.act(reason=act.reason or "scenario"),
        account_id=account.id,
        amount=Money.of(act.amount, act.currency or account.currency),
        on=business_date(stage.clock, account.timezone),
        key=name,
    )
    # It is no payment; what it settles is told by its name.
    stage.credits[name] = given.payment_id
    stage.names.payments[given.payment_id] = name


def rate(stage: Stage, act: shapes.Rate) -> None:
    set_exchange_rate(
        act=stage.act(),
        from_currency=act.currency,
        to_currency=stage.entity.base_currency,
        valid_from=business_date(stage.clock, stage.entity.timezone),
        rate=act.rate,
        source=SOURCE,
    )


def pay_due(stage: Stage, *, day: date, account: shapes.Account) -> None:
    """Let a customer pay what the file says: at once whatever is open, or when due what is due by a day.

    One payment a document, whatever parts of it that is.
    """
    account_id = stage.account(account.code).id
    owed: dict[int, Money] = {}
    for invoice_id, _item, owner, open_minor, due_date, currency, *_rest in rows("open_items"):
        due = account.pays == "at_once" or due_date <= day
        if owner == account_id and open_minor > 0 and due:
            owed[invoice_id] = owed.get(invoice_id, Money.zero(currency)) + Money(open_minor, currency)
    for invoice_id, amount in owed.items():
        name = f"{account.code}-pays-{invoice_id}-{len(stage.payments) + 1}"
        [receipt] = payment_intake.receive_payments(
            act=stage.act(),
            receipts=(
                ReceiptIn(
                    source=SOURCE,
                    source_key=name,
                    amount=amount,
                    method=PaymentMethod.BANK_TRANSFER,
                    value_date=day,
                    account_id=account_id,
                    legal_entity_id=stage.entity.id,
                    stated=(StatedPart(invoice_id=invoice_id),),
                ),
            ),
            policy=None,
        )
        stage.payments[name] = receipt.payment_id
        stage.names.payments[receipt.payment_id] = name
