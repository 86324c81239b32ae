"""Tax packs: the codes, dated rates and rules of a country as data in `data/*.yaml`, each rate with its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from ruamel.yaml import YAML

from billwright.catalog.states import TaxCategory
from billwright.kernel.errors import Refusal
from billwright.org.states import TaxTreatment

PACK_FOLDER = Path(__file__).parent / "data"
# The pack of an entity that charges no tax.
NO_TAX = "none"


@dataclass(frozen=True, slots=True)
class PackRate:
    """One component's percent from a day on."""

    component: str
    valid_from: date
    percent: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class PackCode:
    """A tax code with its dated rates."""

    code: str
    name: str
    einvoice_category: str
    reason: str
    rates: tuple[PackRate, ...]


@dataclass(frozen=True, slots=True)
class PackRule:
    """Which code holds for a category under a treatment from a day on; none: no tax."""

    category: TaxCategory
    treatment: TaxTreatment
    valid_from: date
    code: str | None


@dataclass(frozen=True, slots=True)
class TaxPack:
    """All tax data of a country."""

    country: str
    codes: tuple[PackCode, ...]
    rules: tuple[PackRule, ...]


def shipped_packs() -> list[str]:
    """The names of the packs: country codes and `none`."""
    return sorted(file.stem if file.stem == NO_TAX else file.stem.upper() for file in PACK_FOLDER.glob("*.yaml"))


@cache
def tax_pack(name: str) -> TaxPack:
    """Read a pack. Raises Refusal `tax_pack.unknown`."""
    if name not in shipped_packs():
        raise Refusal(
            "tax_pack.unknown",
            _("No tax pack is shipped for %(name)s.") % {"name": name},
            field="country",
            cure=_("Choose one of: %(packs)s.") % {"packs": ", ".join(shipped_packs())},
        )
    with (PACK_FOLDER / f"{name.lower()}.yaml").open(encoding="utf-8") as file:
        content: dict[str, Any] = YAML(typ="safe").load(file)
    return TaxPack(
        country=content["country"],
        codes=tuple(_code(row) for row in content["codes"]),
        rules=tuple(
            PackRule(TaxCategory(row["category"]), TaxTreatment(treatment), row["valid_from"], row["code"])
            for row in content["rules"]
            for treatment in row["treatments"]
        ),
    )


def _code(row: dict[str, Any]) -> PackCode:
    rates = tuple(
        PackRate(rate["component"], rate["valid_from"], Decimal(rate["percent"]), rate["source"])
        for rate in row["rates"]
    )
    return PackCode(row["code"], row["name"], row["einvoice_category"], row.get("reason", ""), rates)
