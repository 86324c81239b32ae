"""Prepaid units: granted by a person, used by bill runs before anything is charged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.rating.models import PrepaidLot
from billwright.rating.states import LotSource
from billwright.subscriptions import queries as subscriptions

UNITS_BELOW = Decimal(10) ** 15


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGrant:
    """Prepaid units: for periods that end after `granted_on` and begin before `expires_on`."""

    subscription_id: int
    meter: str
    units: Decimal
    granted_on: date
    expires_on: date


@verb("prepaid.grant", subject=lambda arguments, _: f"subscription:{arguments['grant'].subscription_id}")
def grant_units(*, act: Act, grant: NewGrant) -> int:
    """Give a subscription units of a meter that it uses before it pays; returns the lot. They cost what is billed for
    them apart, such as a one-off charge.

    Raises NotFound for the subscription, Refusal `prepaid.units`, `prepaid.expired`.
    """
    subscriptions.get_subscription(grant.subscription_id)
    if not 0 < grant.units < UNITS_BELOW or not grant.meter:
        raise Refusal("prepaid.units", _("Grant a positive number of units of a meter."), field="units")
    if grant.expires_on <= grant.granted_on:
        raise Refusal("prepaid.expired", _("They expire before they hold."), field="expires_on")
    lot = PrepaidLot.objects.create(
        subscription_id=grant.subscription_id,
        meter=grant.meter,
        source=LotSource.GRANT,
        units=grant.units,
        granted_on=grant.granted_on,
        expires_on=grant.expires_on,
        entered_by=act.actor,
        entered_at=act.at,
    )
    note_change(after={"units": str(grant.units), "meter": grant.meter, "expires_on": str(grant.expires_on)})
    return lot.pk
