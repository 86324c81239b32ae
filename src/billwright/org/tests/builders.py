"""Builders of the organisation."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from billwright.kernel.tests.builders import make_act
from billwright.org.operations import create_legal_entity, set_exchange_rate
from billwright.org.queries import LegalEntityRow


def make_entity(
    code: str = "KAROO",
    *,
    country: str = "ZA",
    currency: str = "ZAR",
    timezone: str = "Africa/Johannesburg",
) -> LegalEntityRow:
    return create_legal_entity(
        act=make_act(),
        code=code,
        name=f"{code.title()} (invented) Ltd",
        country=country,
        base_currency=currency,
        timezone=timezone,
    )


def make_rate(*, frm: str, to: str, rate: str, valid_from: date = date(2020, 1, 1)) -> None:
    set_exchange_rate(
        act=make_act(), from_currency=frm, to_currency=to, valid_from=valid_from, rate=Decimal(rate), source="test"
    )
