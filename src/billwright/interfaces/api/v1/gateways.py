"""Payment gateways: set-up, webhooks, payouts, chargebacks and alarms. Secrets go in and never come out."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from billwright.interfaces.api.doors import entities, perform, permitted
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    Id,
    Page,
    PageQuery,
    Reason,
    Rows,
    Text,
    page_of,
    position_of,
)
from billwright.interfaces.api.wire import Day, Out
from billwright.payments.gateway_rows import (
    AlarmRow,
    ChargebackRow,
    GatewayEventRow,
    GatewayIn,
    GatewayRow,
    PayoutLineRow,
    PayoutRow,
)
from billwright.payments.gateway_states import ChargebackState, GatewayEventState, PayoutState
from billwright.payments.queries import gateways as queries
from billwright.workflow import gateway_intake

router = Router()
RIGHT = "gateway.view"
Short = Annotated[Text, Field(max_length=200)]
Named = Annotated[dict[str, Annotated[Text, Field(max_length=400)]], Field(max_length=20)]


class NewGateway(Closed):
    """A gateway for a company; `settings` and `secrets` by the names of its kind. Secrets are never shown again."""

    legal_entity_id: Id
    name: Annotated[Text, Field(max_length=29)]
    kind: Annotated[Text, Field(max_length=30)]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    base_url: Short = ""
    is_simulator: bool = False
    settings: Named = {}
    secrets: Named = {}
    bank_account_id: Id | None = None
    settlement_days: Annotated[int, Field(ge=0, le=60)] = 3


class GatewayChange(Closed):
    """All settings; of the secrets those that change."""

    settings: Named = {}
    secrets: Named = {}
    bank_account_id: Id | None = None


class EventList(PageQuery):
    """Filters; everything given must hold."""

    gateway_id: Id | None = None
    state: GatewayEventState | None = None
    text: Annotated[Text, Field(max_length=140)] = ""


class PayoutList(PageQuery):
    """Filters; everything given must hold."""

    gateway_id: Id | None = None
    state: PayoutState | None = None


class ChargebackList(PageQuery):
    """Filters; everything given must hold."""

    gateway_id: Id | None = None
    account_id: Id | None = None
    state: ChargebackState | None = None


class AlarmList(PageQuery):
    """Which alarms."""

    gateway_id: Id | None = None
    standing_only: bool = True


class Because(Closed):
    """Why."""

    reason: Reason


class Deposit(Closed):
    """Which entry of the bank statement it is; left out, it is looked for."""

    bank_entry_id: Id | None = None


class Explained(Closed):
    """Why there is a remainder; as a charge of the gateway it is booked on a day."""

    reason: Reason
    on: Day
    is_charge: bool = False


class Owned(Closed):
    """Who looks into it, such as `user:7`; empty: nobody."""

    owner: Annotated[Text, Field(max_length=80)] = ""


def _own(request: HttpRequest, gateway_id: int | None = None) -> list[int]:
    """The gateways that the caller may see, or the one asked for among them."""
    found = queries.list_gateways(legal_entity_ids=entities(request, RIGHT))
    return [row.id for row in found if gateway_id in (None, row.id)]


def _seen(request: HttpRequest, gateway_id: int) -> None:
    permitted(request, RIGHT, queries.get_gateway, gateway_id)


@router.get("/gateways", response={200: list[Out[GatewayRow]], **PROBLEMS}, summary="List gateways")
def list_gateways(request: HttpRequest) -> list[GatewayRow]:
    return queries.list_gateways(legal_entity_ids=entities(request, RIGHT))


@router.post("/gateways", response={201: Out[GatewayRow], **PROBLEMS}, summary="Set a gateway up")
def set_up_gateway(request: HttpRequest, body: NewGateway) -> Status[GatewayRow]:
    row = perform(request, gateway_intake.set_up_gateway, gateway=GatewayIn(**body.model_dump()))
    return Status(201, row)


@router.post("/gateways/{gateway_id}/change", response={200: Out[GatewayRow], **PROBLEMS}, summary="Change a gateway")
def change_gateway(request: HttpRequest, gateway_id: Id, body: GatewayChange) -> GatewayRow:
    return perform(request, gateway_intake.change_gateway, gateway_id=gateway_id, **body.model_dump())


@router.post("/gateways/{gateway_id}/suspend", response={200: Out[GatewayRow], **PROBLEMS}, summary="Suspend a gateway")
def suspend_gateway(request: HttpRequest, gateway_id: Id) -> GatewayRow:
    return perform(request, gateway_intake.suspend_gateway, gateway_id=gateway_id)


@router.post("/gateways/{gateway_id}/resume", response={200: Out[GatewayRow], **PROBLEMS}, summary="Use it again")
def resume_gateway(request: HttpRequest, gateway_id: Id) -> GatewayRow:
    return perform(request, gateway_intake.resume_gateway, gateway_id=gateway_id)


@router.post("/gateways/{gateway_id}/watch", response={200: list[Out[AlarmRow]], **PROBLEMS}, summary="Look at it now")
def watch_gateway(request: HttpRequest, gateway_id: Id) -> tuple[AlarmRow, ...]:
    """Returns the alarms raised now."""
    return perform(request, gateway_intake.watch_gateway, gateway_id=gateway_id)


@router.get("/gateway-events", response={200: Page[Out[GatewayEventRow]], **PROBLEMS}, summary="List webhooks")
def list_events(request: HttpRequest, asked: Query[EventList]) -> Rows[GatewayEventRow]:
    """The newest first, without their bodies."""
    rows = queries.list_events(
        gateway_ids=_own(request, asked.gateway_id),
        states=[asked.state] if asked.state else (),
        text=asked.text,
        before_id=position_of(asked.cursor),
        limit=asked.limit + 1,
    )
    return page_of(rows, asked)


@router.post(
    "/gateway-events/{event_id}/retry", response={200: Out[GatewayEventRow], **PROBLEMS}, summary="Work it again"
)
def retry_event(request: HttpRequest, event_id: Id) -> GatewayEventRow:
    return perform(request, gateway_intake.retry_event, event_id=event_id)


@router.post(
    "/gateway-events/{event_id}/dismiss", response={200: Out[GatewayEventRow], **PROBLEMS}, summary="Dismiss it"
)
def dismiss_event(request: HttpRequest, event_id: Id, body: Because) -> GatewayEventRow:
    return perform(request, gateway_intake.dismiss_event, why=body.reason, event_id=event_id)


@router.get("/payouts", response={200: Page[Out[PayoutRow]], **PROBLEMS}, summary="List payouts")
def list_payouts(request: HttpRequest, asked: Query[PayoutList]) -> Rows[PayoutRow]:
    """The newest first. `remainder` is what nothing explains."""
    rows = queries.list_payouts(
        gateway_ids=_own(request, asked.gateway_id),
        states=[asked.state] if asked.state else (),
        before_id=position_of(asked.cursor),
        limit=asked.limit + 1,
    )
    return page_of(rows, asked)


@router.get("/payouts/{payout_id}/lines", response={200: list[Out[PayoutLineRow]], **PROBLEMS}, summary="Its lines")
def list_payout_lines(request: HttpRequest, payout_id: Id) -> list[PayoutLineRow]:
    _seen(request, queries.get_payout(payout_id).gateway_id)
    return queries.list_payout_lines(payout_id)


@router.post("/payouts/{payout_id}/reconcile", response={200: Out[PayoutRow], **PROBLEMS}, summary="Reconcile again")
def reconcile_payout(request: HttpRequest, payout_id: Id, body: Deposit) -> PayoutRow:
    return perform(request, gateway_intake.reconcile_payout, payout_id=payout_id, bank_entry_id=body.bank_entry_id)


@router.post(
    "/payouts/{payout_id}/resolve", response={200: Out[PayoutRow], **PROBLEMS}, summary="Explain the remainder"
)
def resolve_payout(request: HttpRequest, payout_id: Id, body: Explained) -> PayoutRow:
    return perform(
        request,
        gateway_intake.resolve_payout,
        why=body.reason,
        payout_id=payout_id,
        on=body.on,
        is_charge=body.is_charge,
    )


@router.post("/payouts/{payout_id}/assign", response={200: Out[PayoutRow], **PROBLEMS}, summary="Say who looks into it")
def assign_payout(request: HttpRequest, payout_id: Id, body: Owned) -> PayoutRow:
    return perform(request, gateway_intake.assign_payout, payout_id=payout_id, owner=body.owner)


@router.get("/chargebacks", response={200: Page[Out[ChargebackRow]], **PROBLEMS}, summary="List chargebacks")
def list_chargebacks(request: HttpRequest, asked: Query[ChargebackList]) -> Rows[ChargebackRow]:
    rows = queries.list_chargebacks(
        gateway_ids=_own(request, asked.gateway_id),
        account_id=asked.account_id,
        states=[asked.state] if asked.state else (),
        before_id=position_of(asked.cursor),
        limit=asked.limit + 1,
    )
    return page_of(rows, asked)


@router.post(
    "/chargebacks/{chargeback_id}/contest", response={200: Out[ChargebackRow], **PROBLEMS}, summary="Keep the evidence"
)
def contest_chargeback(request: HttpRequest, chargeback_id: Id) -> ChargebackRow:
    """`evidence_file_id` names the file to be sent on the gateway's own page."""
    return perform(request, gateway_intake.contest_chargeback, chargeback_id=chargeback_id)


@router.post("/chargebacks/{chargeback_id}/accept", response={200: Out[ChargebackRow], **PROBLEMS}, summary="Accept it")
def accept_chargeback(request: HttpRequest, chargeback_id: Id, body: Because) -> ChargebackRow:
    return perform(request, gateway_intake.accept_chargeback, why=body.reason, chargeback_id=chargeback_id)


@router.get("/gateway-alarms", response={200: Page[Out[AlarmRow]], **PROBLEMS}, summary="List alarms")
def list_alarms(request: HttpRequest, asked: Query[AlarmList]) -> Rows[AlarmRow]:
    rows = queries.list_alarms(
        gateway_ids=_own(request, asked.gateway_id),
        standing_only=asked.standing_only,
        before_id=position_of(asked.cursor),
        limit=asked.limit + 1,
    )
    return page_of(rows, asked)


@router.post("/gateway-alarms/{alarm_id}/see", response={200: Out[AlarmRow], **PROBLEMS}, summary="Deal with an alarm")
def see_alarm(request: HttpRequest, alarm_id: Id) -> AlarmRow:
    return perform(request, gateway_intake.see_alarm, alarm_id=alarm_id)
