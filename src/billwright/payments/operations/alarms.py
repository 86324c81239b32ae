"""What the watch over gateways looks at, and when it raises an alarm: every gateway against its own history."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Exists, Min, OuterRef, Q, Sum
from django.utils.translation import gettext as _

from billwright.kernel.acts import Act
from billwright.kernel.errors import NotFound
from billwright.kernel.locking import lock_names, lock_rows
from billwright.kernel.money import Money
from billwright.payments.gateway_rows import AlarmRow, GatewayRow
from billwright.payments.gateway_states import (
    GATEWAY_ALARM,
    AlarmKind,
    AlarmState,
    GatewayPaymentKind,
    GatewayPaymentState,
)
from billwright.payments.models import GatewayAlarm, GatewayEvent, GatewayPayment, Payment, Payout, PayoutLine
from billwright.payments.queries.gateways import alarm_row
from billwright.payments.states import PaymentState

RECENT: Final = timedelta(hours=24)
HISTORY: Final = timedelta(days=28)
SILENCE: Final = timedelta(hours=6)
UNANSWERED_AFTER: Final = timedelta(hours=1)
DEPOSIT_DAYS: Final = 3
UNSETTLED_LOOKED_BACK: Final = timedelta(days=90)
# An alarm that chance alone would raise once in a thousand looks, and never on a handful of payments.
CHANCE_MAX: Final = 0.001
RECENT_MIN, HISTORY_MIN, FAILED_MIN = 10, 50, 5


@dataclass(frozen=True, slots=True)
class Finding:
    """What stands out now."""

    kind: AlarmKind
    subject: str
    figures: str


@dataclass(frozen=True, slots=True)
class Declines:
    """How payments of one method or bank ended lately, and before."""

    subject: str
    failed: int
    total: int
    failed_before: int
    total_before: int


def chance_of_so_many(failed: int, total: int, rate: float) -> float:
    """The chance of `failed` or more failures among `total` when each fails with `rate`: the binomial tail."""
    logs = (
        math.lgamma(total + 1)
        - math.lgamma(count + 1)
        - math.lgamma(total - count + 1)
        + count * math.log(rate)
        + (total - count) * math.log1p(-rate)
        for count in range(failed, total + 1)
    )
    return min(1.0, math.fsum(math.exp(log) for log in logs))


def is_spike(row: Declines) -> bool:
    """Whether more fail than its own history explains. Too little of either says nothing."""
    if row.total < RECENT_MIN or row.total_before < HISTORY_MIN or row.failed < FAILED_MIN:
        return False
    # Laplace: a history without a failure does not promise that there never is one.
    usual = (row.failed_before + 1) / (row.total_before + 2)
    return row.failed / row.total > usual and chance_of_so_many(row.failed, row.total, usual) < CHANCE_MAX


def is_silence(expected: float) -> bool:
    """Whether not one webhook is too few where so many are usual: Poisson's chance of none."""
    return math.exp(-expected) < CHANCE_MAX


def declines_of(*, gateway_id: int, at: datetime) -> list[Declines]:
    """How payments ended in the last day and in the four weeks before, by method and by bank."""
    ended = GatewayPayment.objects.filter(
        gateway_id=gateway_id,
        state__in=(GatewayPaymentState.PAID, GatewayPaymentState.FAILED),
        ended_at__gt=at - RECENT - HISTORY,
        ended_at__lte=at,
    )
    groups = ended.values_list("method", "bank").annotate(
        failed=Count("id", filter=Q(state=GatewayPaymentState.FAILED, ended_at__gt=at - RECENT)),
        total=Count("id", filter=Q(ended_at__gt=at - RECENT)),
        failed_ever=Count("id", filter=Q(state=GatewayPaymentState.FAILED)),
        total_ever=Count("id"),
    )
    sums: dict[str, Counter[str]] = {}
    for method, bank, failed, total, failed_ever, total_ever in groups:
        for subject in {f"method {method}" if method else "", f"bank {bank}" if bank else ""} - {""}:
            counts = sums.setdefault(subject, Counter())
            counts.update(failed=failed, total=total, failed_ever=failed_ever, total_ever=total_ever)
    return [
        Declines(
            subject, one["failed"], one["total"], one["failed_ever"] - one["failed"], one["total_ever"] - one["total"]
        )
        for subject, one in sorted(sums.items())
    ]


def find_out(*, gateway: GatewayRow, at: datetime, today: date) -> list[Finding]:
    """Everything that stands out at a gateway now."""
    return [
        *_spikes(gateway, at),
        *_silence(gateway, at),
        *_unanswered(gateway, at),
        *_unsettled(gateway, today),
        *_not_deposited(gateway, today),
    ]


def _spikes(gateway: GatewayRow, at: datetime) -> Iterator[Finding]:
    for row in declines_of(gateway_id=gateway.id, at=at):
        if is_spike(row):
            figures = _("%(failed)d of %(total)d failed in 24 hours, %(failed_before)d of %(total_before)d before.")
            words = {name: getattr(row, name) for name in ("failed", "total", "failed_before", "total_before")}
            yield Finding(AlarmKind.DECLINES, row.subject, figures % words)


