"""The cash desk: opened with a float, takes money against documents, is counted and closed."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from billwright.accounts.queries import get_account
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.org.queries import BankAccountRow, list_bank_accounts
from billwright.payments.counter_states import CashSessionState
from billwright.payments.operations import counter as rows
from billwright.payments.queries.counter import CashSessionRow, cash_source, get_cash_session, require_accepted
from billwright.payments.states import PaymentMethod
from billwright.receivables.states import AllocationPolicy
from billwright.workflow.payment_intake import ReceiptIn, ReceiptOut, StatedPart, receive_payments

METHOD = "cash"


@verb("cash_session.open", subject=lambda _, answer: f"cash_session:{answer.id}")
def open_cash_desk(*, act: Act, legal_entity_id: int, desk: str, float_amount: Money) -> CashSessionRow:
    """Open a desk with what lies in its drawer. Raises Conflict while it is open already."""
    row = rows.open_session(act=act, legal_entity_id=legal_entity_id, desk=desk.strip()[:60], float_amount=float_amount)
    note_change(after={"desk": row.desk, "float": str(float_amount)})
    return row


@verb(
    "cash_session.receive",
    subject=lambda arguments, _: f"cash_session:{arguments['cash_session_id']}",
    amount=lambda arguments: arguments["amount"],
)
def receive_cash(
    *,
    act: Act,
    cash_session_id: int,
    account_id: int,
    amount: Money,
    on: date,
    key: str,
    invoice_id: int | None = None,
) -> ReceiptOut:
    """Take cash at an open desk: a receipt that settles documents at once. The same `key` is the same money.

    Raises IllegalTransition when the desk is closed, Refusal for another company or currency.
    """
    session = rows.locked_session(cash_session_id)
    account = get_account(account_id)
    if (account.legal_entity_id, amount.currency) != (session.legal_entity_id, session.currency):
        raise _other_books(session.currency)
    require_accepted(legal_entity_id=account.legal_entity_id, code=METHOD, on=on)
    [receipt] = receive_payments(
        act=act,
        receipts=[
            ReceiptIn(
                source=cash_source(cash_session_id),
                source_key=key,
                amount=amount,
                value_date=on,
                method=PaymentMethod.CASH,
                account_id=account_id,
                through_clearing=True,
                stated=(StatedPart(invoice_id=invoice_id),) if invoice_id else (),
            )
        ],
        policy=AllocationPolicy.OLDEST_FIRST,
    )
    note_change(after={"amount": str(amount), "account": account.number}, effective_on=on)
    return receipt


def _other_books(currency: str) -> Refusal:
    return Refusal(
        "cash_session.other_books",
        _("This desk takes %(currency)s for another company.") % {"currency": currency},
        field="account_id",
        cure=_("Take it at a desk of the account's company and currency."),
    )


@verb("cash_session.close", subject=lambda arguments, _: f"cash_session:{arguments['cash_session_id']}")
def close_cash_desk(
    *,
    act: Act,
    cash_session_id: int,
    counted: Money,
    on: date,
    banked: Money | None = None,
    bank_account_id: int | None = None,
) -> CashSessionRow:
    """Close a desk with what was counted; the difference to what was taken is posted, and needs a reason.

    `banked` of it goes to the bank on a slip of its own; the rest is the next float. Raises Refusal naming what is
    missing, IllegalTransition when it is closed.
    """
    session = rows.locked_session(cash_session_id)
    expected = get_cash_session(cash_session_id).expected
    if counted.currency != session.currency or counted.amount_minor < 0:
        raise Refusal("cash_session.count", _("Count the drawer in its currency."), field="counted")
    if counted != expected and not act.reason:
        raise Refusal(
            "cash_session.differs", _("%(expected)s should lie in the drawer, not %(counted)s.")
            % {"expected": expected, "counted": counted},
            field="reason", cure=_("Count again; if it stays so, say why."),
        )  # fmt: skip
    slip_id = None
    if banked:
        bank = _bank_for(session.legal_entity_id, counted, banked, bank_account_id)
        slip_id = _slip(act, bank, banked, on)
    row = rows.close_session(act=act, session=session, counted=counted, slip_id=slip_id, on=on)
    assert row.state == CashSessionState.CLOSED
    note_change(after={"counted": str(counted), "difference": str(row.difference)}, effective_on=on)
    return row


def _bank_for(legal_entity_id: int, counted: Money, banked: Money, bank_account_id: int | None) -> BankAccountRow:
    """The account to which money of the drawer goes. Raises Refusal."""
    bank = next((one for one in list_bank_accounts(legal_entity_id) if one.id == bank_account_id), None)
    if bank is None or bank.currency != counted.currency:
        raise Refusal(
            "cash_session.no_bank",
            _("To which of the company's bank accounts?"),
            field="bank_account_id",
            cure=_("Choose an account of the company in the currency of the drawer."),
        )
    if banked > counted or banked.amount_minor < 0:
        raise Refusal(
            "cash_session.banks_too_much", _("No more goes to the bank than lies in the drawer."), field="banked"
        )
    return bank


def _slip(act: Act, bank: BankAccountRow, banked: Money, on: date) -> int:
    slip = rows.add_slip(
        act=act,
        legal_entity_id=bank.legal_entity_id,
        bank_account_id=bank.id,
        currency=bank.currency,
        on=on,
        cheques=(),
        cash=banked,
    )
    return slip.id
