"""Plans with their charges and prices: the list, one plan with its versions, a new plan, a new price."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.catalog.operations import PlanTerms, retire_plan
from billwright.catalog.queries import (
    ChargeRow,
    PlanRow,
    PriceRow,
    change_rules,
    get_plan,
    list_plan_prices,
    list_plans,
    renewal_rules,
)
from billwright.interfaces.web.acting import at_of, may, permissions, require
from billwright.interfaces.web.catalog.products import VIEW
from billwright.interfaces.web.catalog.words import (
    HIT_KINDS,
    MODELS,
    TIMINGS,
    UNITS,
    change_words,
    interval_words,
    renewal_words,
)
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import entities_of, require_in
from billwright.interfaces.web.exports import RIGHT, wants_export
from billwright.interfaces.web.forms import ActForm, bound
from billwright.interfaces.web.invoices.words import tag, words_of
from billwright.subscriptions.queries import count_by_plan
from billwright.ui import tables
from billwright.ui.tables import Column, Table
from billwright.workflow.catalog_search import search_catalog


def plan_for(request: HttpRequest, plan_id: int) -> PlanRow:
    """A plan that every company sells, or one that the person may see. Raises NotFound, NotAllowed."""
    require(request, VIEW)
    row = get_plan(plan_id=plan_id)
    if row.legal_entity_id is not None:
        require_in(request, VIEW, row.legal_entity_id)
    return row


def today_of(request: HttpRequest) -> date:
    """The person's civil date: the catalog belongs to no one company."""
    return timezone.localdate(at_of(request))


@require_GET
def catalog(request: HttpRequest) -> HttpResponse:
    """Every plan, also those that are sold no longer; `?find=` searches all of the catalog."""
    require(request, VIEW)
    companies = permissions(request).entities_for(VIEW)
    rows = list_plans(active_only=False, legal_entity_ids=companies)
    running = count_by_plan()
    table = Table(request, columns=_columns(request, running), rows=rows, count=len(rows), label=_("Plans"))
    if wants_export(request):
        return tables.export(table, title=gettext("Plans"))
    text = request.GET.get("find", "").strip()[:80]
    context = {
        "text": text,
        "hits": [(hit, words_of(HIT_KINDS, hit.kind)) for hit in search_catalog(text, legal_entity_ids=companies)],
        "table": table,
        "current": "plans",
        "may_create": may(request, "plan.create"),
        "may_export": may(request, RIGHT),
    }
    return render(request, "web/catalog/plans.html", context)


def _columns(request: HttpRequest, running: dict[int, int]) -> list[Column]:
    codes = {entity.id: entity.code for entity in entities_of(request)}

    def state(plan: PlanRow) -> tuple[str, str]:
        return (gettext("On sale"), "good") if plan.active else (gettext("Not sold any more"), "neutral")

    def charges(plan: PlanRow) -> str:
        return "; ".join(
            f"{charge.name} ({interval_words(charge.interval_unit, charge.interval_count)})" for charge in plan.charges
        )

    return [
        Column("code", _("Plan"), value=lambda plan: plan.code, url=lambda plan: reverse("web:plan", args=[plan.id])),
        Column("name", _("Name"), value=lambda plan: plan.name),
        Column("charges", _("Charges"), value=charges, wrap=True, optional=True),
        Column(
            "company",
            _("Company"),
            value=lambda plan: codes.get(plan.legal_entity_id, "") if plan.legal_entity_id else gettext("All"),
            optional=True,
        ),
        Column("running", _("In service"), kind="number", value=lambda plan: running.get(plan.id, 0)),
        Column(
            "state", _("State"), value=lambda plan: state(plan)[0], render=lambda plan: tag(*state(plan)), optional=True
        ),
    ]


@require_GET
def plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """One plan: each charge with the history of its prices."""
    row = plan_for(request, plan_id)
    today = today_of(request)
    prices = list_plan_prices(plan_id)
    context = {
        "plan": row,
        "has_terms": row.terms != PlanTerms(),
        "trial_unit": words_of(UNITS, row.terms.trial_unit),
        "charges": [_charge(charge, prices, today) for charge in row.charges],
        "running": count_by_plan().get(plan_id, 0),
        "company": next((one.name for one in entities_of(request) if one.id == row.legal_entity_id), ""),
        "rule_words": _rule_words(row, today),
        "may_renewal_rule": may(request, "renewal_rule.set"),
        "may_change_rule": may(request, "change_rule.set"),
        "may_price": may(request, "price.change"),
        "may_retire": row.active and may(request, "plan.retire"),
    }
    return render(request, "web/catalog/plan.html", context)


def _rule_words(row: PlanRow, today: date) -> tuple[str, str]:
    """How its renewals are invoiced and reminded of, and when another plan holds."""
    asked: dict[str, Any] = {"plan_ids": {row.id}, "legal_entity_id": row.legal_entity_id, "on": today}
    return renewal_words(renewal_rules(**asked)[row.id]), change_words(change_rules(**asked)[row.id])


def _charge(charge: ChargeRow, prices: list[PriceRow], today: date) -> dict[str, Any]:
    own = [price for price in prices if price.plan_charge_id == charge.id]
    current = {(price.currency, price.scope): price.id for price in reversed(own) if price.valid_from <= today}
    return {
        "row": charge,
        "interval": interval_words(charge.interval_unit, charge.interval_count),
        "model": words_of(MODELS, charge.model),
        "timing": words_of(TIMINGS, charge.timing),
        "prices": [(price, _price_state(price, current, today)) for price in own],
        "has_scopes": any(price.scope for price in own),
    }


def _price_state(price: PriceRow, current: dict[tuple[str, str], int], today: date) -> tuple[str, str]:
    if price.valid_from > today:
        return gettext("To come"), "accent"
    return (
        (gettext("Holds now"), "good")
        if current[price.currency, price.scope] == price.id
        else (gettext("Past"), "neutral")
    )


@require_http_methods(["GET", "POST"])
def plan_retire(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Offer a plan no longer."""
    row = plan_for(request, plan_id)
    return act_by_drawer(
        request,
        retire_plan,
        form=bound(ActForm, request),
        arguments=lambda _given: {"code": row.code},
        url=reverse("web:plan", args=[plan_id]),
        told=gettext("The plan is not sold any more."),
        context={
            "title": gettext("Sell %(name)s no longer") % {"name": row.name},
            "icon": "archive",
            "submit": gettext("Retire the plan"),
            "follows": [
                ("ban", gettext("Nobody can subscribe to it any more")),
                ("refresh-cw", gettext("Running subscriptions go on and are billed as before")),
            ],
        },
    )