def _silence(gateway: GatewayRow, at: datetime) -> Iterator[Finding]:
    told = GatewayEvent.objects.filter(gateway_id=gateway.id, is_verified=True)
    if told.filter(received_at__gt=at - SILENCE, received_at__lte=at).exists():
        return
    windows = Q(pk=None)
    for days in range(1, HISTORY.days + 1):
        end = at - timedelta(days=days)
        windows |= Q(received_at__gt=end - SILENCE, received_at__lte=end)
    expected = told.filter(windows).count() / HISTORY.days
    if is_silence(expected):
        figures = _("None in 6 hours; %(expected).0f are usual at this time of the day.") % {"expected": expected}
        yield Finding(AlarmKind.SILENCE, "", figures)


def _unanswered(gateway: GatewayRow, at: datetime) -> Iterator[Finding]:
    waiting = GatewayPayment.objects.filter(
        gateway_id=gateway.id,
        kind=GatewayPaymentKind.TOKEN,
        state__in=(GatewayPaymentState.STARTED, GatewayPaymentState.PENDING, GatewayPaymentState.UNKNOWN),
        started_at__lt=at - UNANSWERED_AFTER,
    ).aggregate(count=Count("id"), since=Min("started_at"))
    if waiting["count"]:
        figures = _("%(count)d debits without an answer, the oldest since %(since)s.")
        words = {"count": waiting["count"], "since": waiting["since"].isoformat(sep=" ", timespec="minutes")}
        yield Finding(AlarmKind.UNANSWERED, "", figures % words)


def _unsettled(gateway: GatewayRow, today: date) -> Iterator[Finding]:
    settled = PayoutLine.objects.filter(payment_id=OuterRef("pk"))
    late = Payment.objects.filter(
        ~Exists(settled),
        source=gateway.source,
        state=PaymentState.RECEIVED,
        value_date__lt=today - timedelta(days=gateway.settlement_days),
        value_date__gte=today - UNSETTLED_LOOKED_BACK,
    ).exclude(source_key__endswith=":won")
    sums = late.aggregate(count=Count("id"), total=Sum("amount_minor"), since=Min("value_date"))
    if sums["count"]:
        figures = _("%(count)d payments, %(total)s, the oldest of %(since)s, are in no payout.")
        words = {"count": sums["count"], "total": Money(sums["total"], gateway.currency), "since": sums["since"]}
        yield Finding(AlarmKind.UNSETTLED, "", figures % words)


def _not_deposited(gateway: GatewayRow, today: date) -> Iterator[Finding]:
    if gateway.bank_account_id is None:
        return
    late = Payout.objects.filter(
        gateway_id=gateway.id,
        bank_entry=None,
        resolved_at=None,
        paid_on__lt=today - timedelta(days=DEPOSIT_DAYS),
    )
    for payout in late.order_by("id")[:100]:
        figures = _("%(net)s of %(day)s is not on the bank's statement.")
        words = {"net": Money(payout.net_minor, payout.currency), "day": payout.paid_on}
        yield Finding(AlarmKind.NOT_DEPOSITED, payout.payout_key, figures % words)


def enter_findings(*, act: Act, gateway: GatewayRow, findings: Iterable[Finding]) -> tuple[AlarmRow, ...]:
    """Raise what is new, refresh what still stands and end what is over; returns what was raised now."""
    lock_names(f"gateway_watch:{gateway.id}")
    standing = {
        (row.kind, row.subject): row
        for row in GatewayAlarm.objects.filter(gateway_id=gateway.id).exclude(state=AlarmState.ENDED)
    }
    raised = []
    for finding in findings:
        row = standing.pop((finding.kind, finding.subject[:140]), None)
        if row is None:
            raised.append(
                GatewayAlarm.objects.create(
                    gateway_id=gateway.id,
                    kind=finding.kind,
                    subject=finding.subject[:140],
                    figures=finding.figures[:300],
                    raised_at=act.at,
                    looked_at=act.at,
                )
            )
            continue
        row.figures, row.looked_at = finding.figures[:300], act.at
        row.save(update_fields=["figures", "looked_at"])
    for row in standing.values():
        row.state = GATEWAY_ALARM.enter("end", row.state)
        row.ended_at = act.at
        row.save(update_fields=["state", "ended_at"])
    return tuple(alarm_row(row) for row in raised)


def see_alarm(*, act: Act, alarm_id: int) -> AlarmRow:
    """Somebody deals with it. Raises NotFound, IllegalTransition."""
    found = lock_rows(GatewayAlarm, [alarm_id])
    if not found:
        raise NotFound("gateway_alarm.not_found", _("There is no such alarm."), field="alarm_id")
    [row] = found
    row.state = GATEWAY_ALARM.enter("see", row.state)
    row.seen_by, row.seen_at = act.actor, act.at
    row.save(update_fields=["state", "seen_by", "seen_at"])
    return alarm_row(row)
