"""Reads of gateways: their set-up, what was asked of them, what they told, payouts, chargebacks, alarms."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from billwright.kernel import vault
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.money import Money
from billwright.payments.gateway_rows import (
    AlarmRow,
    ChargebackRow,
    GatewayEventRow,
    GatewayPaymentRow,
    GatewayRow,
    PartAsked,
    PayoutLineRow,
    PayoutRow,
)
from billwright.payments.gateway_states import AlarmState, GatewayState
from billwright.payments.models import (
    Chargeback,
    Gateway,
    GatewayAlarm,
    GatewayEvent,
    GatewayPayment,
    Payment,
    Payout,
    PayoutLine,
    Refund,
)
from billwright.payments.ports.gateways import GatewayConfig
from billwright.payments.queries.receipts import payment_row
from billwright.payments.rows import PaymentRow

PAGE_MAX = 500
WEBHOOK_PATH = "/webhooks/"
Table = TypeVar("Table", bound=models.Model)


def _plain(row: models.Model, names: Collection[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor, currency)


def opened_secrets(gateway: Gateway) -> dict[str, str]:
    """The secrets of a gateway, for its connector alone."""
    secrets: dict[str, str] = json.loads(vault.open_text(bytes(gateway.sealed_secrets)))
    return secrets


def gateway_row(gateway: Gateway) -> GatewayRow:
    """The gateway as a frozen row, without its secrets."""
    names = ("id", "legal_entity_id", "name", "kind", "is_simulator", "base_url", "currency", "settings")
    more = ("bank_account_id", "settlement_days", "state", "created_by", "created_at")
    return GatewayRow(
        **_plain(gateway, (*names, *more)),
        secret_names=tuple(sorted(opened_secrets(gateway))),
        webhook_path=f"{WEBHOOK_PATH}{gateway.webhook_key}/",
    )


def config_of(gateway_id: int) -> GatewayConfig:
    """A gateway with its secrets, to be handed to its connector. Raises NotFound."""
    return kind_and_config_of(gateway_id)[1]


def kind_and_config_of(gateway_id: int) -> tuple[str, GatewayConfig]:
    """The kind of a gateway, which says its connector, and what is handed to that. Raises NotFound."""
    gateway = _gateway(gateway_id)
    return gateway.kind, GatewayConfig(
        name=gateway.name,
        is_simulator=gateway.is_simulator,
        base_url=gateway.base_url,
        currency=gateway.currency,
        settings=gateway.settings,
        secrets=opened_secrets(gateway),
    )


def _gateway(gateway_id: int) -> Gateway:
    gateway = Gateway.objects.filter(pk=gateway_id).first()
    if gateway is None:
        raise NotFound("gateway.not_found", _("There is no such gateway."), field="gateway_id")
    return gateway


def get_gateway(gateway_id: int) -> GatewayRow:
    """A configured gateway. Raises NotFound `gateway.not_found`."""
    return gateway_row(_gateway(gateway_id))


def require_in_use(gateway: GatewayRow) -> None:
    """Raise Refusal `gateway.suspended` unless money is asked for by it now."""
    if gateway.state != GatewayState.ACTIVE:
        raise Refusal(
            "gateway.suspended",
            _("This gateway is suspended."),
            field="gateway_id",
            cure=_("Take it into use again, or choose another."),
        )


def find_gateway(*, name: str = "", webhook_key: str = "") -> GatewayRow | None:
    """A gateway by its name or by the key of its webhook address, or None."""
    wanted = Q(name=name) if name else Q(webhook_key=webhook_key)
    gateway = Gateway.objects.filter(wanted).first()
    return gateway_row(gateway) if gateway else None


def list_gateways(
    *, legal_entity_ids: Collection[int] | None = None, active_only: bool = False, currency: str = ""
) -> list[GatewayRow]:
    """Configured gateways by name."""
    rows = Gateway.objects.order_by("name")
    if legal_entity_ids is not None:
        rows = rows.filter(legal_entity_id__in=legal_entity_ids)
    if active_only:
        rows = rows.filter(state=GatewayState.ACTIVE)
    if currency:
        rows = rows.filter(currency=currency)
    return [gateway_row(row) for row in rows]


def gateway_payment_row(row: GatewayPayment) -> GatewayPaymentRow:
    """What was asked of a gateway, as a frozen row."""
    taken = {"amount", "stated"}
    names = [name for name in GatewayPaymentRow.__dataclass_fields__ if name not in taken]
    return GatewayPaymentRow(
        **_plain(row, names),
        amount=Money(row.amount_minor, row.currency),
        stated=tuple(PartAsked(**part) for part in row.stated),
    )


def get_gateway_payment(gateway_payment_id: int) -> GatewayPaymentRow:
    """What was asked of a gateway. Raises NotFound."""
    row = GatewayPayment.objects.filter(pk=gateway_payment_id).first()
    if row is None:
        raise NotFound("gateway_payment.not_found", _("There is no such payment."), field="gateway_payment_id")
    return gateway_payment_row(row)


def _page(rows: QuerySet[Table], before_id: int | None, limit: int) -> list[Table]:
    if before_id is not None:
        rows = rows.filter(pk__lt=before_id)
    return list(rows.order_by("-id")[: min(limit, PAGE_MAX)])


def list_gateway_payments(
    *,
    gateway_ids: Collection[int] | None = None,
    states: Collection[str] = (),
    started_before: datetime | None = None,
    limit: int = 50,
) -> list[GatewayPaymentRow]:
    """What was asked of gateways, the newest first."""
    rows = GatewayPayment.objects.all()
    if gateway_ids is not None:
        rows = rows.filter(gateway_id__in=gateway_ids)
    if states:
        rows = rows.filter(state__in=states)
    if started_before is not None:
        rows = rows.filter(started_at__lt=started_before)
    return [gateway_payment_row(row) for row in _page(rows, None, limit)]


def event_row(event: GatewayEvent) -> GatewayEventRow:
    """A webhook as a frozen row, without its body."""
    taken = {"amount", "asked"}
    names = [name for name in GatewayEventRow.__dataclass_fields__ if name not in taken]
    return GatewayEventRow(
        **_plain(event, names),
        amount=_money(event.amount_minor, event.currency),
        asked=_money(event.asked_minor, event.currency),
    )


def list_events(
    *,
    gateway_ids: Collection[int] | None = None,
    states: Collection[str] = (),
    reason_code: str = "",
    text: str = "",
    before_id: int | None = None,
    limit: int = 50,
) -> list[GatewayEventRow]:
    """Webhooks, the newest first; `text` is a key of the gateway's or a reference of ours."""
    rows = GatewayEvent.objects.defer("sealed_body")
    if gateway_ids is not None:
        rows = rows.filter(gateway_id__in=gateway_ids)
    if states:
        rows = rows.filter(state__in=states)
    if reason_code:
        rows = rows.filter(reason_code=reason_code)
    if text:
        rows = rows.filter(Q(event_key=text) | Q(payment_key=text) | Q(reference=text) | Q(object_key=text))
    return [event_row(row) for row in _page(rows, before_id, limit)]


