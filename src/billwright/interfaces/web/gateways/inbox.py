"""The inbox of webhooks: what came, whether it was believed, and what became of it."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import may_in
from billwright.interfaces.web.forms import ActForm, ReasonForm, bound
from billwright.interfaces.web.gateways.listing import gateway_for, named, shown, visible_gateways
from billwright.interfaces.web.gateways.words import EVENT_STATES
from billwright.interfaces.web.tags import state_column
from billwright.payments.gateway_rows import GatewayEventRow, GatewayRow
from billwright.payments.gateway_states import GATEWAY_EVENT, GatewayEventState
from billwright.payments.queries.gateways import body_of, get_event, list_events
from billwright.ui.tables import Column
from billwright.workflow import gateway_intake


@require_GET
def webhooks(request: HttpRequest) -> HttpResponse:
    """Webhooks, the newest first."""
    rows = visible_gateways(request)
    columns = [
        Column(
            "received_at",
            gettext_lazy("Came"),
            kind="datetime",
            value=lambda row: row.received_at,
            url=lambda row: reverse("web:gateway-webhook", args=[row.id]),
        ),
        Column("gateway", gettext_lazy("Gateway"), value=lambda row: named(rows, row.gateway_id)),
        Column("kind", gettext_lazy("What"), value=lambda row: row.kind.replace("_", " ").lower() or "–"),
        Column("amount", gettext_lazy("Amount"), kind="money", value=lambda row: row.amount),
        state_column(EVENT_STATES),
        Column("reason", gettext_lazy("Why"), value=lambda row: row.reason, wrap=True),
        Column("reference", gettext_lazy("Reference"), value=lambda row: row.reference, optional=True),
        Column("payment_key", gettext_lazy("Payment there"), value=lambda row: row.payment_key, hidden=True),
        Column("deliveries", gettext_lazy("Sent"), kind="number", value=lambda row: row.delivery_count, optional=True),
        Column("source", gettext_lazy("From"), value=lambda row: row.source_address, hidden=True),
    ]
    return shown(
        request,
        title=_("Webhooks"),
        template="web/gateways/webhooks.html",
        columns=columns,
        read=partial(
            list_events,
            gateway_ids=list(rows),
            reason_code=gateway_intake.UNKNOWN_REFERENCE if request.GET.get("view") == "unknown" else "",
        ),
        views=_views(),
    )


def _views() -> dict[str, tuple[str, tuple[GatewayEventState, ...]]]:
    """The lists that are asked for by name, each with the states that it shows."""
    return {
        "": (_("All"), ()),
        "aside": (_("Set aside"), (GatewayEventState.QUARANTINED,)),
        "unknown": (_("Payer unknown"), (GatewayEventState.WORKED,)),
        "waiting": (_("Waiting"), (GatewayEventState.WAITING, GatewayEventState.RECEIVED)),
        "refused": (_("Refused"), (GatewayEventState.REFUSED,)),
    }


def _event_for(request: HttpRequest, event_id: int) -> tuple[GatewayEventRow, GatewayRow]:
    event = get_event(event_id)
    return event, gateway_for(request, event.gateway_id)


@require_GET
def webhook(request: HttpRequest, event_id: int) -> HttpResponse:
    """One webhook with what it said."""
    event, row = _event_for(request, event_id)
    words, tone, icon_name = EVENT_STATES[event.state]
    context = {
        "event": event,
        "gateway": row,
        "words": words,
        "tone": tone,
        "icon": icon_name,
        "body": body_of(event_id) if may_in(request, "gateway_event.retry", row.legal_entity_id) else "",
        "may_retry": GATEWAY_EVENT.allows("retry", event.state)
        and may_in(request, "gateway_event.retry", row.legal_entity_id),
        "may_dismiss": GATEWAY_EVENT.allows("dismiss", event.state)
        and may_in(request, "gateway_event.dismiss", row.legal_entity_id),
    }
    return render(request, "web/gateways/webhook.html", context)


@require_http_methods(["GET", "POST"])
def retry(request: HttpRequest, event_id: int) -> HttpResponse:
    """Let it be worked again."""
    event, _row = _event_for(request, event_id)
    return act_by_drawer(
        request,
        gateway_intake.retry_event,
        form=bound(ActForm, request),
        arguments=lambda _given: {"event_id": event.id},
        url=reverse("web:gateway-webhook", args=[event.id]),
        told=_("It is worked again within a minute."),
        context={"title": _("Work it again"), "icon": "refresh-cw", "lead": event.reason, "submit": _("Work again")},
    )


@require_http_methods(["GET", "POST"])
def dismiss(request: HttpRequest, event_id: int) -> HttpResponse:
    """Nothing follows from it."""
    event, _row = _event_for(request, event_id)
    return act_by_drawer(
        request,
        gateway_intake.dismiss_event,
        form=bound(ReasonForm, request),
        arguments=lambda _given: {"event_id": event.id},
        url=reverse("web:gateway-webhook", args=[event.id]),
        told=_("Dismissed."),
        context={"title": _("Nothing follows from it"), "icon": "minus", "lead": event.reason, "submit": _("Dismiss")},
    )
