"""Writes of the organisation: one verb a function."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction

from billwright.kernel import numbering
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.money import exponent
from billwright.org import conventions, policies, terms
from billwright.org.models import Convention, DocumentSeries, ExchangeRate, LegalEntity, OwnBankAccount
from billwright.org.policies import TakenNumbers
from billwright.org.queries import LegalEntityRow, SeriesRow, entity_row, get_convention, list_series, series_on
from billwright.org.states import DocumentKind
from billwright.org.terms import TermsPart

# The series every entity starts with; the set-up page and `set_series` change them.
FIRST_PREFIXES = {
    DocumentKind.INVOICE: "INV-",
    DocumentKind.CREDIT_NOTE: "CN-",
    DocumentKind.DEBIT_NOTE: "DN-",
    DocumentKind.RECEIPT: "RC-",
    DocumentKind.REFUND: "RF-",
    DocumentKind.JOURNAL: "JN-",
}
SERIES_BEGIN = date(1970, 1, 1)
CHANGEABLE = frozenset(
    {
        "name", "region", "language", "tax_number", "registration_number", "street", "postcode", "city", "email",
        "phone", "website", "payment_terms_days", "fiscal_year_starts_month", "document_footer",
    }
)  # fmt: skip


def _entity_subject(_: object, answer: LegalEntityRow) -> str:
    return f"legal_entity:{answer.id}"


@verb("legal_entity.create", subject=_entity_subject)
def create_legal_entity(
    *,
    act: Act,
    code: str,
    name: str,
    country: str,
    base_currency: str,
    timezone: str,
    language: str = "en",
    details: dict[str, str] | None = None,
    payment_terms_days: int = 30,
    prefixes: dict[str, str] | None = None,
    payment_parts: tuple[TermsPart, ...] = (),
) -> LegalEntityRow:
    """Add a company that issues documents, with its first number series and its country's conventions.

    Raises Refusal for an unknown currency or time zone, or for payment terms that cannot be, Conflict when the code is
    taken.
    """
    exponent(base_currency)
    _require_new_entity(code=code, timezone=timezone, details=details or {})
    terms.require_sound(payment_parts, currency=None)
    entity = LegalEntity.objects.create(
        code=code,
        name=name,
        country=country,
        base_currency_id=base_currency,
        timezone=timezone,
        language=language,
        payment_terms_days=payment_terms_days,
        payment_parts=terms.stored(payment_parts),
        created_at=act.at,
        **(details or {}),
    )
    _begin_series_and_conventions(entity, prefixes or {})
    note_change(after={"code": code, "country": country, "base_currency": base_currency, "timezone": timezone})
    return entity_row(entity)


def _require_new_entity(*, code: str, timezone: str, details: Mapping[str, str]) -> None:
    if timezone not in available_timezones():
        raise Refusal("timezone.unknown", f"{timezone!r} is not a time zone.", field="timezone",
                      cure="Use a name such as Africa/Johannesburg.")  # fmt: skip
    if LegalEntity.objects.filter(code=code).exists():
        raise Conflict("legal_entity.exists", f"There already is a legal entity {code}.", field="code")
    unknown = details.keys() - CHANGEABLE
    if unknown:
        raise Refusal("legal_entity.unknown_field", f"Unknown: {', '.join(sorted(unknown))}.", field="details")


def _begin_series_and_conventions(entity: LegalEntity, prefixes: Mapping[str, str]) -> None:
    for kind, prefix in FIRST_PREFIXES.items():
        _add_series(entity, kind=kind, prefix=prefixes.get(kind, prefix), width=6, valid_from=SERIES_BEGIN)
    correction = conventions.CORRECTION_BY_COUNTRY.get(entity.country)
    if correction:
        Convention.objects.create(legal_entity=entity, option="correction", value=correction, valid_from=SERIES_BEGIN)


@verb("legal_entity.update", subject=_entity_subject)
def update_legal_entity(
    *,
    act: Act,
    legal_entity_id: int,
    changes: dict[str, str | int],
    payment_parts: tuple[TermsPart, ...] | None = None,
) -> LegalEntityRow:
    """Change what may change of an entity: names, address, terms. Code, country and currency are for life.

    `payment_parts` none leaves the parts of its terms as they are; no parts means that its days hold.
    """
    unknown = changes.keys() - CHANGEABLE
    if unknown:
        raise Refusal("legal_entity.fixed", f"Cannot be changed: {', '.join(sorted(unknown))}.", field="changes")
    entity = LegalEntity.objects.select_for_update().get(id=legal_entity_id)
    values: dict[str, Any] = dict(changes)
    if payment_parts is not None:
        terms.require_sound(payment_parts, currency=None)
        values["payment_parts"] = terms.stored(payment_parts)
    note_change(before={field: getattr(entity, field) for field in values}, after=dict(values))
    for field, value in values.items():
        setattr(entity, field, value)
    entity.save(update_fields=list(values))
    return entity_row(entity)


@verb("legal_entity.set_logo", subject=lambda arguments, _: f"legal_entity:{arguments['legal_entity_id']}")
def set_logo(*, act: Act, legal_entity_id: int, logo: bytes, media_type: str) -> None:
    """Store the logo that documents carry. Raises Refusal when it is neither SVG nor PNG, or above 512 KiB."""
    if media_type not in ("image/svg+xml", "image/png") or len(logo) > 512 * 1024:
        raise Refusal("logo.refused", "A logo is an SVG or PNG file of at most 512 KiB.", field="logo")
    LegalEntity.objects.filter(id=legal_entity_id).update(logo=logo, logo_media_type=media_type)
    note_change(after={"media_type": media_type, "bytes": len(logo)})


@verb("legal_entity.add_bank_account", subject=lambda arguments, _: f"legal_entity:{arguments['legal_entity_id']}")
def add_bank_account(
    *, act: Act, legal_entity_id: int, label: str, holder: str, currency: str, details: dict[str, str]
) -> int:
    """Add an own bank account and return its id.

    `details` holds bank_name, iban, account_number, branch_code, bic, and payment_address: what codes to scan name.
    """
    exponent(currency)
    try:
        with transaction.atomic():
            account = OwnBankAccount.objects.create(
                legal_entity_id=legal_entity_id, label=label, holder=holder, currency_id=currency, **details
            )
    except IntegrityError as error:
        raise Conflict("bank_account.exists", f"The entity already has an account {label!r}.", field="label") from error
    note_change(after={"label": label, "currency": currency})
    return account.pk


@verb("legal_entity.set_series", subject=lambda arguments, _: f"legal_entity:{arguments['legal_entity_id']}")
def set_series(*, act: Act, legal_entity_id: int, kind: DocumentKind, prefix: str, width: int, valid_from: date) -> int:
    """Number documents of a kind by a new series from a day on; the one before ends there."""
    entity = LegalEntity.objects.get(id=legal_entity_id)
    running = (
        DocumentSeries.objects.filter(legal_entity=entity, kind=kind, valid_to=None).order_by("-valid_from").first()
    )
    if running is not None and running.valid_from >= valid_from:
        raise Refusal("series.not_later", f"The present series runs from {running.valid_from}.", field="valid_from",
                      cure="Choose a later day.")  # fmt: skip
    if running is not None:
        running.valid_to = valid_from
        running.save(update_fields=["valid_to"])
    note_change(before={"prefix": running.prefix if running else ""}, after={"prefix": prefix}, effective_on=valid_from)
    return _add_series(entity, kind=kind, prefix=prefix, width=width, valid_from=valid_from)


def _add_series(entity: LegalEntity, *, kind: str, prefix: str, width: int, valid_from: date) -> int:
    policies.check_series(country=entity.country, prefix=prefix, width=width)
    try:
        with transaction.atomic():
            series = DocumentSeries.objects.create(
                legal_entity=entity, kind=kind, prefix=prefix, width=width, valid_from=valid_from
            )
    except IntegrityError as error:
        raise Conflict("series.exists", f"A series with the prefix {prefix!r} exists.", field="prefix") from error
    return series.pk


@verb("legal_entity.set_convention", subject=lambda arguments, _: f"legal_entity:{arguments['legal_entity_id']}")
def set_convention(*, act: Act, legal_entity_id: int, option: str, value: str, valid_from: date) -> None:
    """Choose a named convention for the company from a day on.

    Raises Refusal for an unknown option or value, and where lines would not be rounded although electronic invoices
    are owed to some customers.
    """
    conventions.require_known(option, value)
    _require_fitting(legal_entity_id, option, value, valid_from=valid_from)
    Convention.objects.update_or_create(
        legal_entity_id=legal_entity_id, option=option, valid_from=valid_from, defaults={"value": value}
    )
    note_change(after={option: value}, effective_on=valid_from)


def _require_fitting(legal_entity_id: int, option: str, value: str, *, valid_from: date) -> None:
    """The other of two that exclude each other must fit on every day on which the new value holds."""
    other = conventions.FITTED.get(option)
    if other is None:
        return
    days = Convention.objects.filter(legal_entity_id=legal_entity_id, valid_from__gt=valid_from)
    until = min(days.filter(option=option).values_list("valid_from", flat=True), default=date.max)
    changes = days.filter(option=other, valid_from__lt=until).values_list("valid_from", flat=True)
    for day in (valid_from, *changes):
        chosen = {option: value, other: get_convention(legal_entity_id=legal_entity_id, option=other, on=day)}
        conventions.require_fitting(rounding=chosen["rounding"], is_owed=chosen["e_invoice"] != "nobody")


@verb("exchange_rate.set", subject=lambda arguments, _: f"currency:{arguments['from_currency']}")
def set_exchange_rate(
    *, act: Act, from_currency: str, to_currency: str, valid_from: date, rate: Decimal, source: str = ""
) -> None:
    """Enter what one unit of `from_currency` is worth from a day on. Raises Refusal when the rate is not positive."""
    if rate <= 0:
        raise Refusal("rate.not_positive", "An exchange rate is above zero.", field="rate")
    exponent(from_currency)
    exponent(to_currency)
    if ExchangeRate.objects.filter(
        from_currency=from_currency, to_currency=to_currency, valid_from=valid_from
    ).exists():
        raise Conflict("rate.exists", f"A rate from {valid_from} is already there.", field="valid_from")
    ExchangeRate.objects.create(
        from_currency_id=from_currency, to_currency_id=to_currency, valid_from=valid_from, rate=rate, source=source
    )
    note_change(after={"rate": str(rate), "to": to_currency}, effective_on=valid_from)


def take_numbers(*, legal_entity_id: int, kind: str, on: date, count: int = 1) -> TakenNumbers:
    """Take consecutive document numbers inside the issuing transaction: a rollback leaves no gap.

    The series row stays locked until the commit, so take numbers last.
    """
    return take_numbers_of_days(legal_entity_id=legal_entity_id, kind=kind, counts={on: count})[on]


def take_numbers_of_days(*, legal_entity_id: int, kind: str, counts: Mapping[date, int]) -> dict[date, TakenNumbers]:
    """`take_numbers` for several days: those of one series get theirs one after another, and it is asked once."""
    held = list_series(legal_entity_id)
    by_series: defaultdict[int, list[tuple[date, SeriesRow]]] = defaultdict(list)
    for day in sorted(counts):
        series = series_on(held, kind=kind, on=day)
        by_series[series.id].append((day, series))
    taken = {}
    for series_id, days in sorted(by_series.items()):
        wanted = sum(counts[day] for day, _ in days)
        first = numbering.take(table="org_document_series", series_id=series_id, count=wanted)
        for day, series in days:
            taken[day] = TakenNumbers(
                series_id=series_id, first=first, count=counts[day], prefix=series.prefix, width=series.width
            )
            first += counts[day]
    return taken
