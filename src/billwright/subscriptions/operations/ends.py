"""Ends of subscriptions: by notice, within their terms, and what becomes of time that is paid for and not served."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from billwright.catalog import queries as catalog
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.kernel.periods import add_months
from billwright.subscriptions import queries
from billwright.subscriptions.models import Subscription, SubscriptionChange
from billwright.subscriptions.operations.recording import (
    as_json,
    enter,
    locked,
    period_end_of,
    subject_of,
)
from billwright.subscriptions.operations.relaying import account_on, instant_of, record_start, relay
from billwright.subscriptions.policies import ItemFacts
from billwright.subscriptions.queries import AccountOnDay, SubscriptionRow
from billwright.subscriptions.queries.agreements import Conventions, billed_through
from billwright.subscriptions.states import SUBSCRIPTION, ChangeKind, SubscriptionState, Unused


@verb("subscription.cancel", subject=subject_of)
def cancel(
    *,
    act: Act,
    subscription_id: int,
    as_of: date,
    ends_before: date | None = None,
    canceled_on: date | None = None,
    unused: Unused = Unused.CREDIT,
    version: int | None = None,
) -> SubscriptionRow:
    """End a subscription before a day, or by canceling it on a day; neither: at the end of the running period.

    `as_of` is the account's present day. A pending subscription is withdrawn at once. By the convention
    `termination_day` the day of cancellation is no service, or its last. Add-ons end with it. Raises NotFound, Conflict
    `subscription.changed`, IllegalTransition, Refusal `subscription.ends_before_start`, `subscription.within_term`.
    """
    subscription = locked(subscription_id, version)
    before = subscription.state
    subscription.cancel_reason = act.reason[:200]
    if subscription.state == SubscriptionState.PENDING:
        subscription.state = SUBSCRIPTION.enter("withdraw", subscription.state)
        subscription.save(update_fields=["state", "cancel_reason", "version"])
        note_change(before={"state": before}, after={"state": subscription.state}, effective_on=as_of)
        return queries.get_subscription(subscription_id)
    SUBSCRIPTION.enter("cancel", subscription.state)
    account = account_on(subscription, as_of)
    end = ends_before or _ended_by(subscription, account, canceled_on, as_of)
    _require_after_start(subscription, end)
    _require_after_term(subscription, end, as_of=as_of)
    _end(subscription, account, end, asked=ends_before or canceled_on, act=act, as_of=as_of, unused=unused)
    for addon_id in Subscription.objects.filter(addon_of=subscription, ends_before=None).values_list("id", flat=True):
        _end_addon(addon_id, end, act=act, as_of=as_of, unused=unused)
    note_change(before={"state": before}, after={"state": subscription.state, "unused": unused.value}, effective_on=end)
    return queries.get_subscription(subscription_id)


def _ended_by(subscription: Subscription, account: AccountOnDay, day: date | None, as_of: date) -> date:
    """The end that a cancellation on a day comes to; no day: the end of the longest period that runs."""
    if day is None:
        return period_end_of(subscription, as_of)
    plan = catalog.get_plan(plan_id=subscription.plan_id)
    conventions = Conventions([account])
    if conventions.counts_seconds(account, plan):
        return day
    billed = conventions.of_day("termination_day", account=account, plan=plan) == "billed"
    return day + timedelta(days=1) if billed else day


def _require_after_start(subscription: Subscription, end: date) -> None:
    assert subscription.starts_on is not None, "what is not pending has started"
    if end < subscription.starts_on:
        raise Refusal(
            "subscription.ends_before_start",
            _("It would end before it starts, on %(day)s.") % {"day": subscription.starts_on},
            field="ends_before",
            cure=_("Choose that day or a later one."),
        )


def earliest_end(subscription: Subscription, *, as_of: date) -> date | None:
    """The earliest day before which notice given on a day may end it; None: it is bound by nothing.

    Within a term it ends with the term, if notice is given in time; too late, and where it renews, with the next one.
    """
    notice = as_of + timedelta(days=subscription.notice_days)
    end = subscription.term_ends
    if end is not None and (end > as_of or subscription.renews):
        while end < notice and subscription.renews and subscription.term_months:
            end = add_months(end, subscription.term_months)
        return max(end, notice)
    return notice if subscription.notice_days else None


def _require_after_term(subscription: Subscription, end: date, *, as_of: date) -> None:
    earliest = earliest_end(subscription, as_of=as_of)
    if earliest is not None and end < earliest:
        raise Refusal(
            "subscription.within_term",
            _("Its term and notice period bind it until %(day)s.") % {"day": earliest},
            field="ends_before",
            cure=_("Cancel for %(day)s or later.") % {"day": earliest},
        )


def _end(
    subscription: Subscription,
    account: AccountOnDay,
    end: date,
    *,
    asked: date | None,
    act: Act,
    as_of: date,
    unused: Unused,
) -> None:
    subscription.ends_before = end
    record_start(subscription, account, act=act)
    kept = _kept(queries.item_facts([subscription.pk]), end) if unused == Unused.FORFEIT else {}
    SubscriptionChange.objects.create(
        subscription=subscription,
        kind=ChangeKind.CANCEL,
        effective_from=end,
        effective_at=instant_of(subscription, account, act=act, day=end) if asked == end else None,
        charge_days=as_json(kept) or None,
        unused=unused.value,
        reason=act.reason[:200],
        recorded_by=act.actor,
        recorded_at=act.at,
    )
    relay(subscription, account, act=act, cut=end)
    enter(subscription, account, as_of=as_of)


def _kept(stored: Sequence[ItemFacts], end: date) -> dict[int, date]:
    """Where what is billed reaches beyond the end, and stays billed."""
    running = [item for item in stored if item.grid_id is not None and not item.is_empty]
    marks = billed_through([item.item_id for item in running])
    kept: dict[int, date] = {}
    for item in running:
        if marks[item.item_id] > end:
            kept[item.plan_charge_id] = max(marks[item.item_id], kept.get(item.plan_charge_id, end))
    return kept


def _end_addon(addon_id: int, end: date, *, act: Act, as_of: date, unused: Unused) -> None:
    addon = locked(addon_id, None)
    if addon.starts_on is None:
        addon.state = SUBSCRIPTION.enter("withdraw", addon.state)
        addon.save(update_fields=["state", "version"])
        return
    addon.cancel_reason = act.reason[:200]
    end = max(end, addon.starts_on)
    _end(addon, account_on(addon, as_of), end, asked=None, act=act, as_of=as_of, unused=unused)


@verb("subscription.keep", subject=subject_of)
def keep(*, act: Act, subscription_id: int, as_of: date, version: int | None = None) -> SubscriptionRow:
    """Take a cancellation back before its day has come: the service runs on as it was agreed.

    Raises NotFound, Conflict `subscription.changed`, IllegalTransition unless it is ending.
    """
    subscription = locked(subscription_id, version)
    SUBSCRIPTION.enter("keep", subscription.state)
    ended = subscription.ends_before
    assert ended is not None, "what is ending has an end"
    SubscriptionChange.objects.filter(subscription=subscription, kind=ChangeKind.CANCEL, withdrawn_at=None).update(
        withdrawn_by=act.actor, withdrawn_at=act.at
    )
    subscription.ends_before = None
    subscription.cancel_reason = ""
    account = account_on(subscription, as_of)
    record_start(subscription, account, act=act)
    relay(subscription, account, act=act, cut=ended)
    enter(subscription, account, as_of=as_of)
    note_change(before={"ends_before": ended.isoformat()}, after={"state": subscription.state})
    return queries.get_subscription(subscription_id)


@verb("subscription.end_due", subject=lambda arguments, _answer: f"day:{arguments['as_of']}", did=bool)
def end_due(*, act: Act, as_of: date) -> int:
    """Enter ENDED for every subscription whose last day lies before a day; returns how many. Run by the daily job."""
    due = Subscription.objects.filter(state=SubscriptionState.ENDING, ends_before__lte=as_of)
    ended = due.update(state=SUBSCRIPTION.enter("end", SubscriptionState.ENDING))
    note_change(after={"ended": ended})
    return ended


@verb("subscription.renew_terms", subject=lambda arguments, _answer: f"day:{arguments['as_of']}", did=bool)
def renew_terms(*, act: Act, as_of: date) -> int:
    """Begin the next term where notice came too late for the present one; returns how many were renewed.

    A term renews so many days before its end as its notice period has, at the prices that hold in the new term. Run by
    the daily job; a second run of a day renews none.
    """
    renewed = 0
    bound = Subscription.objects.filter(
        state__in=[SubscriptionState.ACTIVE, SubscriptionState.PAUSED], renews=True, term_months__gt=0
    ).exclude(term_ends=None)
    for subscription in bound.filter(term_ends__lte=as_of + timedelta(days=366)).select_for_update().order_by("id"):
        assert subscription.term_ends is not None
        before = subscription.term_ends
        while subscription.term_ends - timedelta(days=subscription.notice_days) < as_of:
            subscription.term_ends = add_months(subscription.term_ends, subscription.term_months)
        if subscription.term_ends != before:
            subscription.save(update_fields=["term_ends"])
            renewed += 1
    note_change(after={"renewed": renewed})
    return renewed
