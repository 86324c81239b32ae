"""One subscription: its items and how far they are billed, what comes next, holds and waiting charges."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from billwright.access.queries import display_names
from billwright.accounts.queries import get_account
from billwright.accounts.rows import AccountRow
from billwright.catalog.queries import change_rules, renewal_rules
from billwright.interfaces.web.access.approvals import words_of as act_words
from billwright.interfaces.web.acting import act_of, actor_of, at_of
from billwright.interfaces.web.catalog.words import change_words, renewal_words
from billwright.interfaces.web.context import address_of
from billwright.interfaces.web.entities import may_in, require_in
from billwright.interfaces.web.invoices.words import LINE_KINDS, words_of
from billwright.interfaces.web.subscriptions import renewals
from billwright.interfaces.web.subscriptions.listing import LOOK_AHEAD, VIEW
from billwright.interfaces.web.subscriptions.words import CHANGE_KINDS, CHARGE_KINDS, CHARGE_STATES, STATES
from billwright.kernel.clock import business_date
from billwright.kernel.trail import trail_of
from billwright.rating.queries import ChargeRow, list_charges
from billwright.rating.states import PENDING_CHARGE
from billwright.subscriptions.queries import (
    RenewalRow,
    SubscriptionRow,
    accounts_on,
    clause_findings,
    contract_row,
    get_subscription,
    list_billing_holds,
    list_changes,
    list_items,
    next_renewals,
    renewals_ahead,
)
from billwright.subscriptions.states import SUBSCRIPTION, SubscriptionState
from billwright.workflow.bill_run import AccountPreview, preview_accounts

TRAIL_MAX = 30
AHEAD_MAX = 20


def subscription_for(request: HttpRequest, subscription_id: int) -> tuple[SubscriptionRow, AccountRow]:
    """A subscription and its account, if the person may see them. Raises NotFound, NotAllowed."""
    row = get_subscription(subscription_id)
    account = get_account(row.account_id)
    require_in(request, VIEW, account.legal_entity_id)
    return row, account


def today_of(request: HttpRequest, account: AccountRow) -> date:
    """The civil date of the account: service periods are its own."""
    return business_date(at_of(request), account.timezone)


@require_GET
def subscription(request: HttpRequest, subscription_id: int) -> HttpResponse:
    """The whole case of one subscription on one screen; `?preview` shows its account's next bill."""
    row, account = subscription_for(request, subscription_id)
    today = today_of(request, account)
    words, tone = STATES[row.state]
    found = next_renewals(account_ids=[account.id], until=today + LOOK_AHEAD)
    coming = [one for one in found if one.subscription_id == row.id]
    context = {
        "subscription": row,
        "account": account,
        "account_url": address_of("web:account", account.id),
        "plan_url": address_of("web:plan", row.plan_id),
        "state_words": words,
        "tone": tone,
        # What was taken back before it served a day is no history for a reader.
        "items": [one for one in list_items(row.id) if one.effective_to != one.effective_from],
        "scheduled": [
            (one, CHANGE_KINDS[one.kind]) for one in list_changes(row.id, scheduled_only=True) if one.kind != "CANCEL"
        ],
        "renewals": coming,
        "rule_words": _rule_words(row, account, today),
        "ahead": _ahead(row, today),
        "holds": _holds(row, today),
        "charges": _charges(request, row, account),
        "trail": _trail(request, row, account),
        "contract": contract_row(row.contract_id) if row.contract_id else None,
        "contradictions": clause_findings(row.contract_id, on=today) if row.contract_id else [],
        "preview": _preview(request, row, account, coming) if "preview" in request.GET else None,
        **_offered(request, row, account),
    }
    return render(request, "web/subscriptions/subscription.html", context)


def _rule_words(row: SubscriptionRow, account: AccountRow, today: date) -> tuple[str, str]:
    """How its renewals are invoiced and reminded of, and when another plan would hold."""
    asked: dict[str, Any] = {"plan_ids": {row.plan_id}, "legal_entity_id": account.legal_entity_id, "on": today}
    return renewal_words(renewal_rules(**asked)[row.plan_id]), change_words(change_rules(**asked)[row.plan_id])


