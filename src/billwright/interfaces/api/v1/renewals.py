"""Renewals: what an account is billed next, and what begins anew soon."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Query, Router, Schema

from billwright.interfaces.api.doors import account_of, entities
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Id,
    MoneyShape,
    Page,
    PageQuery,
    Rows,
    Text,
    dated_position_of,
    page_of,
)
from billwright.interfaces.api.wire import Day, Out
from billwright.subscriptions import queries
from billwright.subscriptions.queries import AheadRow, RenewalRow

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


class AheadList(PageQuery):
    """Filters of renewals ahead; everything given must hold. The cursor leads on."""

    since: Day
    until: Day
    account_id: Id | None = None
    legal_entity_id: Id | None = None
    plan: Text = ""
    is_invoiced: bool | None = None


@router.get("/renewals/ahead", response={200: Page[Out[AheadRow]], **PROBLEMS}, summary="Renewals ahead")
def list_renewals_ahead(request: HttpRequest, asked: Query[AheadList]) -> Rows[AheadRow]:
    """Periods in advance that begin from a day until another, in the order of their days."""
    allowed = entities(request, "account.view", asked.legal_entity_id)
    found = queries.renewals_ahead(
        since=asked.since,
        until=asked.until,
        account_ids=[asked.account_id] if asked.account_id is not None else None,
        legal_entity_ids=allowed,
        plan_code=asked.plan,
        is_invoiced=asked.is_invoiced,
        after=dated_position_of(asked.cursor),
        limit=asked.limit + 1,
    )
    return page_of(list(found.rows), asked, position=lambda row: (row.renews_on.isoformat(), row.id))
