"""Discounts: the list, one discount with what it took, giving and ending one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.access.queries import display_names
from billwright.accounts.queries import account_ids_by_number, get_accounts
from billwright.accounts.rows import AccountRow
from billwright.interfaces.web.acting import may, permissions, require
from billwright.interfaces.web.context import address_of
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import may_in
from billwright.interfaces.web.forms import FilterForm, bound
from billwright.interfaces.web.invoices.words import tag
from billwright.interfaces.web.lists import ListPage
from billwright.interfaces.web.offers import words
from billwright.interfaces.web.offers.forms import DiscountForm, EndForm
from billwright.interfaces.web.offers.scope import VIEW, account_for, offer_by_drawer, today_of
from billwright.invoicing.queries.discounts import DiscountTaken, discounts_taken, lines_discounted
from billwright.rating.operations import NewDiscount, end_discount, give_discount
from billwright.rating.queries import DiscountRow, get_discount, list_discounts, search_discounts, stacking_order
from billwright.ui.tables import Column
from billwright.workflow.offers import preview_discount


class OffersForm(FilterForm):
    """Which agreements."""

    text = forms.CharField(label=_("Name"), required=False, max_length=80)
    account = forms.CharField(label=_("Account"), required=False, max_length=40)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), ("running", _("Not ended"))])


def narrowed(request: HttpRequest, filters: OffersForm) -> dict[str, Any]:
    """The filters as the reads of agreements take them."""
    number = filters.asked("account")
    return {
        "account_ids": list(account_ids_by_number([number]).values()) if number else None,
        "legal_entity_ids": permissions(request).entities_for(VIEW),
        "on": today_of(request) if filters.asked("state") else None,
        "text": filters.asked("text") or "",
    }


class Listed:
    """A discount with its account, in words, and what it took so far."""

    def __init__(
        self, row: DiscountRow, account: AccountRow | None, reach: words.Reach, taken: DiscountTaken | None
    ) -> None:
        self.id = row.id
        self.row = row
        self.account = f"{account.number} · {account.shown_name}" if account else ""
        self.size = words.size_words(row)
        self.reach = reach.words(row, row.subscription_id)
        self.periods = words.periods_words(row)
        self.taken = taken.amount if taken else None
        self.used_periods = taken.period_count if taken else 0


def listed(rows: Sequence[DiscountRow]) -> list[Listed]:
    """Discounts in words, in a fixed number of queries; none without rows."""
    if not rows:
        return []
    accounts = get_accounts({row.account_id for row in rows})
    reach = words.Reach(row.subscription_id for row in rows)
    taken = discounts_taken([row.id for row in rows])
    return [Listed(row, accounts.get(row.account_id), reach, taken.get(row.id)) for row in rows]


@require_GET
def discounts(request: HttpRequest) -> HttpResponse:
    """Discounts, the newest first."""
    require(request, VIEW)
    filters = OffersForm(request)
    return ListPage(
        title=_("Discounts"),
        template="web/offers/discounts.html",
        filters=filters,
        wanted=partial(search_discounts, **narrowed(request, filters)),
        listed=listed,
        columns=_columns(request),
        context={"current": "discounts", "may_give": may(request, "discount.give")},
    ).shown(request)


def _columns(request: HttpRequest) -> list[Column]:
    today = today_of(request)

    def state(one: Listed) -> tuple[str, str]:
        return words.discount_state(one.row, on=today, used_periods=one.used_periods)

    return [
        Column("name", _("Discount"), value=lambda one: one.row.name, url=lambda one: page_of(one.id)),
        Column(
            "account", _("Account"), value=lambda one: one.account,
            url=lambda one: address_of("web:account", one.row.account_id), wrap=True,
        ),
        Column("size", _("How much"), value=lambda one: one.size),
        Column("reach", _("On"), value=lambda one: one.reach, wrap=True, optional=True),
        Column("periods", _("For"), value=lambda one: one.periods, optional=True),
        Column("code", _("Coupon"), value=lambda one: one.row.code, optional=True),
        Column("starts", _("From"), kind="date", value=lambda one: one.row.starts_on, optional=True),
        Column("ends", _("Ends before"), kind="date", value=lambda one: one.row.ends_before, optional=True),
        Column("taken", _("Taken so far"), kind="money", value=lambda one: one.taken, optional=True),
        Column("state", _("State"), value=lambda one: state(one)[0], render=lambda one: tag(*state(one))),
    ]  # fmt: skip


def page_of(discount_id: int) -> str:
    """The page of a discount."""
    return reverse("web:discount", args=[discount_id])


@require_GET
def discount(request: HttpRequest, discount_id: int) -> HttpResponse:
    """One discount: how much, on what, its place among the others, and every line that it was taken off."""
    row = get_discount(discount_id)
    account = account_for(request, row.account_id)
    today = today_of(request, account)
    others = [one for one in list_discounts(row.account_id) if one.holds_on(max(today, row.starts_on))]
    order = stacking_order([*others, *([] if row in others else [row])])
    (own,) = listed([row])
    may_end = may_in(request, "discount.end", account.legal_entity_id)
    context = {
        "discount": row,
        "listed": own,
        "account": account,
        "state": words.discount_state(row, on=today, used_periods=own.used_periods),
        "order": [(one, one.id == row.id) for one in listed(order)],
        "lines": lines_discounted(row.id),
        "person": display_names({row.entered_by})[row.entered_by],
        "may_end": may_end and (row.ends_before is None or row.ends_before > today),
    }
    return render(request, "web/offers/discount.html", context)


@require_http_methods(["GET", "POST"])
def discount_new(request: HttpRequest) -> HttpResponse:
    """Give a discount to an account or one of its subscriptions."""
    require(request, "discount.give")
    start = {name: request.GET.get(name, "") for name in ("account", "subscription")}
    form = bound(DiscountForm, request, starts_on=today_of(request), **start)

    def asked(given: dict[str, Any]) -> NewDiscount:
        return NewDiscount(
            account_id=given["account"],
            subscription_id=given["subscription"],
            position=given["position"] or 0,
            **{
                name: given[name]
                for name in ("name", "percent", "amount", "plan", "charges", "periods", "starts_on", "ends_before")
            },
        )

    return offer_by_drawer(
        request,
        give_discount,
        form=form,
        arguments=lambda given: {"discount": asked(given)},
        preview=lambda act, given: preview_discount(act=act, discount=asked(given), as_of=today_of(request)),
        url=lambda row: page_of(row.id),
        told=gettext("The discount is given."),
        context={
            "title": gettext("New discount"),
            "icon": "badge-percent",
            "submit": gettext("Give the discount"),
            "follows": [
                ("receipt-text", gettext("Bills of its first day and later take it; what is issued stays")),
                ("layers", gettext("The most limited discount is taken first: charge, plan, subscription, account")),
            ],
        },
    )


@require_http_methods(["GET", "POST"])
def discount_end(request: HttpRequest, discount_id: int) -> HttpResponse:
    """Let a discount hold for service before a day only."""
    row = get_discount(discount_id)
    account = account_for(request, row.account_id)
    return act_by_drawer(
        request,
        end_discount,
        form=bound(EndForm, request, ends_before=max(today_of(request, account), row.starts_on)),
        arguments=lambda given: {"discount_id": row.id, "ends_before": given["ends_before"]},
        url=page_of(row.id),
        told=gettext("The discount ends."),
        context={
            "title": gettext("End “%(name)s”") % {"name": row.name},
            "icon": "calendar-x",
            "submit": gettext("End it"),
            "follows": [("receipt-text", gettext("Documents that took it stay as they are"))],
        },
    )
