"""The legal entity of an import, and the accounting periods of its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from billwright.catalog.operations import apply_tax_pack
from billwright.kernel.acts import Act
from billwright.kernel.errors import Refusal
from billwright.ledger.operations import open_books
from billwright.ledger.queries import list_periods
from billwright.ledger.states import PeriodState
from billwright.org.operations import create_legal_entity
from billwright.org.queries import LegalEntityRow, first_rate_days, list_legal_entities
from billwright.workflow.book_import.mapping import EntityPart, Mapping


def find_entity(code: str) -> LegalEntityRow | None:
    """The entity of a code, if there is one."""
    return next((entity for entity in list_legal_entities() if entity.code == code), None)


def ensure_entity(*, act: Act, part: EntityPart) -> LegalEntityRow:
    """The entity of this code, made with its conventions, series and books if there is none.

    Raises Refusal `mapping.entity_unknown` when it is to be made and the mapping does not say how.
    """
    found = find_entity(part.code)
    if found is not None:
        return found
    missing = [name for name in ("name", "country", "currency", "timezone") if not getattr(part, name)]
    if missing:
        raise Refusal(
            "mapping.entity_unknown",
            _("There is no legal entity %(code)s.") % {"code": part.code},
            field="entity.code",
            cure=_("To have it made, the mapping must also state: %(names)s.") % {"names": ", ".join(missing)},
        )
    entity = create_legal_entity(
        act=act.nested(),
        code=part.code,
        name=part.name,
        country=part.country,
        base_currency=part.currency,
        timezone=part.timezone,
        language=part.language,
        payment_terms_days=part.payment_terms_days,
    )
    today = act.at.astimezone(ZoneInfo(entity.timezone)).date()
    open_history(act=act, legal_entity_id=entity.id, days={today})
    if part.taxes:
        apply_tax_pack(act=act.nested(), legal_entity_id=entity.id, country=part.taxes)
    return entity


def with_currency(mapping: Mapping) -> Mapping:
    """The mapping with a currency for its rows: its own, the one it makes the entity with, or that of the entity."""
    if mapping.currency or mapping.entity.currency:
        return mapping
    found = find_entity(mapping.entity.code)
    return mapping.model_copy(update={"currency": found.base_currency}) if found else mapping


def open_history(*, act: Act, legal_entity_id: int, days: set[date]) -> None:
    """Open accounting periods for all months from the first to the last of the days; closed ones stay closed."""
    if days:
        present = {period.starts_on for period in list_periods(legal_entity_id)}
        first, last = min(days).replace(day=1), max(days).replace(day=1)
        if not {first, last} <= present:
            open_books(act=act.nested(), legal_entity_id=legal_entity_id, first_month=first, last_month=last)


@dataclass(frozen=True, slots=True)
class Books:
    """What the books of an entity take: the months into which nobody posts any more, and since when there are rates."""

    closed_months: frozenset[date]
    base_currency: str
    rates_from: dict[str, date]

    def require(self, day: date, *, currency: str, field: str) -> None:
        """Refuse a day of a closed month, or one without a rate of the currency."""
        month = day.replace(day=1)
        if month in self.closed_months:
            raise Refusal(
                "period.closed",
                _("The accounting period %(month)s is closed.") % {"month": f"{month:%Y-%m}"},
                field=field,
                cure=_("Reopen the period, or take the row over at a cut-over day: cut_over: {on: …}."),
            )
        first = self.rates_from.get(currency)
        if currency != self.base_currency and (first is None or first > day):
            raise Refusal(
                "rate.missing",
                _("No rate from %(from)s to %(to)s holds on %(day)s.")
                % {"from": currency, "to": self.base_currency, "day": day.isoformat()},
                field="currency",
                cure=_("Enter the exchange rate first, then import the row again."),
            )


def books_of(entity: LegalEntityRow) -> Books:
    """The books of an entity, read once a chunk."""
    periods = list_periods(entity.id)
    return Books(
        closed_months=frozenset(period.starts_on for period in periods if period.state != PeriodState.OPEN),
        base_currency=entity.base_currency,
        rates_from=first_rate_days(entity.base_currency),
    )