def get_event(event_id: int) -> GatewayEventRow:
    """A webhook. Raises NotFound `gateway_event.not_found`."""
    event = GatewayEvent.objects.defer("sealed_body").filter(pk=event_id).first()
    if event is None:
        raise NotFound("gateway_event.not_found", _("There is no such webhook."), field="event_id")
    return event_row(event)


def body_of(event_id: int) -> str:
    """What a webhook said, card numbers struck out. Raises NotFound."""
    event = GatewayEvent.objects.filter(pk=event_id).first()
    if event is None:
        raise NotFound("gateway_event.not_found", _("There is no such webhook."), field="event_id")
    return vault.open_text(bytes(event.sealed_body))


def payout_row(payout: Payout) -> PayoutRow:
    """A payout as a frozen row."""
    sums = ("gross", "refunds", "chargebacks", "fees", "other", "net", "remainder")
    names = [name for name in PayoutRow.__dataclass_fields__ if name not in (*sums, "deposit")]
    values = _plain(payout, names) | {name: _money(getattr(payout, f"{name}_minor"), payout.currency) for name in sums}
    return PayoutRow(**values, deposit=_money(payout.deposit_minor, payout.currency))


def list_payouts(
    *,
    gateway_ids: Collection[int] | None = None,
    states: Collection[str] = (),
    before_id: int | None = None,
    limit: int = 50,
) -> list[PayoutRow]:
    """Payouts, the newest first."""
    rows = Payout.objects.all()
    if gateway_ids is not None:
        rows = rows.filter(gateway_id__in=gateway_ids)
    if states:
        rows = rows.filter(state__in=states)
    return [payout_row(row) for row in _page(rows, before_id, limit)]


