"""Payouts: gross, refunds, chargebacks, fees, what the bank got, and what nothing explains."""

from __future__ import annotations

from functools import partial

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from billwright.access.queries import display_names
from billwright.interfaces.web.acting import actor_of
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import day_at, may_in
from billwright.interfaces.web.forms import ActForm, DayField, ReasonForm, bound
from billwright.interfaces.web.gateways.listing import gateway_for, named, shown, visible_gateways
from billwright.interfaces.web.gateways.words import LINE_KINDS, PAYOUT_STATES
from billwright.interfaces.web.tags import state_column
from billwright.payments.gateway_rows import GatewayRow, PayoutRow
from billwright.payments.gateway_states import PAYOUT, PayoutState
from billwright.payments.queries.gateways import get_payout, list_payout_lines, list_payouts
from billwright.ui import formats
from billwright.ui.tables import Column
from billwright.workflow import gateway_intake


@require_GET
def payouts(request: HttpRequest) -> HttpResponse:
    """Payouts, the newest first."""
    rows = visible_gateways(request)
    columns = [
        Column("paid_on", gettext_lazy("Day"), kind="date", value=lambda row: row.paid_on, url=_url),
        Column("gateway", gettext_lazy("Gateway"), value=lambda row: named(rows, row.gateway_id)),
        Column("gross", gettext_lazy("Gross"), kind="money", value=lambda row: row.gross, optional=True),
        Column("refunds", gettext_lazy("Refunds"), kind="money", value=lambda row: row.refunds, optional=True),
        Column(
            "chargebacks", gettext_lazy("Chargebacks"), kind="money", value=lambda row: row.chargebacks, optional=True
        ),
        Column("fees", gettext_lazy("Fees"), kind="money", value=lambda row: row.fees, optional=True),
        Column("net", gettext_lazy("Net"), kind="money", value=lambda row: row.net),
        Column("deposit", gettext_lazy("At the bank"), kind="money", value=lambda row: row.deposit, optional=True),
        Column("remainder", gettext_lazy("Unexplained"), kind="money", value=lambda row: row.remainder),
        state_column(PAYOUT_STATES),
        Column("payout_key", gettext_lazy("Payout"), value=lambda row: row.payout_key, hidden=True),
    ]
    return shown(
        request,
        title=_("Payouts"),
        template="web/gateways/payouts.html",
        columns=columns,
        read=partial(list_payouts, gateway_ids=list(rows)),
        views={
            "": (_("All"), ()),
            "unexplained": (_("Unexplained"), (PayoutState.UNEXPLAINED,)),
            "reported": (_("Not on a statement yet"), (PayoutState.REPORTED,)),
        },
    )


def _url(row: PayoutRow) -> str:
    return reverse("web:gateway-payout", args=[row.id])


def _payout_for(request: HttpRequest, payout_id: int) -> tuple[PayoutRow, GatewayRow]:
    row = get_payout(payout_id)
    return row, gateway_for(request, row.gateway_id)


@require_GET
def payout(request: HttpRequest, payout_id: int) -> HttpResponse:
    """One payout with its lines, what is not known of them first."""
    row, gateway = _payout_for(request, payout_id)
    words, tone, icon_name = PAYOUT_STATES[row.state]
    lines = sorted(list_payout_lines(row.id), key=lambda line: (line.unexplained.amount_minor == 0, line.id))

    def offers(verb: str, right: str) -> bool:
        return PAYOUT.allows(verb, row.state) and may_in(request, right, gateway.legal_entity_id)

    context = {
        "payout": row,
        "gateway": gateway,
        "words": words,
        "tone": tone,
        "icon": icon_name,
        "lines": [(line, LINE_KINDS.get(line.kind, line.kind)) for line in lines[:500]],
        "owner": display_names({row.owner} - {""}).get(row.owner, row.owner),
        "resolver": display_names({row.resolved_by} - {""}).get(row.resolved_by, row.resolved_by),
        "may_reconcile": offers("reconcile", "payout.reconcile"),
        "may_resolve": PAYOUT.allows("resolve", row.state),
        "may_assign": offers("resolve", "payout.assign"),
    }
    return render(request, "web/gateways/payout.html", context)


class EntryForm(ActForm):
    """Which entry of the bank statement it is."""

    bank_entry = forms.IntegerField(
        label=gettext_lazy("Number of the bank entry"),
        required=False,
        min_value=1,
        help_text=gettext_lazy("Empty: it is looked for by reference and amount."),
    )


@require_http_methods(["GET", "POST"])
def reconcile(request: HttpRequest, payout_id: int) -> HttpResponse:
    """Hold it against books and bank again."""
    row, _gateway = _payout_for(request, payout_id)
    return act_by_drawer(
        request,
        gateway_intake.reconcile_payout,
        form=bound(EntryForm, request),
        arguments=lambda given: {"payout_id": row.id, "bank_entry_id": given["bank_entry"]},
        url=_url,
        told=lambda ended: str(PAYOUT_STATES[ended.state][0]),
        tone=lambda ended: "warn" if ended.state == PayoutState.UNEXPLAINED else "good",
        context={"title": _("Reconcile again"), "icon": "refresh-cw", "submit": _("Reconcile")},
    )


class ResolveForm(ReasonForm):
    """Why there is a remainder, and whether the gateway kept it."""

    is_charge = forms.BooleanField(label=gettext_lazy("The gateway kept it: book it as its charge"), required=False)
    on = DayField(label=gettext_lazy("On"))


@require_http_methods(["GET", "POST"])
def resolve(request: HttpRequest, payout_id: int) -> HttpResponse:
    """Say why there is a remainder."""
    row, gateway = _payout_for(request, payout_id)
    remainder = formats.amount_with_currency(row.remainder, formats=formats.reader())
    return act_by_drawer(
        request,
        gateway_intake.resolve_payout,
        form=bound(ResolveForm, request, on=day_at(request, gateway.legal_entity_id)),
        arguments=lambda given: {"payout_id": row.id, "is_charge": given["is_charge"], "on": given["on"]},
        url=_url,
        told=_("Resolved."),
        context={
            "title": _("Explain %(amount)s") % {"amount": remainder},
            "icon": "check",
            "submit": _("Resolve"),
            "follows": [("book-open", _("As a charge it is booked; otherwise it stays in bank clearing"))],
        },
    )


@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest, payout_id: int) -> HttpResponse:
    """Take it on."""
    row, _gateway = _payout_for(request, payout_id)
    return act_by_drawer(
        request,
        gateway_intake.assign_payout,
        form=bound(ActForm, request),
        arguments=lambda _given: {"payout_id": row.id, "owner": actor_of(request)},
        url=_url,
        told=_("It is yours."),
        context={"title": _("Look into it"), "icon": "user", "submit": _("Take it on")},
    )
