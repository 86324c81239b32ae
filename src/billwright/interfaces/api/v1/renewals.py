"""Renewals: what an account is billed next."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router, Schema

from billwright.interfaces.api.doors import account_of
from billwright.interfaces.api.shapes import PROBLEMS, Id, MoneyShape
from billwright.interfaces.api.wire import Day
from billwright.subscriptions import queries
from billwright.subscriptions.queries import RenewalRow

router = Router()


class RenewalShape(Schema):
    """What comes next of an item, before tax; the service runs from a day until before a day."""

    account_id: int
    payer_id: int
    subscription_id: int
    subscription_number: str
    charge_name: str
    due_on: date
    service_from: date
    service_to: date
    amount: MoneyShape

    @classmethod
    def of(cls, row: RenewalRow) -> RenewalShape:
        members = {name: getattr(row, name) for name in cls.model_fields if name != "amount"}
        return cls(**members, amount=MoneyShape.minor(row.amount_minor, row.currency))


@router.get("/renewals", response={200: list[RenewalShape], **PROBLEMS}, summary="What an account is billed next")
def list_renewals(request: HttpRequest, account_id: Id, until: Day) -> list[RenewalShape]:
    account_of(request, "account.view", account_id)
    return [RenewalShape.of(row) for row in queries.next_renewals(account_ids=[account_id], until=until)]
