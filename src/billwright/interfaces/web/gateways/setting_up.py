"""The set-up of gateways: the list, a page for each, and its secrets, which go in and are never shown again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from billwright.interfaces.web.accounts.scope import visible_entities
from billwright.interfaces.web.acting import may
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import may_in
from billwright.interfaces.web.forms import ActForm, bound
from billwright.interfaces.web.gateways.listing import gateway_for, named, shown, visible_gateways
from billwright.interfaces.web.gateways.words import GATEWAY_STATES, PAYMENT_STATES
from billwright.interfaces.web.tags import state_column, tag
from billwright.org.queries import get_legal_entity, list_bank_accounts, list_currencies
from billwright.payments.gateway_rows import GatewayIn, GatewayRow
from billwright.payments.gateway_states import GatewayState
from billwright.payments.ports.gateways import Gateway, gateway_kinds, gateway_of_kind
from billwright.payments.queries.gateways import list_alarms, list_gateway_payments
from billwright.ui.tables import Column
from billwright.workflow import gateway_intake


def _newest(rows: Iterable[GatewayRow]) -> Callable[..., list[GatewayRow]]:
    """Reads of a list that is short enough to be known as a whole."""

    def read(*, states: Sequence[str], before_id: int | None, limit: int) -> list[GatewayRow]:
        chosen = [row for row in rows if row.state in states or not states]
        older = [row for row in chosen if before_id is None or row.id < before_id]
        return sorted(older, key=lambda row: -row.id)[:limit]

    return read


@require_GET
def gateways(request: HttpRequest) -> HttpResponse:
    """Configured gateways."""
    rows = visible_gateways(request)
    entities = {entity.id: entity.name for entity in visible_entities(request, "gateway.view")}
    columns = [
        Column(
            "name",
            gettext_lazy("Gateway"),
            value=lambda row: named(rows, row.id),
            url=lambda row: reverse("web:gateway", args=[row.id]),
        ),
        Column("kind", gettext_lazy("Kind"), value=lambda row: gateway_of_kind(row.kind).title, optional=True),
        Column("company", gettext_lazy("Company"), value=lambda row: entities.get(row.legal_entity_id, "")),
        Column("currency", gettext_lazy("Currency"), value=lambda row: row.currency),
        state_column(GATEWAY_STATES),
        Column("created_at", gettext_lazy("Set up"), kind="datetime", value=lambda row: row.created_at, optional=True),
    ]
    return shown(
        request,
        title=_("Payment gateways"),
        template="web/gateways/list.html",
        columns=columns,
        read=_newest(rows.values()),
        views={"": (_("All"), ())},
        context={
            "kinds": gateway_kinds() if may(request, "gateway.set_up") else (),
            "alarm_count": len(list_alarms(gateway_ids=list(rows), standing_only=True)),
        },
    )


class GatewayForm(ActForm):
    """The set-up of one kind of gateway: its own settings and secrets stand below what all have."""

    def __init__(self, *args: Any, kind: Gateway, entities: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        fields: dict[str, forms.Field] = {
            "name": forms.CharField(
                label=_("Name"),
                max_length=29,
                help_text=_("Small letters, digits, hyphens; receipts carry it for good."),
            ),
            "company": forms.TypedChoiceField(label=_("Company"), choices=entities, coerce=int),
            "currency": forms.ChoiceField(
                label=_("Currency"), choices=[(code, code) for code in kind.currencies or list_currencies()]
            ),
            "is_simulator": forms.BooleanField(
                label=_("SIMULATOR: it moves no real money, and answers on this machine"), required=False
            ),
            "base_url": forms.CharField(
                label=_("Address"), required=False, max_length=200, help_text=_("Empty: the gateway's own.")
            ),
            "settlement_days": forms.IntegerField(
                label=_("Days until a payment is paid out"), min_value=0, max_value=60, initial=3
            ),
        }
        self.fields.update({**fields, **setting_fields(kind), **secret_fields(kind, required=True)})


def setting_fields(kind: Gateway) -> dict[str, forms.Field]:
    """The settings of a kind as fields."""
    return {
        f"setting_{name}": forms.CharField(label=label, max_length=400, required=False)
        for name, label in kind.settings.items()
    }


def secret_fields(kind: Gateway, *, required: bool) -> dict[str, forms.Field]:
    """The secrets of a kind as fields that never show what is there."""
    widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"})
    return {
        f"secret_{name}": forms.CharField(label=label, max_length=400, required=required, widget=widget)
        for name, label in kind.secrets.items()
    }


def _under(given: dict[str, Any], beginning: str) -> dict[str, str]:
    return {name.removeprefix(beginning): value for name, value in given.items() if name.startswith(beginning)}


@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest, kind: str) -> HttpResponse:
    """Set a gateway of one kind up."""
    connector = gateway_of_kind(kind)
    entities = [(entity.id, entity.name) for entity in visible_entities(request, "gateway.set_up")]
    posted = (request.POST,) if request.method == "POST" else ()
    return act_by_drawer(
        request,
        gateway_intake.set_up_gateway,
        form=GatewayForm(*posted, kind=connector, entities=entities),
        arguments=lambda given: {
            "gateway": GatewayIn(
                legal_entity_id=given["company"],
                name=given["name"],
                kind=kind,
                currency=given["currency"],
                base_url=given["base_url"],
                is_simulator=given["is_simulator"],
                settings=_under(given, "setting_"),
                secrets=_under(given, "secret_"),
                settlement_days=given["settlement_days"],
            )
        },
        url=lambda row: reverse("web:gateway", args=[row.id]),
        told=_("Set up. Give the gateway the address of its webhooks."),
        context={
            "title": _("Set up %(kind)s") % {"kind": connector.title},
            "icon": "credit-card",
            "submit": _("Set up"),
            "follows": [("lock", _("Secrets are sealed, and never shown again"))],
        },
    )


class ChangeForm(ActForm):
    """Settings as they are; secrets are left empty where they stay."""

    def __init__(self, *args: Any, kind: Gateway, accounts: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["bank_account"] = forms.ChoiceField(
            label=_("Payouts arrive on"), choices=[("", _("not said")), *accounts], required=False
        )
        self.fields.update({**setting_fields(kind), **secret_fields(kind, required=False)})


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, gateway_id: int) -> HttpResponse:
    """Change settings and secrets."""
    row = gateway_for(request, gateway_id)
    kind = gateway_of_kind(row.kind)
    accounts = [
        (str(one.id), f"{one.label} {one.iban or one.account_number}")
        for one in list_bank_accounts(row.legal_entity_id)
        if one.currency == row.currency
    ]
    initial = {f"setting_{name}": value for name, value in row.settings.items()}
    posted = (request.POST,) if request.method == "POST" else ()
    form = ChangeForm(
        *posted, kind=kind, accounts=accounts, initial={**initial, "bank_account": str(row.bank_account_id or "")}
    )
    return act_by_drawer(
        request,
        gateway_intake.change_gateway,
        form=form,
        arguments=lambda given: {
            "gateway_id": row.id,
            "settings": _under(given, "setting_"),
            "secrets": _under(given, "secret_"),
            "bank_account_id": int(given["bank_account"]) if given["bank_account"] else None,
        },
        url=reverse("web:gateway", args=[row.id]),
        told=_("Changed."),
        context={
            "title": _("Change %(name)s") % {"name": row.name},
            "icon": "pencil",
            "lead": _("A secret that is left empty stays as it is."),
            "submit": _("Change"),
        },
    )


@require_GET
def gateway(request: HttpRequest, gateway_id: int) -> HttpResponse:
    """One gateway: where it reports to, what is set, its last payments and what the watch found."""
    row = gateway_for(request, gateway_id)
    words, tone, icon_name = GATEWAY_STATES[row.state]
    kind = gateway_of_kind(row.kind)
    context = {
        "gateway": row,
        "kind": kind,
        "company": get_legal_entity(legal_entity_id=row.legal_entity_id),
        "words": words,
        "tone": tone,
        "icon": icon_name,
        "webhook_url": request.build_absolute_uri(row.webhook_path),
        "settings": [(kind.settings.get(name, name), value) for name, value in row.settings.items()],
        "secrets": [label for name, label in kind.secrets.items() if name in row.secret_names],
        "payments": [
            (one, tag(one.state, PAYMENT_STATES)) for one in list_gateway_payments(gateway_ids=[row.id], limit=10)
        ],
        "alarms": list_alarms(gateway_ids=[row.id], standing_only=True),
        "may_change": may_in(request, "gateway.change", row.legal_entity_id),
        "may_move": may_in(request, "gateway.suspend", row.legal_entity_id),
        "is_active": row.state == GatewayState.ACTIVE,
    }
    return render(request, "web/gateways/gateway.html", context)


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, gateway_id: int, verb: str) -> HttpResponse:
    """Suspend or resume."""
    row = gateway_for(request, gateway_id)
    suspends = verb == "suspend"
    return act_by_drawer(
        request,
        gateway_intake.suspend_gateway if suspends else gateway_intake.resume_gateway,
        form=bound(ActForm, request),
        arguments=lambda _given: {"gateway_id": row.id},
        url=reverse("web:gateway", args=[row.id]),
        told=_("Suspended.") if suspends else _("In use again."),
        context={
            "title": _("Suspend %(name)s") % {"name": row.name} if suspends else _("Use %(name)s") % {"name": row.name},
            "icon": "pause" if suspends else "play",
            "lead": _("Nothing new is started; what it still tells is worked.") if suspends else "",
            "submit": _("Suspend") if suspends else _("Use again"),
        },
    )
