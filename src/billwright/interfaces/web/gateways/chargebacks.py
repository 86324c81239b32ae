"""Chargebacks and the watch: what was taken back, by when to answer, and what stands out at the gateways."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from billwright.accounts.queries import get_account
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import may_in
from billwright.interfaces.web.forms import ActForm, ReasonForm, bound
from billwright.interfaces.web.gateways.listing import gateway_for, named, shown, visible_gateways
from billwright.interfaces.web.gateways.words import ALARM_KINDS, ALARM_STATES, CHARGEBACK_STATES
from billwright.interfaces.web.tags import state_column
from billwright.payments.gateway_rows import AlarmRow, ChargebackRow, GatewayRow
from billwright.payments.gateway_states import CHARGEBACK, GATEWAY_ALARM, ChargebackState
from billwright.payments.queries import get_payment
from billwright.payments.queries.gateways import get_chargeback, list_alarms, list_chargebacks
from billwright.ui import formats
from billwright.ui.tables import Column
from billwright.workflow import gateway_intake


@require_GET
def chargebacks(request: HttpRequest) -> HttpResponse:
    """Chargebacks, the newest first."""
    rows = visible_gateways(request)
    columns = [
        Column("opened_on", gettext_lazy("Opened"), kind="date", value=lambda row: row.opened_on, url=_url),
        Column("gateway", gettext_lazy("Gateway"), value=lambda row: named(rows, row.gateway_id)),
        Column("amount", gettext_lazy("Amount"), kind="money", value=lambda row: row.amount),
        Column(
            "reason", gettext_lazy("Reason"), value=lambda row: f"{row.reason_code} {row.reason}".strip(), wrap=True
        ),
        Column("deadline", gettext_lazy("Evidence by"), kind="date", value=lambda row: row.deadline),
        state_column(CHARGEBACK_STATES),
        Column("key", gettext_lazy("Key there"), value=lambda row: row.chargeback_key, hidden=True),
    ]
    return shown(
        request,
        title=_("Chargebacks"),
        template="web/gateways/chargebacks.html",
        columns=columns,
        read=partial(list_chargebacks, gateway_ids=list(rows)),
        views={
            "": (_("All"), ()),
            "open": (_("Open"), (ChargebackState.OPEN,)),
            "contested": (_("Contested"), (ChargebackState.CONTESTED,)),
        },
    )


def _url(row: ChargebackRow) -> str:
    return reverse("web:gateway-chargeback", args=[row.id])


def _chargeback_for(request: HttpRequest, chargeback_id: int) -> tuple[ChargebackRow, GatewayRow]:
    row = get_chargeback(chargeback_id)
    return row, gateway_for(request, row.gateway_id)


@require_GET
def chargeback(request: HttpRequest, chargeback_id: int) -> HttpResponse:
    """One chargeback: the payment it takes back, and by when to answer."""
    row, gateway = _chargeback_for(request, chargeback_id)
    words, tone, icon_name = CHARGEBACK_STATES[row.state]
    context = {
        "chargeback": row,
        "gateway": gateway,
        "payment": get_payment(row.payment_id),
        "account": get_account(row.account_id) if row.account_id else None,
        "words": words,
        "tone": tone,
        "icon": icon_name,
        "may_contest": CHARGEBACK.allows("contest", row.state)
        and may_in(request, "chargeback.contest", gateway.legal_entity_id),
        "may_accept": CHARGEBACK.allows("accept", row.state),
    }
    return render(request, "web/gateways/chargeback.html", context)


@require_GET
def evidence(request: HttpRequest, chargeback_id: int) -> HttpResponse:
    """What speaks for us, as a file to send to the gateway."""
    row, _gateway = _chargeback_for(request, chargeback_id)
    answer = HttpResponse(gateway_intake.evidence_pack(row.id), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="chargeback-{row.id}.zip"'
    return answer


@require_http_methods(["GET", "POST"])
def contest(request: HttpRequest, chargeback_id: int) -> HttpResponse:
    """Keep the evidence, and answer."""
    row, _gateway = _chargeback_for(request, chargeback_id)
    by = formats.day(row.deadline, formats=formats.reader()) if row.deadline else ""
    return act_by_drawer(
        request,
        gateway_intake.contest_chargeback,
        form=bound(ActForm, request),
        arguments=lambda _given: {"chargeback_id": row.id},
        url=_url,
        told=_("The evidence is kept. Send it on the gateway's own page."),
        context={
            "title": _("Contest it"),
            "icon": "shield",
            "lead": _("Evidence is due by %(day)s.") % {"day": by} if by else "",
            "follows": [("archive", _("Documents, payment and correspondence are kept as one file, with its hash"))],
            "submit": _("Contest"),
        },
    )


@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, chargeback_id: int) -> HttpResponse:
    """Let the money go."""
    row, _gateway = _chargeback_for(request, chargeback_id)
    return act_by_drawer(
        request,
        gateway_intake.accept_chargeback,
        form=bound(ReasonForm, request),
        arguments=lambda _given: {"chargeback_id": row.id},
        url=_url,
        told=_("Accepted: what it had paid stays open."),
        context={"title": _("Accept it"), "icon": "minus", "submit": _("Accept")},
    )


@require_GET
def watch(request: HttpRequest) -> HttpResponse:
    """Alarms: what stands out at each gateway against its own history."""
    rows = visible_gateways(request)
    columns = [
        Column("raised_at", gettext_lazy("Since"), kind="datetime", value=lambda row: row.raised_at, url=_see_url),
        Column("gateway", gettext_lazy("Gateway"), value=lambda row: named(rows, row.gateway_id)),
        Column("kind", gettext_lazy("What"), value=lambda row: str(ALARM_KINDS[row.kind])),
        Column("subject", gettext_lazy("Of what"), value=lambda row: row.subject or "–"),
        Column("figures", gettext_lazy("Figures"), value=lambda row: row.figures, wrap=True),
        state_column(ALARM_STATES),
        Column("ended_at", gettext_lazy("Over"), kind="datetime", value=lambda row: row.ended_at, optional=True),
    ]
    return shown(
        request,
        title=_("Gateway watch"),
        template="web/gateways/watch.html",
        columns=columns,
        read=lambda *, states, before_id, limit: list_alarms(
            gateway_ids=list(rows), standing_only=not states, before_id=before_id, limit=limit
        ),
        views={"": (_("Standing"), ()), "all": (_("All"), ("ALL",))},
    )


def _see_url(row: AlarmRow) -> str:
    is_open = GATEWAY_ALARM.allows("see", row.state)
    return reverse("web:gateway-alarm-see", args=[row.id]) if is_open else reverse("web:gateway", args=[row.gateway_id])


@require_http_methods(["GET", "POST"])
def see(request: HttpRequest, alarm_id: int) -> HttpResponse:
    """Take an alarm on."""
    return act_by_drawer(
        request,
        gateway_intake.see_alarm,
        form=bound(ActForm, request),
        arguments=lambda _given: {"alarm_id": alarm_id},
        url=reverse("web:gateway-watch"),
        told=_("It is yours. It is over when its reason is."),
        context={"title": _("Deal with it"), "icon": "eye", "submit": _("Take it on")},
    )
