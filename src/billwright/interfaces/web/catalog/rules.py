"""Rules of plans and companies: renewals and their reminders, and changes to a dearer or a cheaper plan."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.catalog.operations import NewChangeRule, NewRenewalRule, set_change_rule, set_renewal_rule
from billwright.catalog.queries import (
    SHIPPED_RENEWAL,
    ChangeRuleRow,
    RenewalRuleRow,
    change_rules,
    company_change_rules,
    company_renewal_rules,
    list_plans,
    renewal_rules,
)
from billwright.catalog.states import ChangeEffect
from billwright.interfaces.web.acting import may, require
from billwright.interfaces.web.catalog.plans import today_of
from billwright.interfaces.web.catalog.products import VIEW
from billwright.interfaces.web.catalog.words import EFFECTS, change_words, reminder_words, renewal_words
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import entities_of
from billwright.interfaces.web.exports import RIGHT, wants_export
from billwright.interfaces.web.forms import ActForm, DayField, bound
from billwright.ui import tables
from billwright.ui.tables import Column, Table


@dataclass(frozen=True, slots=True)
class Listed:
    """A plan or a company with the rules that hold of it today."""

    whose: str
    name: str
    plan: str
    url: str
    renewal: RenewalRuleRow
    change: ChangeRuleRow


def _listed(request: HttpRequest) -> list[Listed]:
    today, plans = today_of(request), list_plans()
    ids = [plan.id for plan in plans]
    entities = entities_of(request)
    entity_ids = [entity.id for entity in entities]
    own_renewals = company_renewal_rules(legal_entity_ids=entity_ids, on=today)
    own_changes = company_change_rules(legal_entity_ids=entity_ids, on=today)
    companies = [
        Listed(gettext("Company"), entity.name, "", "", own_renewals[entity.id], own_changes[entity.id])
        for entity in entities
    ]
    renewals = renewal_rules(plan_ids=ids, legal_entity_id=None, on=today)
    changes = change_rules(plan_ids=ids, legal_entity_id=None, on=today)
    own = [
        Listed(
            gettext("Plan"), plan.name, plan.code, reverse("web:plan", args=[plan.id]), renewals[plan.id],
            changes[plan.id],
        )
        for plan in plans
        if renewals[plan.id].plan_id or changes[plan.id].plan_id
    ]  # fmt: skip
    return companies + own


_COLUMNS = [
    Column("whose", _("Whose"), value=lambda one: one.whose),
    Column("name", _("Name"), value=lambda one: one.name, url=lambda one: one.url),
    Column(
        "renewals", _("Renewals"), wrap=True,
        value=lambda one: renewal_words(one.renewal) if one.plan else reminder_words(one.renewal),
    ),
    Column("changes", _("Another plan"), wrap=True, value=lambda one: change_words(one.change)),
]  # fmt: skip


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """What holds today: of each company, and of the plans that have rules of their own."""
    require(request, VIEW)
    rows = _listed(request)
    table = Table(request, columns=_COLUMNS, rows=rows, count=len(rows), label=_("Rules"))
    if wants_export(request):
        return tables.export(table, title=gettext("Rules"))
    context = {
        "table": table,
        "current": "rules",
        "may_renewal": may(request, "renewal_rule.set"),
        "may_change": may(request, "change_rule.set"),
        "may_export": may(request, RIGHT),
    }
    return render(request, "web/catalog/rules.html", context)


class RuleForm(ActForm):
    """Whose rule it is, and from when on."""

    whose = forms.ChoiceField(label=_("Of"))
    valid_from = DayField(label=_("From"), help_text=_("What is invoiced or planned before stays as it is."))

    def offer(self, request: HttpRequest) -> None:
        """Offer the companies and the plans that are sold."""
        field: forms.ChoiceField = self.fields["whose"]  # type: ignore[assignment]
        field.choices = [
            (str(_("Companies, for plans without a rule")), [(f"#{one.id}", one.name) for one in entities_of(request)]),
            (str(_("Plans")), [(plan.code, f"{plan.code} · {plan.name}") for plan in list_plans()]),
        ]


class RenewalForm(RuleForm):
    """How renewals are invoiced and reminded of."""

    ahead_days = forms.IntegerField(
        label=_("Invoiced so many days ahead"), min_value=0, max_value=366, required=False,
        help_text=_("Of a plan: its fees in advance, at the price of their own days. 0: on the day they begin."),
    )  # fmt: skip
    due_on_renewal = forms.BooleanField(
        label=_("Due on the renewal"), required=False,
        help_text=_("An invoice of nothing but such renewals is due on the first of them, not by terms of payment."),
    )  # fmt: skip
    reminders = forms.CharField(
        label=_("Reminders, in days before due"), max_length=80, required=False,
        help_text=_("Such as 30, 7, 1. Empty: none."),
    )  # fmt: skip

    def clean_reminders(self) -> tuple[int, ...]:
        """The days. Raises ValidationError for what is no list of days."""
        words = re.split(r"[\s,;]+", str(self.cleaned_data["reminders"]).strip())
        if not all(word.isdecimal() for word in words if word):
            raise forms.ValidationError(_("Write days with commas between, such as 30, 7, 1."))
        return tuple(int(word) for word in words if word)


class ChangesForm(RuleForm):
    """When a change to another plan takes effect."""

    upgrade = forms.ChoiceField(label=_("A dearer plan holds"), choices=list(EFFECTS.items()))
    downgrade = forms.ChoiceField(label=_("A cheaper plan holds"), choices=list(EFFECTS.items()))
    rank = forms.IntegerField(
        label=_("Rank of the plan"), required=False, min_value=0, max_value=1000,
        help_text=_("Between two plans with ranks the higher one counts as dearer. Empty: prices a month decide."),
    )  # fmt: skip
    is_binding = forms.BooleanField(
        label=_("It binds"), required=False, help_text=_("Nobody may choose another day or effect.")
    )


def _whose(given: dict[str, Any]) -> dict[str, Any]:
    chosen = str(given["whose"])
    return {"legal_entity_id": int(chosen[1:])} if chosen.startswith("#") else {"plan": chosen}


def _present_renewal(request: HttpRequest) -> dict[str, Any]:
    """What the form begins with: what holds today of the plan that is named, else what ships."""
    code, today = request.GET.get("plan", ""), today_of(request)
    plan = next((one for one in list_plans() if one.code == code), None)
    present = SHIPPED_RENEWAL
    if plan is not None:
        present = renewal_rules(plan_ids={plan.id}, legal_entity_id=plan.legal_entity_id, on=today)[plan.id]
    return {
        "whose": plan.code if plan else "",
        "valid_from": today,
        "ahead_days": present.ahead_days,
        "due_on_renewal": present.due_on_renewal,
        "reminders": ", ".join(str(day) for day in present.reminder_days),
    }


@require_http_methods(["GET", "POST"])
def renewal_rule_new(request: HttpRequest) -> HttpResponse:
    """Say how renewals are invoiced and reminded of, from a day on."""
    require(request, "renewal_rule.set")
    form = bound(RenewalForm, request, **_present_renewal(request))
    form.offer(request)

    def rule(given: dict[str, Any]) -> NewRenewalRule:
        return NewRenewalRule(
            **_whose(given),
            valid_from=given["valid_from"],
            ahead_days=given["ahead_days"] or 0,
            due_on_renewal=given["due_on_renewal"],
            reminder_days=given["reminders"],
        )

    return act_by_drawer(
        request,
        set_renewal_rule,
        form=form,
        arguments=lambda given: {"rule": rule(given)},
        url=reverse("web:catalog-rules"),
        told=gettext("The rule holds from that day."),
        context={
            "title": gettext("Renewals and reminders"),
            "icon": "calendar-sync",
            "submit": gettext("Set the rule"),
            "follows": [
                ("receipt-text", gettext("Bill runs from that day on invoice so many days ahead, each period once")),
                ("mail", gettext("Each reminder leaves once, unless the invoice is paid, held or disputed by then")),
            ],
        },
    )


@require_http_methods(["GET", "POST"])
def change_rule_new(request: HttpRequest) -> HttpResponse:
    """Say when dearer and cheaper plans take effect, from a day on."""
    require(request, "change_rule.set")
    start = {"whose": request.GET.get("plan", ""), "valid_from": today_of(request)}
    form = bound(ChangesForm, request, **start, upgrade=ChangeEffect.NOW, downgrade=ChangeEffect.PERIOD_END)
    form.offer(request)

    def rule(given: dict[str, Any]) -> NewChangeRule:
        return NewChangeRule(
            **_whose(given),
            valid_from=given["valid_from"],
            upgrade=ChangeEffect(given["upgrade"]),
            downgrade=ChangeEffect(given["downgrade"]),
            rank=given["rank"],
            is_binding=given["is_binding"],
        )

    return act_by_drawer(
        request,
        set_change_rule,
        form=form,
        arguments=lambda given: {"rule": rule(given)},
        url=reverse("web:catalog-rules"),
        told=gettext("The rule holds from that day."),
        context={
            "title": gettext("Changes to another plan"),
            "icon": "replace",
            "submit": gettext("Set the rule"),
            "follows": [("replace", gettext("It decides for whoever leaves this plan and names no day"))],
        },
    )
