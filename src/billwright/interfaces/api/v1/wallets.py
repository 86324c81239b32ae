"""Prepaid money of accounts: its balance with expiry, buying it, giving it back."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema, Status

from billwright.interfaces.api.doors import account_of, perform
from billwright.interfaces.api.shapes import PROBLEMS, Closed, Id, MoneyShape, Reason
from billwright.interfaces.api.wire import Amount, Day, Out
from billwright.kernel.money import Money
from billwright.receivables import operations, queries
from billwright.receivables.queries import WalletLotRow

router = Router()


class TopUp(Closed):
    """How much of a piece of unallocated cash is bought as credit on a day, and when the rest expires (none: never)."""

    cash_id: Id
    amount: MoneyShape
    on: Day
    expires_on: Day | None = None
    reason: Reason = ""


class GivingBack(Closed):
    """The day of it."""

    on: Day
    reason: Reason = ""


class WalletShape(Schema):
    """What is left in all, and of which purchase; the first is drawn first."""

    balance: Amount
    lots: list[Out[WalletLotRow]]


@router.get("/accounts/{account_id}/wallet", response={200: WalletShape, **PROBLEMS}, summary="Prepaid money")
def get_wallet(request: HttpRequest, account_id: Id) -> dict[str, Money | list[WalletLotRow]]:
    account = account_of(request, "account.view", account_id)
    lots = queries.list_wallet(account_id)
    return {"balance": sum((lot.left for lot in lots), start=Money.zero(account.currency)), "lots": lots}


@router.post("/wallet-lots", response={201: Out[WalletLotRow], **PROBLEMS}, summary="Buy prepaid credit")
def top_up(request: HttpRequest, body: TopUp) -> Status[WalletLotRow]:
    """Of money that the account has paid and that settles nothing yet: prepaid means paid."""
    made = perform(
        request,
        operations.top_up_wallet,
        why=body.reason,
        cash_id=body.cash_id,
        amount=body.amount.money(),
        on=body.on,
        expires_on=body.expires_on,
    )
    return Status(201, made)


@router.post(
    "/wallet-lots/{wallet_lot_id}/give-back", response={200: Out[WalletLotRow], **PROBLEMS}, summary="Give it back"
)
def give_back(request: HttpRequest, wallet_lot_id: Id, body: GivingBack) -> WalletLotRow:
    """What is left is unallocated money again."""
    return perform(request, operations.give_back_wallet, why=body.reason, wallet_lot_id=wallet_lot_id, on=body.on)
