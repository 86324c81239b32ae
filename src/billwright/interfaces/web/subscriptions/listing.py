"""The list of subscriptions, and the drawer that takes an order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.accounts.queries import account_ids_by_number, account_names
from billwright.accounts.rows import AccountName
from billwright.catalog.queries import list_plans
from billwright.interfaces.web.acting import at_of, may, permissions, require
from billwright.interfaces.web.context import address_of
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.forms import ActForm, AmountField, DayField, FilterForm, bound
from billwright.interfaces.web.invoices.words import tag
from billwright.interfaces.web.lists import ListPage
from billwright.interfaces.web.subscriptions.words import STATES
from billwright.subscriptions.operations import NewSubscription, subscribe
from billwright.subscriptions.queries import RenewalRow, SubscriptionRow, list_subscriptions, next_renewals
from billwright.ui.tables import Column
from billwright.workflow.offers import subscribe_with_coupon

# How far ahead the next bill of a subscription is looked for: the longest common interval and some days.
LOOK_AHEAD = timedelta(days=400)
VIEW = "account.view"


class SubscriptionsForm(FilterForm):
    """Which subscriptions."""

    text = forms.CharField(label=_("Number or description"), required=False, max_length=80)
    account = forms.CharField(label=_("Account"), required=False, max_length=40)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), *((key, words) for key, (words, _tone) in STATES.items())],
    )
    plan = forms.ChoiceField(label=_("Plan"), required=False)

    def prepare(self, request: HttpRequest) -> None:  # noqa: ARG002  # the form's own signature
        """Offer every plan, also those that are sold no longer."""
        field: forms.ChoiceField = self.fields["plan"]  # type: ignore[assignment]
        plans = list_plans(active_only=False)
        field.choices = [("", _("All")), *((plan.code, plan.name) for plan in plans)]


class Listed:
    """A subscription with its account and what it is billed next."""

    def __init__(self, row: SubscriptionRow, account: AccountName | None, renewal: RenewalRow | None) -> None:
        self.id = row.id
        self.row = row
        self.account = f"{account.number} · {account.shown_name}" if account else ""
        self.due_on = renewal.due_on if renewal else None


@require_GET
def subscriptions(request: HttpRequest) -> HttpResponse:
    """Subscriptions in the order of their making."""
    require(request, VIEW)
    filters = SubscriptionsForm(request)
    return ListPage(
        title=_("Subscriptions"),
        template="web/subscriptions/list.html",
        filters=filters,
        wanted=_wanted(request, filters),
        listed=partial(_listed, request),
        columns=_COLUMNS,
        key="after_id",
        context={"may_subscribe": may(request, "subscription.subscribe")},
    ).shown(request)


def _wanted(request: HttpRequest, filters: SubscriptionsForm) -> Callable[..., list[SubscriptionRow]]:
    asked = filters.asked
    number = asked("account")
    return partial(
        list_subscriptions,
        account_ids=list(account_ids_by_number([number]).values()) if number else None,
        states=[asked("state")] if asked("state") else (),
        plan_code=asked("plan") or "",
        legal_entity_ids=permissions(request).entities_for(VIEW),
        text=asked("text") or "",
    )


def _listed(request: HttpRequest, rows: Sequence[SubscriptionRow]) -> list[Listed]:
    account_ids = {row.account_id for row in rows}
    accounts = account_names(account_ids)
    until = timezone.localdate(at_of(request)) + LOOK_AHEAD
    first: dict[int, RenewalRow] = {}
    for renewal in next_renewals(account_ids=account_ids, until=until):
        first.setdefault(renewal.subscription_id, renewal)
    return [Listed(row, accounts.get(row.account_id), first.get(row.id)) for row in rows]


_COLUMNS = [
    Column(
        "number", _("Subscription"), value=lambda one: one.row.number,
        url=lambda one: reverse("web:subscription", args=[one.id]),
    ),
    Column(
        "account", _("Account"), value=lambda one: one.account,
        url=lambda one: address_of("web:account", one.row.account_id),
    ),
    Column("plan", _("Plan"), value=lambda one: one.row.plan_name),
    Column("description", _("Description"), value=lambda one: one.row.description, optional=True),
    Column(
        "state", _("State"), value=lambda one: STATES[one.row.state][0],
        render=lambda one: tag(*STATES[one.row.state]),
    ),
    Column("quantity", _("Quantity"), kind="number", value=lambda one: one.row.quantity, optional=True),
    Column("starts", _("Since"), kind="date", value=lambda one: one.row.starts_on, optional=True),
    Column("ends", _("Ends"), kind="date", value=lambda one: one.row.ends_before, optional=True),
    Column("next", _("Next bill"), kind="date", value=lambda one: one.due_on),
]  # fmt: skip


class OrderForm(ActForm):
    """An order of a plan."""

    account = forms.CharField(label=_("Account number"), max_length=40)
    plan = forms.ChoiceField(label=_("Plan"))
    quantity = AmountField(label=_("Quantity"), required=False)
    starts_on = DayField(
        label=_("First day of service"), required=False, help_text=_("Empty: ordered, billed from its activation on.")
    )
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=200,
        help_text=_("Printed on lines, such as a domain."),
    )
    reference = forms.CharField(label=_("Reference"), required=False, max_length=80)
    coupon = forms.CharField(label=_("Coupon"), required=False, max_length=40)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: forms.ChoiceField = self.fields["plan"]  # type: ignore[assignment]
        field.choices = [("", _("Choose a plan")), *((plan.code, plan.name) for plan in list_plans())]

    def clean_account(self) -> int:
        """The id of the account with this number."""
        number = str(self.cleaned_data["account"]).strip()
        found = account_ids_by_number([number]).get(number)
        if found is None:
            raise forms.ValidationError(_("There is no account of this number. Search for it by name with Ctrl K."))
        return found


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Order a plan for an account."""
    require(request, "subscription.subscribe")
    today = timezone.localdate(at_of(request))
    form = bound(OrderForm, request, account=request.GET.get("account", ""), quantity="1", starts_on=today)
    code = str(form.data.get("coupon", "")).strip()

    def arguments(given: dict[str, Any]) -> dict[str, Any]:
        with_coupon = {"code": code, "on": today} if code else {}
        return with_coupon | {"row": _ordered(given, today=today)}

    return act_by_drawer(
        request,
        subscribe_with_coupon if code else subscribe,
        form=form,
        arguments=arguments,
        url=lambda row: reverse("web:subscription", args=[row.id]),
        told=lambda row: gettext("Subscription %(number)s is taken.") % {"number": row.number},
        context={
            "title": gettext("New subscription"),
            "icon": "refresh-cw",
            "submit": gettext("Subscribe"),
            "follows": [
                ("play", gettext("The next bill run bills it from its first day of service on")),
                ("lock", gettext("A later price of the catalog reaches it from its own day on")),
            ],
        },
    )


def _ordered(given: dict[str, Any], *, today: date) -> NewSubscription:
    return NewSubscription(
        account_id=given["account"],
        plan=given["plan"],
        ordered_on=min(today, given["starts_on"] or today),
        quantity=Decimal(1) if given["quantity"] is None else given["quantity"],
        starts_on=given["starts_on"],
        description=given["description"],
        reference=given["reference"],
    )
