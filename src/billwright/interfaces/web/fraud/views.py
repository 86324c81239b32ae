"""Flags with what they hold, their decision, and the rules of the acting company."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from billwright.interfaces.web import exports
from billwright.interfaces.web.accounts.scope import chosen_entities
from billwright.interfaces.web.acting import may, require
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import acting_entity, require_in
from billwright.interfaces.web.forms import ActForm, ReasonForm, bound
from billwright.interfaces.web.paging import AccountNames, by_ids
from billwright.interfaces.web.subjects import url_of
from billwright.interfaces.web.tags import Words, state_column
from billwright.kernel.errors import NotFound
from billwright.payments import watch
from billwright.payments.states import FRAUD_FLAG, FraudFlagState, FraudRuleKind
from billwright.payments.watch import FraudFlagRow
from billwright.ui import tables
from billwright.ui.tables import Column, SavedView, Table
from billwright.workflow import fraud_watch

STATES: Final[Words] = {
    FraudFlagState.RAISED: (gettext_lazy("Held"), "bad", "flag"),
    FraudFlagState.CLEARED: (gettext_lazy("In order"), "good", "check"),
    FraudFlagState.CONFIRMED: (gettext_lazy("Confirmed"), "bad", "octagon-x"),
}
KINDS: Final[dict[str, Any]] = {
    FraudRuleKind.MANY_CARDS: gettext_lazy("Many cards"),
    FraudRuleKind.CHARGEBACK_HISTORY: gettext_lazy("Chargebacks"),
    FraudRuleKind.REFUND_TO_NEW_ACCOUNT: gettext_lazy("Refund to a new bank account"),
    FraudRuleKind.DETAILS_CHANGED: gettext_lazy("Bank details changed shortly before"),
}


class RuleForm(ActForm):
    """When a company looks twice."""

    is_on = forms.BooleanField(label=gettext_lazy("Look"), required=False)
    count_max = forms.IntegerField(label=gettext_lazy("At more than"), min_value=0)
    days = forms.IntegerField(label=gettext_lazy("Within days"), min_value=1, max_value=3650)


@require_GET
def flags(request: HttpRequest) -> HttpResponse:
    """Flags, the newest first."""
    entities = [entity.id for entity in chosen_entities(request, "payment.view", request.GET.get("entity", ""))]
    state = request.GET.get("state", "") if request.GET.get("state", "") in STATES else ""
    names = AccountNames()
    page = by_ids(
        request,
        lambda before_id, limit: watch.list_flags(
            legal_entity_ids=entities, state=state, before_id=before_id, limit=limit
        ),
        names=names,
    )
    table = Table(request, columns=_columns(request, names), rows=page.rows, page=page, label=_("Fraud flags"))
    if tables.wants_export(request):
        return tables.export(table, title=_("Fraud flags"))
    named = [("", _("All")), *((key, str(words)) for key, (words, _tone, _icon) in STATES.items())]
    views = [SavedView(label, f"?state={key}" if key else "?", current=state == key) for key, label in named]
    return render(request, "web/fraud/flags.html", {"table": table, "views": views})


def _columns(request: HttpRequest, names: dict[int, str]) -> list[Column]:
    def decide(row: FraudFlagRow) -> str:
        offered = may(request, "fraud_flag.clear") and FRAUD_FLAG.allows("clear", row.state)
        return reverse("web:fraud-flag-clear", args=[row.id]) if offered else ""

    def keep_held(row: FraudFlagRow) -> str:
        offered = may(request, "fraud_flag.confirm") and FRAUD_FLAG.allows("confirm", row.state)
        return reverse("web:fraud-flag-confirm", args=[row.id]) if offered else ""

    return [
        Column("kind", gettext_lazy("Rule"), value=lambda row: str(KINDS[row.kind]), url=keep_held),
        Column("why", gettext_lazy("Why"), value=lambda row: row.why, wrap=True),
        state_column(STATES, url=decide),
        Column("account", gettext_lazy("Account"), value=lambda row: names.get(row.account_id, "")),
        Column("holds", gettext_lazy("Holds"), value=lambda row: row.subject, url=lambda row: url_of(row.subject)),
        Column("raised_at", gettext_lazy("Raised"), kind="datetime", value=lambda row: row.raised_at, optional=True),
        Column("note", gettext_lazy("Decided because"), value=lambda row: row.note, wrap=True, optional=True),
    ]


def _flag(request: HttpRequest, fraud_flag_id: int) -> FraudFlagRow:
    flag = watch.get_flag(fraud_flag_id)
    require_in(request, "payment.view", flag.legal_entity_id)
    return flag


@require_http_methods(["GET", "POST"])
def clear(request: HttpRequest, fraud_flag_id: int) -> HttpResponse:
    """It is in order: the act may go on."""
    flag = _flag(request, fraud_flag_id)
    return act_by_drawer(
        request,
        fraud_watch.clear_flag,
        form=bound(ReasonForm, request),
        arguments=lambda _given: {"fraud_flag_id": flag.id},
        url=url_of(flag.subject) or reverse("web:fraud-flags"),
        told=_("Cleared: it may go on."),
        context={"title": _("It is in order"), "icon": "check", "submit": _("Clear it"), "lead": flag.why},
    )


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, fraud_flag_id: int) -> HttpResponse:
    """It is what it looks like: the act stays held."""
    flag = _flag(request, fraud_flag_id)
    return act_by_drawer(
        request,
        fraud_watch.confirm_flag,
        form=bound(ReasonForm, request),
        arguments=lambda _given: {"fraud_flag_id": flag.id},
        url=reverse("web:fraud-flags"),
        told=_("Confirmed: it stays held."),
        context={"title": _("It stays held"), "icon": "octagon-x", "submit": _("Confirm"), "lead": flag.why},
    )


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """The rules of the acting company."""
    require(request, "payment.view")
    entity = acting_entity(request)
    may_set = may(request, "fraud_rule.set")
    columns = [
        Column(
            "kind",
            _("Rule"),
            value=lambda row: str(KINDS[row.kind]),
            url=lambda row: reverse("web:fraud-rule", args=[row.kind]) if may_set else "",
        ),
        Column("is_on", _("Looks"), value=lambda row: _("Yes") if row.is_on else _("No")),
        Column("count_max", _("At more than"), kind="number", value=lambda row: row.count_max),
        Column("days", _("Within days"), kind="number", value=lambda row: row.days),
        Column("since", _("Set"), kind="datetime", value=lambda row: row.recorded_at, optional=True),
    ]
    table = Table(request, columns=columns, rows=watch.list_fraud_rules(entity.id), label=_("Fraud rules"))
    if exports.wants_export(request):
        return tables.export(table, title=_("Fraud rules"))
    return render(request, "web/fraud/rules.html", {"table": table, "entity": entity})


@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, kind: str) -> HttpResponse:
    """Set when the acting company looks twice."""
    require(request, "fraud_rule.set")
    entity = acting_entity(request)
    now = next((row for row in watch.list_fraud_rules(entity.id) if row.kind == kind), None)
    if now is None:
        raise NotFound("fraud_rule.not_found", _("There is no such rule."), field="kind")
    return act_by_drawer(
        request,
        fraud_watch.set_rule,
        form=bound(RuleForm, request, is_on=now.is_on, count_max=now.count_max, days=now.days),
        arguments=lambda given: {
            "legal_entity_id": entity.id,
            "kind": FraudRuleKind(kind),
            "is_on": given["is_on"],
            "count_max": given["count_max"],
            "days": given["days"],
        },
        url=reverse("web:fraud-rules"),
        told=_("Kept."),
        context={"title": KINDS[kind], "icon": "flag", "submit": _("Save")},
    )
