"""Commitments: the list, one with how far its running period is, agreeing and ending one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.access.queries import display_names
from billwright.accounts.queries import get_accounts
from billwright.accounts.rows import AccountRow
from billwright.interfaces.web.acting import act_of, may, require
from billwright.interfaces.web.context import address_of
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import may_in
from billwright.interfaces.web.forms import bound
from billwright.interfaces.web.invoices.words import tag
from billwright.interfaces.web.lists import ListPage
from billwright.interfaces.web.offers import words
from billwright.interfaces.web.offers.discounts import OffersForm, narrowed
from billwright.interfaces.web.offers.forms import EndForm, SpendLimitForm
from billwright.interfaces.web.offers.scope import VIEW, account_for, offer_by_drawer, today_of
from billwright.rating.operations import NewSpendLimit, end_spend_limit, set_spend_limit
from billwright.rating.queries import SpendLimitRow, get_spend_limit, search_spend_limits
from billwright.ui.tables import Column
from billwright.workflow.offers import preview_spend_limit, spend_limit_progress


class Listed:
    """A commitment with its account, in words."""

    def __init__(self, row: SpendLimitRow, account: AccountRow | None, reach: words.Reach) -> None:
        self.id = row.id
        self.row = row
        self.account = f"{account.number} · {account.shown_name}" if account else ""
        self.size = words.limit_words(row)
        self.reach = reach.words(row, row.subscription_id)


def _listed(rows: Sequence[SpendLimitRow]) -> list[Listed]:
    accounts = get_accounts({row.account_id for row in rows})
    reach = words.Reach(row.subscription_id for row in rows)
    return [Listed(row, accounts.get(row.account_id), reach) for row in rows]


@require_GET
def spend_limits(request: HttpRequest) -> HttpResponse:
    """Commitments, the newest first."""
    require(request, VIEW)
    filters = OffersForm(request)
    return ListPage(
        title=_("Commitments"),
        template="web/offers/commitments.html",
        filters=filters,
        wanted=partial(search_spend_limits, **narrowed(request, filters)),
        listed=_listed,
        columns=_columns(request),
        context={"current": "commitments", "may_agree": may(request, "spend_limit.set")},
    ).shown(request)


def _columns(request: HttpRequest) -> list[Column]:
    today = today_of(request)

    def state(one: Listed) -> tuple[str, str]:
        return words.limit_state(one.row, on=today)

    return [
        Column("name", _("Commitment"), value=lambda one: one.row.name, url=lambda one: page_of(one.id)),
        Column(
            "account", _("Account"), value=lambda one: one.account,
            url=lambda one: address_of("web:account", one.row.account_id),
        ),
        Column("size", _("A full period"), value=lambda one: one.size),
        Column("reach", _("Over"), value=lambda one: one.reach, wrap=True, optional=True),
        Column("starts", _("From"), kind="date", value=lambda one: one.row.starts_on, optional=True),
        Column("ends", _("Ends before"), kind="date", value=lambda one: one.row.ends_before, optional=True),
        Column("state", _("State"), value=lambda one: state(one)[0], render=lambda one: tag(*state(one))),
    ]  # fmt: skip


def page_of(spend_limit_id: int) -> str:
    """The page of a commitment."""
    return reverse("web:commitment", args=[spend_limit_id])


@require_GET
def spend_limit(request: HttpRequest, spend_limit_id: int) -> HttpResponse:
    """One commitment, and how far the running period is on its way to it."""
    row = get_spend_limit(spend_limit_id)
    account = account_for(request, row.account_id)
    today = today_of(request, account)
    may_end = may_in(request, "spend_limit.end", account.legal_entity_id)
    found = spend_limit_progress(act=act_of(request), spend_limit_id=row.id, as_of=today)
    context = {
        "limit": row,
        "listed": _listed([row])[0],
        "account": account,
        "today": today,
        "state": words.limit_state(row, on=today),
        "progress": [(one, one.period_to - timedelta(days=1)) for one in found],
        "person": display_names({row.entered_by})[row.entered_by],
        "may_end": may_end and (row.ends_before is None or row.ends_before > today),
    }
    return render(request, "web/offers/commitment.html", context)


@require_http_methods(["GET", "POST"])
def spend_limit_new(request: HttpRequest) -> HttpResponse:
    """Agree what a full period comes to, at least or at most."""
    require(request, "spend_limit.set")
    start = {name: request.GET.get(name, "") for name in ("account", "subscription")}
    form = bound(SpendLimitForm, request, starts_on=today_of(request), **start)

    def asked(given: dict[str, Any]) -> NewSpendLimit:
        terms = ("name", "minimum", "maximum", "plan", "charges", "starts_on", "ends_before")
        return NewSpendLimit(
            account_id=given["account"],
            subscription_id=given["subscription"],
            **{name: given[name] for name in terms},
        )

    return offer_by_drawer(
        request,
        set_spend_limit,
        form=form,
        arguments=lambda given: {"limit": asked(given)},
        preview=lambda act, given: preview_spend_limit(act=act, limit=asked(given), as_of=today_of(request)),
        url=lambda row: page_of(row.id),
        told=gettext("The commitment is agreed."),
        context={
            "title": gettext("New commitment"),
            "icon": "target",
            "submit": gettext("Agree it"),
            "follows": [
                ("arrow-up-to-line", gettext("A period below its minimum is topped up by a line when it ends")),
                ("arrow-down-to-line", gettext("What is above a maximum is taken off the lines as a discount")),
            ],
        },
    )


@require_http_methods(["GET", "POST"])
def spend_limit_end(request: HttpRequest, spend_limit_id: int) -> HttpResponse:
    """Let a commitment hold for service before a day only."""
    row = get_spend_limit(spend_limit_id)
    account = account_for(request, row.account_id)
    return act_by_drawer(
        request,
        end_spend_limit,
        form=bound(EndForm, request, ends_before=max(today_of(request, account), row.starts_on)),
        arguments=lambda given: {"spend_limit_id": row.id, "ends_before": given["ends_before"]},
        url=page_of(row.id),
        told=gettext("The commitment ends."),
        context={
            "title": gettext("End “%(name)s”") % {"name": row.name},
            "icon": "calendar-x",
            "submit": gettext("End it"),
            "follows": [("receipt-text", gettext("What was topped up stays as it is"))],
        },
    )
