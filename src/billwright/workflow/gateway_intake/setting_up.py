"""The set-up of gateways: who may take money for which company, through whom, with which secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.org.queries import list_bank_accounts
from billwright.payments.card_numbers import refuse_card_numbers
from billwright.payments.gateway_rows import GatewayIn, GatewayRow
from billwright.payments.operations import gateways as operations
from billwright.payments.ports.gateways import Gateway, GatewayConfig, gateway_of_kind
from billwright.payments.queries.gateways import config_of, get_gateway

NAME = re.compile(r"[a-z][a-z0-9-]{1,28}")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@verb("gateway.set_up", subject=lambda _arguments, row: f"gateway:{row.id}")
def set_up_gateway(*, act: Act, gateway: GatewayIn) -> GatewayRow:
    """Set a gateway up for a company. Its secrets are sealed and never shown again.

    Raises Refusal naming the setting that cannot be used, Conflict `gateway.name_taken`.
    """
    kind = gateway_of_kind(gateway.kind)
    if not NAME.fullmatch(gateway.name):
        raise Refusal(
            "gateway.name_unfit",
            _("A name has 2 to 29 small letters, digits and hyphens, and begins with a letter."),
            field="name",
            cure=_("Choose one like stripe-za: receipts carry it for good."),
        )
    _refuse_bank_account(gateway.legal_entity_id, gateway.bank_account_id, gateway.currency)
    wanted = replace(
        gateway,
        settings=_chosen(kind.settings, gateway.settings),
        secrets=_chosen(kind.secrets, gateway.secrets),
        base_url=gateway.base_url.rstrip("/"),
    )
    _refuse_unfit(kind, wanted)
    row = operations.add_gateway(act=act, wanted=wanted)
    note_change(after={"name": row.name, "kind": row.kind, "simulator": row.is_simulator})
    return row


@verb("gateway.change", subject=lambda arguments, _: f"gateway:{arguments['gateway_id']}")
def change_gateway(
    *,
    act: Act,
    gateway_id: int,
    settings: Mapping[str, str],
    secrets: Mapping[str, str],
    bank_account_id: int | None = None,
) -> GatewayRow:
    """Change settings, and the secrets that are given; an empty secret stays as it is. Raises Refusal, NotFound."""
    row = get_gateway(gateway_id)
    kind = gateway_of_kind(row.kind)
    given = {name: value for name, value in _chosen(kind.secrets, secrets).items() if value}
    chosen = _chosen(kind.settings, settings)
    _refuse_bank_account(row.legal_entity_id, bank_account_id, row.currency)
    config = config_of(gateway_id)
    refuse_card_numbers({**chosen, **given})
    kind.refuse_unfit(replace(config, settings=chosen, secrets={**config.secrets, **given}))
    changed = operations.write_gateway(
        gateway_id=gateway_id, settings=chosen, secrets=given, bank_account_id=bank_account_id
    )
    note_change(
        before={"settings": row.settings, "bank_account": row.bank_account_id},
        after={"settings": chosen, "bank_account": bank_account_id, "secrets changed": sorted(given)},
    )
    return changed


@verb("gateway.suspend", subject=lambda arguments, _: f"gateway:{arguments['gateway_id']}")
def suspend_gateway(*, act: Act, gateway_id: int) -> GatewayRow:
    """Start nothing new through a gateway; what it still tells is worked. Raises IllegalTransition."""
    return operations.move_gateway(gateway_id=gateway_id, verb="suspend")


@verb("gateway.resume", subject=lambda arguments, _: f"gateway:{arguments['gateway_id']}")
def resume_gateway(*, act: Act, gateway_id: int) -> GatewayRow:
    """Use a suspended gateway again. Raises IllegalTransition."""
    return operations.move_gateway(gateway_id=gateway_id, verb="resume")


def _chosen(known: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    for name in given:
        if name not in known:
            raise Refusal(
                "gateway.setting_unknown",
                _("This kind of gateway has no setting %(name)s.") % {"name": name},
                field=name,
                cure=_("It has: %(names)s.") % {"names": ", ".join(known) or "–"},
            )
    return {name: given.get(name, "").strip() for name in known}


def _refuse_unfit(kind: Gateway, wanted: GatewayIn) -> None:
    refuse_card_numbers({**wanted.settings, **wanted.secrets, "base_url": wanted.base_url})
    if kind.currencies and wanted.currency not in kind.currencies:
        raise Refusal(
            "gateway.currency_unfit",
            _("This kind of gateway takes %(currencies)s only.") % {"currencies": ", ".join(kind.currencies)},
            field="currency",
        )
    _refuse_address(wanted)
    kind.refuse_unfit(
        GatewayConfig(
            name=wanted.name,
            is_simulator=wanted.is_simulator,
            base_url=wanted.base_url,
            currency=wanted.currency,
            settings=wanted.settings,
            secrets=wanted.secrets,
        )
    )


def _refuse_address(wanted: GatewayIn) -> None:
    """A simulator lives on this machine, and what lives on this machine is a simulator: no real money by mistake."""
    parts = urlsplit(wanted.base_url)
    is_here = parts.hostname in LOOPBACK
    if wanted.base_url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise Refusal(
            "gateway.address_unfit",
            _("This is no address of the web."),
            field="base_url",
            cure=_("Give one that begins with https://."),
        )
    if wanted.base_url and parts.scheme == "http" and not is_here:
        raise Refusal(
            "gateway.address_unsafe",
            _("Money is not asked for without encryption."),
            field="base_url",
            cure=_("Give an address that begins with https://."),
        )
    if wanted.is_simulator != is_here:
        raise Refusal(
            "gateway.simulator_address",
            _("A simulator answers at an address of this machine, a real gateway never does."),
            field="base_url",
            cure=_("Mark it as a simulator and give http://127.0.0.1:PORT, or do neither."),
        )


def _refuse_bank_account(legal_entity_id: int, bank_account_id: int | None, currency: str) -> None:
    if bank_account_id is None:
        return
    account = next((one for one in list_bank_accounts(legal_entity_id) if one.id == bank_account_id), None)
    if account is None or account.currency != currency:
        raise Refusal(
            "gateway.bank_account_unfit",
            _("Payouts arrive on a bank account of the same company in %(currency)s.") % {"currency": currency},
            field="bank_account_id",
            cure=_("Choose such an account, or none."),
        )
