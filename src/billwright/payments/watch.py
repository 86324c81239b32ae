"""Flags of possible fraud: the rules in force, what they see, what is decided. Verbs: `workflow.fraud_watch`.

A refund that is asked for gets flags, which hold its order; one that is booked without an order is refused instead.
The thresholds below hold for a company until it sets its own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billwright.kernel.acts import Act
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.locking import lock_rows
from billwright.payments.models import BankEntry, Chargeback, FraudFlag, FraudRule, RefundOrder, StoredMethod
from billwright.payments.queries.refunds import RefundOrderRow, destination_of
from billwright.payments.states import (
    FRAUD_FLAG,
    FraudFlagState,
    FraudRuleKind,
    PaymentMethod,
    RefundOrderState,
    RefundRoute,
)

PAGE_MAX = 200
# More than so many, within so many days.
THRESHOLDS: Final[dict[str, tuple[int, int]]] = {
    FraudRuleKind.MANY_CARDS: (3, 30),
    FraudRuleKind.CHARGEBACK_HISTORY: (0, 365),
    FraudRuleKind.REFUND_TO_NEW_ACCOUNT: (0, 730),
    FraudRuleKind.DETAILS_CHANGED: (0, 14),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FraudRuleRow:
    """A rule as it is in force for a company; `recorded_at` none: the threshold that everybody begins with."""

    kind: str
    is_on: bool
    count_max: int
    days: int
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FraudFlagRow:
    """A flag, what it holds, and what was decided."""

    id: int
    legal_entity_id: int
    account_id: int
    subject: str
    kind: str
    why: str
    state: str
    raised_by: str
    raised_at: datetime
    decided_by: str
    decided_at: datetime | None
    note: str


def list_fraud_rules(legal_entity_id: int) -> list[FraudRuleRow]:
    """Every rule as it is in force for a company."""
    written = {row.kind: row for row in FraudRule.objects.filter(legal_entity_id=legal_entity_id).order_by("id")}
    rows = []
    for kind, (count_max, days) in THRESHOLDS.items():
        own = written.get(kind)
        rows.append(
            FraudRuleRow(
                kind=kind,
                is_on=own.is_on if own else True,
                count_max=own.count_max if own else count_max,
                days=own.days if own else days,
                recorded_at=own.recorded_at if own else None,
            )
        )
    return rows


def write_fraud_rule(
    *, act: Act, legal_entity_id: int, kind: FraudRuleKind, is_on: bool, count_max: int, days: int
) -> None:
    """Set a company's own threshold."""
    if count_max < 0 or days < 1:
        raise Refusal("fraud_rule.threshold", _("More than nothing, within at least a day."), field="count_max")
    FraudRule.objects.create(
        legal_entity_id=legal_entity_id, kind=kind, is_on=is_on, count_max=count_max, days=days,
        recorded_by=act.actor, recorded_at=act.at,
    )  # fmt: skip


def flag_row(flag: FraudFlag) -> FraudFlagRow:
    return FraudFlagRow(
        id=flag.pk,
        legal_entity_id=flag.legal_entity_id,
        account_id=flag.account_id,
        subject=flag.subject,
        kind=flag.kind,
        why=flag.why,
        state=flag.state,
        raised_by=flag.raised_by,
        raised_at=flag.raised_at,
        decided_by=flag.decided_by,
        decided_at=flag.decided_at,
        note=flag.note,
    )


def list_flags(
    *,
    legal_entity_ids: Collection[int] | None = None,
    subject: str = "",
    state: str = "",
    before_id: int | None = None,
    limit: int = 50,
) -> list[FraudFlagRow]:
    """Flags, the newest first."""
    flags = FraudFlag.objects.order_by("-id")
    if legal_entity_ids is not None:
        flags = flags.filter(legal_entity_id__in=list(legal_entity_ids))
    if subject:
        flags = flags.filter(subject=subject)
    if state:
        flags = flags.filter(state=state)
    if before_id is not None:
        flags = flags.filter(pk__lt=before_id)
    return [flag_row(flag) for flag in flags[: min(limit, PAGE_MAX + 1)]]


def get_flag(fraud_flag_id: int) -> FraudFlagRow:
    """One flag. Raises NotFound `fraud_flag.not_found`."""
    flag = FraudFlag.objects.filter(pk=fraud_flag_id).first()
    if flag is None:
        raise _unknown()
    return flag_row(flag)


def _unknown() -> NotFound:
    return NotFound("fraud_flag.not_found", _("There is no such flag."), field="fraud_flag_id")


def refuse_held(subject: str) -> None:
    """Raise Conflict `fraud.held` with the reason while a flag that is not cleared holds an act."""
    flag = FraudFlag.objects.filter(subject=subject).exclude(state=FraudFlagState.CLEARED).order_by("id").first()
    if flag is not None:
        raise _held(
            flag.why, field="refund_order_id",
            cure=_("Another person looks at the flag and clears it, or confirms it."),
        )  # fmt: skip


