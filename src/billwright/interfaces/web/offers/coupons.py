"""Coupons: the list, one coupon with where it was used, making, redeeming and closing one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.interfaces.web.acting import may, permissions, require
from billwright.interfaces.web.context import address_of
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import require_in
from billwright.interfaces.web.exports import RIGHT, wants_export
from billwright.interfaces.web.forms import ActForm, bound
from billwright.interfaces.web.invoices.words import tag
from billwright.interfaces.web.offers import words
from billwright.interfaces.web.offers.discounts import listed, page_of
from billwright.interfaces.web.offers.forms import CouponForm, RedeemForm
from billwright.interfaces.web.offers.scope import VIEW, account_for, offer_by_drawer, today_of
from billwright.interfaces.web.paging import by_ids
from billwright.rating.operations import NewCoupon, close_coupon, create_coupon, redeem_coupon
from billwright.rating.queries import CouponRow, get_coupon, list_coupons, search_discounts
from billwright.subscriptions.queries import SubscriptionRow, get_subscription
from billwright.ui import tables
from billwright.ui.tables import Column, Table
from billwright.workflow.offers import preview_coupon

USES_SHOWN = 200


@require_GET
def coupons(request: HttpRequest) -> HttpResponse:
    """Coupons, closed ones too, the newest first."""
    require(request, VIEW)
    entities = permissions(request).entities_for(VIEW)
    page = by_ids(request, lambda last, limit: list_coupons(legal_entity_ids=entities, before_id=last, limit=limit))
    table = Table(request, columns=_columns(request), rows=page.rows, page=page, label=_("Coupons"))
    if wants_export(request):
        return tables.export(table, title=gettext("Coupons"))
    context = {
        "table": table,
        "current": "coupons",
        "may_create": may(request, "coupon.create"),
        "may_export": may(request, RIGHT),
    }
    return render(request, "web/offers/coupons.html", context)


def _columns(request: HttpRequest) -> list[Column]:
    today, reach = today_of(request), words.Reach()

    def state(row: CouponRow) -> tuple[str, str]:
        return words.coupon_state(row, on=today)

    def uses(row: CouponRow) -> str:
        return str(row.use_count) if row.uses_max is None else f"{row.use_count} / {row.uses_max}"

    return [
        Column("code", _("Code"), value=lambda row: row.code, url=lambda row: reverse("web:coupon", args=[row.id])),
        Column("name", _("Name"), value=lambda row: row.name),
        Column("size", _("How much"), value=words.size_words),
        Column("reach", _("On"), value=reach.words, wrap=True, optional=True),
        Column("periods", _("For"), value=words.periods_words, optional=True),
        Column("starts", _("Redeemed from"), kind="date", value=lambda row: row.valid_from, optional=True),
        Column("ends", _("Redeemed before"), kind="date", value=lambda row: row.ends_before, optional=True),
        Column("uses", _("Used"), value=uses, align="end"),
        Column("state", _("State"), value=lambda row: state(row)[0], render=lambda row: tag(*state(row))),
    ]


def coupon_for(request: HttpRequest, coupon_id: int) -> CouponRow:
    """A coupon of every company, or of one that the person may see. Raises NotFound, NotAllowed."""
    require(request, VIEW)
    row = get_coupon(coupon_id)
    if row.legal_entity_id is not None:
        require_in(request, VIEW, row.legal_entity_id)
    return row


@require_GET
def coupon(request: HttpRequest, coupon_id: int) -> HttpResponse:
    """One coupon, and every discount that was made of it."""
    row = coupon_for(request, coupon_id)
    entities = permissions(request).entities_for(VIEW)
    is_export = wants_export(request)
    limit = None if is_export else USES_SHOWN
    uses = listed(search_discounts(coupon_id=row.id, legal_entity_ids=entities, limit=limit))
    table = Table(
        request,
        columns=_use_columns(request),
        rows=uses,
        count=len(uses),
        counts_at_most=USES_SHOWN,
        label=_("Uses"),
    )
    if is_export:
        return tables.export(table, title=gettext("Uses of %(code)s") % {"code": row.code})
    context = {
        "coupon": row,
        "size": words.size_words(row),
        "reach": words.Reach().words(row),
        "periods": words.periods_words(row),
        "state": words.coupon_state(row, on=today_of(request)),
        "table": table,
        "may_close": row.closed_at is None and may(request, "coupon.close"),
        "may_export": may(request, RIGHT),
    }
    return render(request, "web/offers/coupon.html", context)


def _use_columns(request: HttpRequest) -> list[Column]:
    today = today_of(request)

    def state(one: Any) -> tuple[str, str]:
        return words.discount_state(one.row, on=today, used_periods=one.used_periods)

    return [
        Column("account", _("Account"), value=lambda one: one.account, url=lambda one: page_of(one.id)),
        Column("reach", _("On"), value=lambda one: one.reach, wrap=True, optional=True),
        Column("starts", _("From"), kind="date", value=lambda one: one.row.starts_on),
        Column("taken", _("Taken so far"), kind="money", value=lambda one: one.taken),
        Column("state", _("State"), value=lambda one: state(one)[0], render=lambda one: tag(*state(one))),
    ]


@require_http_methods(["GET", "POST"])
def coupon_new(request: HttpRequest) -> HttpResponse:
    """Make a coupon."""
    require(request, "coupon.create")
    terms = ("code", "name", "percent", "amount", "currency", "plan", "charges", "periods", "valid_from")
    names = (*terms, "ends_before", "uses_max", "once_per_customer")

    def arguments(given: dict[str, Any]) -> dict[str, Any]:
        return {"coupon": NewCoupon(position=given["position"] or 0, **{name: given[name] for name in names})}

    return act_by_drawer(
        request,
        create_coupon,
        form=bound(CouponForm, request, valid_from=today_of(request)),
        arguments=arguments,
        url=lambda row: reverse("web:coupon", args=[row.id]),
        told=lambda row: gettext("The coupon %(code)s can be redeemed.") % {"code": row.code},
        context={
            "title": gettext("New coupon"),
            "icon": "ticket-percent",
            "submit": gettext("Make the coupon"),
            "drawer_class": "wide",
            "follows": [("badge-percent", gettext("Whoever redeems it gets a discount of these terms"))],
        },
    )


@require_http_methods(["GET", "POST"])
def coupon_close(request: HttpRequest, coupon_id: int) -> HttpResponse:
    """Let nobody redeem a coupon any more."""
    row = coupon_for(request, coupon_id)
    return act_by_drawer(
        request,
        close_coupon,
        form=bound(ActForm, request),
        arguments=lambda _given: {"coupon_id": row.id},
        url=reverse("web:coupon", args=[row.id]),
        told=gettext("The coupon is closed."),
        context={
            "title": gettext("Close %(code)s") % {"code": row.code},
            "icon": "ban",
            "submit": gettext("Close it"),
            "follows": [
                ("ban", gettext("Nobody can redeem it any more")),
                ("badge-percent", gettext("The discounts that were made of it go on")),
            ],
        },
    )


@require_http_methods(["GET", "POST"])
def redeem_on_subscription(request: HttpRequest, subscription_id: int) -> HttpResponse:
    """Redeem a coupon on a running subscription."""
    row = get_subscription(subscription_id)
    return _redeem(request, row.account_id, row)


@require_http_methods(["GET", "POST"])
def redeem_on_account(request: HttpRequest, account_id: int) -> HttpResponse:
    """Redeem a coupon for a whole account."""
    return _redeem(request, account_id, None)


def _redeem(request: HttpRequest, account_id: int, row: SubscriptionRow | None) -> HttpResponse:
    account = account_for(request, account_id)
    today = today_of(request, account)

    def arguments(given: dict[str, Any]) -> dict[str, Any]:
        whose = {"account_id": account.id, "subscription_id": row.id if row else None}
        return {"code": given["code"], "on": today, **whose}

    return offer_by_drawer(
        request,
        redeem_coupon,
        form=bound(RedeemForm, request),
        arguments=arguments,
        preview=lambda act, given: preview_coupon(act=act, **arguments(given)),
        url=address_of("web:subscription", row.id) if row else address_of("web:account", account.id),
        told=gettext("The coupon is redeemed."),
        context={
            "title": gettext("Redeem a coupon for %(number)s") % {"number": row.number if row else account.number},
            "icon": "ticket-percent",
            "submit": gettext("Redeem"),
            "follows": [("badge-percent", gettext("Its discount holds from today on"))],
        },
    )