def _ahead(row: SubscriptionRow, today: date) -> list[renewals.Listed]:
    """Its renewals that are invoiced already, with their documents."""
    until = today + LOOK_AHEAD
    return renewals.listed(
        renewals_ahead(since=today, until=until, subscription_id=row.id, is_invoiced=True, limit=AHEAD_MAX).rows
    )


def _holds(row: SubscriptionRow, today: date) -> list[Any]:
    """The holds in force that touch this subscription: its own, and those of its whole account."""
    in_force = list_billing_holds(account_id=row.account_id, on=today)
    return [hold for hold in in_force if hold.subscription_id in (None, row.id)]


def _charges(request: HttpRequest, row: SubscriptionRow, account: AccountRow) -> list[dict[str, Any]]:
    found = list_charges(subscription_id=row.id)
    names = display_names({charge.entered_by for charge in found})

    def may(code: str) -> bool:
        return may_in(request, code, account.legal_entity_id)

    def offered(charge: ChargeRow) -> tuple[bool, bool]:
        verbs = PENDING_CHARGE.offered(charge.state)
        another = charge.entered_by != actor_of(request)
        return "approve" in verbs and another and may("adjustment.approve"), "discard" in verbs and may(
            "charge.discard"
        )

    return [
        {
            "row": charge,
            "kind": CHARGE_KINDS[charge.kind],
            "state": CHARGE_STATES[charge.state],
            "person": names[charge.entered_by],
            "may_approve": offered(charge)[0],
            "may_discard": offered(charge)[1],
        }
        for charge in found
    ]


def _trail(request: HttpRequest, row: SubscriptionRow, account: AccountRow) -> list[tuple[Any, str, str]]:
    if not may_in(request, "audit.view", account.legal_entity_id):
        return []
    rows = trail_of([f"subscription:{row.id}"], limit=TRAIL_MAX)
    names = display_names({one.actor for one in rows})
    return [(one, act_words(one.verb), names[one.actor]) for one in rows]


def _preview(
    request: HttpRequest, row: SubscriptionRow, account: AccountRow, coming: list[RenewalRow]
) -> dict[str, Any]:
    """What the payer would get on the day of the next bill, as the bill run reckons it."""
    day = max(today_of(request, account), coming[0].due_on) if coming else today_of(request, account)
    payer_id = accounts_on([(row.account_id, day)])[row.account_id, day].payer_id
    return shown(preview_accounts(act=act_of(request), payer_ids=[payer_id], as_of=day))


def shown(preview: AccountPreview) -> dict[str, Any]:
    """A previewed bill with its lines in words; the last day of service is included."""
    return {
        "as_of": preview.as_of,
        "documents": [
            (
                document,
                [
                    (words_of(LINE_KINDS, line.kind), line, line.service_to - timedelta(days=1))
                    for line in document.lines
                ],
            )
            for document in preview.documents
        ],
    }


def _offered(request: HttpRequest, row: SubscriptionRow, account: AccountRow) -> dict[str, bool]:
    """Which acts are legal in this state and allowed to this person."""

    def may(code: str) -> bool:
        return may_in(request, code, account.legal_entity_id)

    offered = SUBSCRIPTION.offered(row.state)
    runs = row.state in (SubscriptionState.ACTIVE, SubscriptionState.PAUSED, SubscriptionState.ENDING)
    return {
        "may_activate": "activate" in offered and may("subscription.activate"),
        "may_cancel": bool({"cancel", "withdraw"} & set(offered)) and may("subscription.cancel"),
        "may_keep": "keep" in offered and may("subscription.keep"),
        "may_change": runs and may("subscription.change_quantity"),
        "may_change_plan": runs and may("subscription.change"),
        "may_change_cycle_day": runs and may("subscription.change_cycle_day"),
        "may_pause": "pause" in offered and may("subscription.pause"),
        "may_resume": "resume" in offered and may("subscription.resume"),
        "may_withdraw": runs and may("subscription.withdraw_change"),
        "may_hold": row.state != SubscriptionState.ENDED and may("billing_hold.place"),
        "may_release": may("billing_hold.release"),
        "may_agree_prices": runs and may("price.agree_ramp"),
        "may_refer": may("subscription.set_references"),
        "may_adjust": may("adjustment.propose"),
        "may_preview": runs,
    }