def refuse_refund_without_order(*, act: Act, legal_entity_id: int, account_id: int) -> None:
    """Raise Conflict `fraud.held` for money that would go back without an order: no second person would look at it.

    A flag of the account that is not cleared holds it, whatever it was raised for, and so does what the company's
    rules see now. The bank account that it goes to is not known, so that rule sees nothing.
    """
    standing = FraudFlag.objects.filter(
        legal_entity_id=legal_entity_id, state__in=[FraudFlagState.RAISED, FraudFlagState.CONFIRMED],
        account_id=account_id,
    ).order_by("id")  # fmt: skip
    seen = [flag.why for flag in standing[:1]] or list(_all_seen(legal_entity_id, account_id, None, act.at).values())
    if seen:
        raise _held(seen[0], field="amount", cure=_("Ask for a refund: another person looks at it and agrees."))


def _held(why: str, *, field: str, cure: str) -> Conflict:
    return Conflict("fraud.held", _("This is held: %(why)s") % {"why": why}, field=field, cure=cure)


def decide_flag(*, act: Act, fraud_flag_id: int, verb: str) -> FraudFlagRow:
    """Clear or confirm a flag, by another person than whose act it holds. Raises NotFound, IllegalTransition."""
    locked = lock_rows(FraudFlag, [fraud_flag_id])
    if not locked:
        raise _unknown()
    [flag] = locked
    if act.actor == flag.raised_by:
        raise Refusal(
            "fraud_flag.same_person", _("It holds an act of yours: another person decides."), field="fraud_flag_id"
        )  # fmt: skip
    act.require_reason("fraud_flag.without_reason", _("Say what you found."))
    flag.state = FRAUD_FLAG.enter(verb, flag.state)
    flag.decided_by, flag.decided_at, flag.note = act.actor, act.at, act.reason[:200]
    flag.save(update_fields=["state", "decided_by", "decided_at", "note"])
    return flag_row(flag)


def watch_refund(*, act: Act, order: RefundOrderRow) -> list[FraudFlagRow]:
    """Raise what the company's rules see about a refund that was asked for."""
    return [
        flag_row(
            FraudFlag.objects.create(
                legal_entity_id=order.legal_entity_id,
                account_id=order.account_id,
                subject=f"refund_order:{order.id}",
                kind=kind,
                why=why,
                raised_by=act.actor,
                raised_at=act.at,
            )
        )
        for kind, why in _all_seen(order.legal_entity_id, order.account_id, order, act.at).items()
    ]


def _all_seen(legal_entity_id: int, account_id: int, order: RefundOrderRow | None, at: datetime) -> dict[str, str]:
    """By the kind of each rule that looks twice, why it does."""
    rules = [rule for rule in list_fraud_rules(legal_entity_id) if rule.is_on]
    seen = {rule.kind: _seen(rule, account_id, order, at) for rule in rules}
    return {kind: why for kind, why in seen.items() if why}


def _seen(rule: FraudRuleRow, account_id: int, order: RefundOrderRow | None, at: datetime) -> str:
    """Why a rule looks twice at a refund of an account, in words; empty: it does not."""
    since = at - timedelta(days=rule.days)
    told = {"days": rule.days}
    if rule.kind == FraudRuleKind.MANY_CARDS:
        cards = StoredMethod.objects.filter(account_id=account_id, kind=PaymentMethod.CARD, recorded_at__gte=since)
        count = cards.values("fingerprint").distinct().count()
        words = ngettext(
            "%(count)d card was left with this account within %(days)d days.",
            "%(count)d cards were left with this account within %(days)d days.",
            count,
        ) % {**told, "count": count}
    elif rule.kind == FraudRuleKind.CHARGEBACK_HISTORY:
        count = Chargeback.objects.filter(account_id=account_id, opened_on__gte=since.date()).count()
        words = ngettext(
            "%(count)d chargeback on this account within %(days)d days.",
            "%(count)d chargebacks on this account within %(days)d days.",
            count,
        ) % {**told, "count": count}
    elif rule.kind == FraudRuleKind.REFUND_TO_NEW_ACCOUNT:
        is_new = order is not None and order.route == RefundRoute.TO_ACCOUNT and not _is_known(order, since)
        count = int(is_new)
        words = _("No money came from, or went to, this bank account within %(days)d days.") % told
    else:
        changed = StoredMethod.objects.filter(Q(recorded_at__gte=since) | Q(changed_at__gte=since))
        count = changed.filter(account_id=account_id, provider="").count()
        words = _("Bank details of this account were changed within %(days)d days.") % told
    return words if count > rule.count_max else ""


def _is_known(order: RefundOrderRow, since: datetime) -> bool:
    number = destination_of(order.id).plain_number
    came = BankEntry.objects.filter(payment__account_id=order.account_id, value_date__gte=since.date())
    if any("".join(told.split()).upper() == number for told in came.values_list("counterparty_account", flat=True)):
        return True
    same = RefundOrder.objects.filter(account_id=order.account_id, state=RefundOrderState.DONE, sent_at__gte=since)
    hashes = RefundOrder.objects.filter(pk=order.id).values("destination_hash")
    return same.filter(destination_hash__in=hashes).exists()
