"""Changes of a subscription: each is asked in a drawer that shows its credit, its charge and the next invoice first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from billwright.accounts.rows import AccountRow
from billwright.catalog.queries import get_plan, list_plans
from billwright.catalog.states import ChangeEffect
from billwright.interfaces.web.acting import look_ahead
from billwright.interfaces.web.catalog.words import EFFECTS
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import require_in
from billwright.interfaces.web.forms import ActForm, AmountField, DayField, bound
from billwright.interfaces.web.subscriptions.page import shown, subscription_for, today_of
from billwright.kernel.acts import verb_name
from billwright.kernel.errors import Refusal
from billwright.subscriptions import operations
from billwright.subscriptions.queries import SubscriptionRow, counts_quantity, list_changes
from billwright.subscriptions.states import Unused
from billwright.ui import responses
from billwright.workflow.bill_run import ChangeAsked, ChangeKind, ChangePreview, preview_change
from billwright.workflow.contract_changes import change_plan_by_rule

TEMPLATE = "web/subscriptions/change.html"


class ChangeForm(ActForm):
    """What every change has: its first day, and the subscription as it was seen."""

    effective_on = DayField(
        label=gettext_lazy("From"),
        required=False,
        help_text=gettext_lazy("Empty: the end of the running period. A past day is credited and billed anew."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class PlanForm(ChangeForm):
    """Another plan, and perhaps another quantity."""

    plan = forms.ChoiceField(label=gettext_lazy("Plan"))
    quantity = AmountField(label=gettext_lazy("Quantity"))
    effect = forms.ChoiceField(
        label=gettext_lazy("It holds"),
        required=False,
        choices=[("", gettext_lazy("by the rule")), *EFFECTS.items()],
    )
    effective_on = DayField(
        label=gettext_lazy("From"),
        required=False,
        help_text=gettext_lazy("Empty: as the rule says. A past day is credited and billed anew."),
    )
    field_order = ("plan", "quantity", "effect")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].choices = [(plan.code, f"{plan.code} · {plan.name}") for plan in list_plans()]  # type: ignore[attr-defined]


class QuantityForm(ChangeForm):
    """How many, from when on."""

    quantity = AmountField(label=gettext_lazy("Quantity"))
    field_order = ("quantity",)


class PauseForm(ChangeForm):
    """From when on it is out of service, and what is charged meanwhile."""

    percent = AmountField(label=gettext_lazy("Charged meanwhile, in percent"))


class ResumeForm(ChangeForm):
    """From when on it is in service again."""

    effective_on = DayField(label=gettext_lazy("From"))


class CycleDayForm(ActForm):
    """On which day of the month its periods end."""

    cycle_day = forms.IntegerField(
        label=gettext_lazy("Billing day"),
        min_value=1,
        max_value=31,
        help_text=gettext_lazy("31: the last day of each month. What is billed stays."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class CancelForm(ActForm):
    """When and why it ends, and what becomes of time that is paid for."""

    last_day = DayField(
        label=gettext_lazy("Last day of service"),
        required=False,
        help_text=gettext_lazy("Empty: the end of the running period."),
    )
    unused = forms.ChoiceField(
        label=gettext_lazy("Time that is paid for and not served"),
        choices=[
            (Unused.CREDIT.value, gettext_lazy("is credited")),
            (Unused.REFUND.value, gettext_lazy("is paid back, as far as it was paid")),
            (Unused.FORFEIT.value, gettext_lazy("is forfeited")),
        ],
        initial=Unused.CREDIT.value,
        required=False,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)


class VersionForm(ActForm):
    """An act on a subscription as it was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)


Given = Mapping[str, Any]


def _dated(*names: str) -> Callable[[Given], dict[str, Any]]:
    return lambda given: {name: given[name] for name in ("effective_on", "version", *names)}


def _plan(given: Given) -> dict[str, Any]:
    effect = ChangeEffect(given["effect"]) if given["effect"] else None
    return {"effect": effect, **_dated("plan", "quantity")(given)}