def get_payout(payout_id: int) -> PayoutRow:
    """A payout. Raises NotFound `payout.not_found`."""
    payout = Payout.objects.filter(pk=payout_id).first()
    if payout is None:
        raise NotFound("payout.not_found", _("There is no such payout."), field="payout_id")
    return payout_row(payout)


def known_payouts(gateway_id: int) -> set[str]:
    """The keys of the payouts of a gateway that are here."""
    return set(Payout.objects.filter(gateway_id=gateway_id).values_list("payout_key", flat=True))


def list_payout_lines(payout_id: int) -> list[PayoutLineRow]:
    """The lines of a payout, in their order."""
    lines = PayoutLine.objects.filter(payout_id=payout_id).select_related("payout").order_by("id")
    return [payout_line_row(line, line.payout.currency) for line in lines]


def payout_line_row(line: PayoutLine, currency: str) -> PayoutLineRow:
    """A line of a payout as a frozen row."""
    sums = ("amount", "fee", "unexplained")
    names = [name for name in PayoutLineRow.__dataclass_fields__ if name not in sums]
    values = _plain(line, names) | {name: _money(getattr(line, f"{name}_minor"), currency) for name in sums}
    return PayoutLineRow(**values)


def chargeback_row(row: Chargeback) -> ChargebackRow:
    """A chargeback as a frozen row."""
    names = [name for name in ChargebackRow.__dataclass_fields__ if name not in ("amount", "evidence_file_id")]
    return ChargebackRow(
        **_plain(row, names), amount=Money(row.amount_minor, row.currency), evidence_file_id=row.evidence_id
    )


def find_chargeback(*, gateway_id: int, chargeback_key: str) -> ChargebackRow | None:
    """By the gateway's key, or None."""
    row = Chargeback.objects.filter(gateway_id=gateway_id, chargeback_key=chargeback_key).first()
    return chargeback_row(row) if row else None


def find_receipt(*, source: str, source_key: str) -> PaymentRow | None:
    """The receipt of a gateway's payment, locked until the transaction ends, or None."""
    found = Payment.objects.select_for_update(no_key=True).filter(source=source, source_key=source_key).first()
    return payment_row(found) if found else None


def key_of_receipt(payment_id: int) -> tuple[str, str]:
    """Where a receipt came from, and its key there."""
    found = Payment.objects.filter(pk=payment_id).values_list("source", "source_key").first()
    return (str(found[0]), str(found[1])) if found else ("", "")


def is_refund_booked(*, payment_id: int, references: Collection[str]) -> bool:
    """Whether a refund of a receipt is in the books under one of the references that it goes by."""
    wanted = {reference for reference in references if reference}
    return Refund.objects.filter(payment_id=payment_id, reference__in=wanted).exists()


def has_refunds(payment_id: int) -> bool:
    """Whether a part of a receipt has gone back already."""
    return Refund.objects.filter(payment_id=payment_id).exists()


def list_chargebacks(
    *,
    gateway_ids: Collection[int] | None = None,
    states: Collection[str] = (),
    account_id: int | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[ChargebackRow]:
    """Chargebacks, the newest first."""
    rows = Chargeback.objects.all()
    if gateway_ids is not None:
        rows = rows.filter(gateway_id__in=gateway_ids)
    if states:
        rows = rows.filter(state__in=states)
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    return [chargeback_row(row) for row in _page(rows, before_id, limit)]


def get_chargeback(chargeback_id: int) -> ChargebackRow:
    """A chargeback. Raises NotFound `chargeback.not_found`."""
    row = Chargeback.objects.filter(pk=chargeback_id).first()
    if row is None:
        raise NotFound("chargeback.not_found", _("There is no such chargeback."), field="chargeback_id")
    return chargeback_row(row)


def alarm_row(row: GatewayAlarm) -> AlarmRow:
    """An alarm as a frozen row."""
    return AlarmRow(**_plain(row, AlarmRow.__dataclass_fields__))


def list_alarms(
    *,
    gateway_ids: Collection[int] | None = None,
    standing_only: bool = False,
    before_id: int | None = None,
    limit: int = 50,
) -> list[AlarmRow]:
    """Alarms, the newest first."""
    rows = GatewayAlarm.objects.all()
    if gateway_ids is not None:
        rows = rows.filter(gateway_id__in=gateway_ids)
    if standing_only:
        rows = rows.exclude(state=AlarmState.ENDED)
    return [alarm_row(row) for row in _page(rows, before_id, limit)]