def _end(given: Given) -> dict[str, Any]:
    last: date | None = given["last_day"]
    return {
        "ends_before": last + timedelta(days=1) if last else None,
        "unused": Unused(given["unused"] or Unused.CREDIT),
        "version": given["version"],
    }


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of change: its verb, its form, its words, and how the form's values become the verb's."""

    kind: ChangeKind
    verb: Callable[..., Any]
    form: type[forms.Form]
    icon: str
    title: str | Promise
    submit: str | Promise
    told: str | Promise
    arguments: Callable[[Given], dict[str, Any]]
    starts_with: Callable[[SubscriptionRow, date], dict[str, Any]] = field(default=lambda _row, _today: {})

    def asked(self, given: Given) -> ChangeAsked:
        """The change as the preview is asked for it."""
        arguments = self.arguments(given)
        effective_on = arguments.get("effective_on", arguments.get("ends_before"))
        terms = ("plan", "quantity", "cycle_day", "percent", "unused", "effect")
        known = {name: arguments[name] for name in terms if name in arguments}
        return ChangeAsked(kind=self.kind, effective_on=effective_on, **known)


CHANGES = {
    change.kind.value: change
    for change in (
        Change(
            ChangeKind.PLAN,
            change_plan_by_rule,
            PlanForm,
            "replace",
            gettext_lazy("Another plan for %(number)s"),
            gettext_lazy("Change the plan"),
            gettext_lazy("The plan is changed."),
            _plan,
            lambda row, _today: {"plan": row.plan_code, "quantity": row.quantity.normalize()},
        ),
        Change(
            ChangeKind.QUANTITY,
            operations.change_quantity,
            QuantityForm,
            "hash",
            gettext_lazy("Quantity of %(number)s"),
            gettext_lazy("Change the quantity"),
            gettext_lazy("The quantity is changed."),
            _dated("quantity"),
            lambda row, _today: {"quantity": row.quantity.normalize()},
        ),
        Change(
            ChangeKind.PAUSE,
            operations.pause,
            PauseForm,
            "pause",
            gettext_lazy("Pause %(number)s"),
            gettext_lazy("Pause it"),
            gettext_lazy("The subscription is paused."),
            _dated("percent"),
            lambda row, today: {"percent": row.pause_percent.normalize(), "effective_on": today},
        ),
        Change(
            ChangeKind.RESUME,
            operations.resume,
            ResumeForm,
            "play",
            gettext_lazy("Resume %(number)s"),
            gettext_lazy("Resume it"),
            gettext_lazy("The subscription is in service again."),
            _dated(),
            lambda _row, today: {"effective_on": today},
        ),
        Change(
            ChangeKind.CYCLE_DAY,
            operations.change_cycle_day,
            CycleDayForm,
            "calendar-days",
            gettext_lazy("Billing day of %(number)s"),
            gettext_lazy("Change the billing day"),
            gettext_lazy("The billing day is changed."),
            lambda given: {"cycle_day": given["cycle_day"], "version": given["version"]},
            lambda row, _today: {"cycle_day": row.cycle_day},
        ),
        Change(
            ChangeKind.CANCEL,
            operations.cancel,
            CancelForm,
            "circle-x",
            gettext_lazy("Cancel %(number)s"),
            gettext_lazy("Cancel the subscription"),
            gettext_lazy("The subscription is canceled."),
            _end,
        ),
        Change(
            ChangeKind.KEEP,
            operations.keep,
            VersionForm,
            "undo-2",
            gettext_lazy("Keep %(number)s"),
            gettext_lazy("Keep it"),
            gettext_lazy("The subscription runs on."),
            lambda given: {"version": given["version"]},
        ),
    )
}


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, subscription_id: int, kind: str) -> HttpResponse:
    """A change of a subscription; asked to reckon, it shows what would follow and writes nothing."""
    row, account = subscription_for(request, subscription_id)
    asked = CHANGES[kind]
    require_in(request, verb_name(asked.verb), account.legal_entity_id)
    today = today_of(request, account)
    form = bound(asked.form, request, version=row.version, **asked.starts_with(row, today))
    context: dict[str, Any] = {
        "title": asked.title % {"number": row.number},
        "icon": asked.icon,
        "submit": asked.submit,
        "subscription": row,
    }
    if "preview" not in request.POST:
        return act_by_drawer(
            request,
            asked.verb,
            form=form,
            arguments=lambda given: {"subscription_id": row.id, "as_of": today, **asked.arguments(given)},
            url=reverse("web:subscription", args=[row.id]),
            told=str(asked.told),
            template=TEMPLATE,
            context=context,
        )
    if form.is_valid():
        context |= _what_follows(request, row, account, form, asked)
    if request.headers.get("HX-Target") == "reckoned":
        return render(request, "web/subscriptions/reckoned.html", context)
    return responses.drawer(request, TEMPLATE, {"form": form, **context})


def _what_follows(
    request: HttpRequest, row: SubscriptionRow, account: AccountRow, form: forms.Form, asked: Change
) -> dict[str, Any]:
    """The preview of a change; what refuses it is shown on the form and in its place."""
    try:
        found = look_ahead(
            request,
            preview_change,
            subscription_id=row.id,
            asked=asked.asked(form.cleaned_data),
            as_of=today_of(request, account),
        )
    except Refusal as refusal:
        responses.refuse_on_form(form, refusal)
        return {"preview_refused": refusal.message}
    effect = EFFECTS[found.decision.effect] if found.decision else ""
    return {
        "preview": shown(found.now),
        "next_bill": _next(found),
        "change": found,
        "effect": effect,
        "is_uncounted": asked.kind == ChangeKind.QUANTITY
        and not any(map(counts_quantity, get_plan(plan_id=row.plan_id).charges)),
    }


def _next(found: ChangePreview) -> dict[str, Any] | None:
    return shown(found.next) if found.next_on != found.reckoned_on else None


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, subscription_id: int, change_id: int) -> HttpResponse:
    """Take a scheduled change back before its day."""
    row, account = subscription_for(request, subscription_id)
    scheduled = next((one for one in list_changes(row.id, scheduled_only=True) if one.id == change_id), None)
    follows = _("It never takes effect") if scheduled is None else _("Nothing changes on that day")
    return act_by_drawer(
        request,
        operations.withdraw_change,
        form=bound(ActForm, request),
        arguments=lambda _given: {
            "subscription_id": row.id,
            "change_id": change_id,
            "as_of": today_of(request, account),
        },
        url=reverse("web:subscription", args=[row.id]),
        told=_("The change is withdrawn."),
        context={
            "title": _("Withdraw a change of %(number)s") % {"number": row.number},
            "icon": "undo-2",
            "submit": _("Withdraw it"),
            "follows": [("calendar-x", follows)],
        },
    )
