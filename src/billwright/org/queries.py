"""Reads of the organisation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Min, Q
from django.utils.translation import gettext as _

from billwright.kernel import audit
from billwright.kernel.errors import NotFound, Refusal
from billwright.org import conventions, terms
from billwright.org.models import (
    Convention,
    Currency,
    DocumentSeries,
    ExchangeRate,
    Holiday,
    LegalEntity,
    OwnBankAccount,
)
from billwright.org.terms import TermsPart


@dataclass(frozen=True, slots=True)
class LegalEntityRow:
    """A legal entity as pages and runs need it."""

    id: int
    code: str
    name: str
    country: str
    region: str
    base_currency: str
    timezone: str
    language: str
    tax_number: str
    registration_number: str
    street: str
    postcode: str
    city: str
    email: str
    phone: str
    website: str
    payment_terms_days: int
    fiscal_year_starts_month: int
    document_footer: str
    payment_parts: tuple[TermsPart, ...] = ()


@dataclass(frozen=True, slots=True)
class BankAccountRow:
    """One of our own bank accounts."""

    id: int
    legal_entity_id: int
    label: str
    holder: str
    bank_name: str
    iban: str
    account_number: str
    branch_code: str
    bic: str
    payment_address: str
    currency: str
    on_documents: bool


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A series of document numbers and the next one it will give."""

    id: int
    legal_entity_id: int
    kind: str
    prefix: str
    width: int
    next_no: int
    valid_from: date
    valid_to: date | None


def entity_row(entity: LegalEntity) -> LegalEntityRow:
    columns = {"base_currency": "base_currency_id"}
    values = {field: getattr(entity, columns.get(field, field)) for field in LegalEntityRow.__dataclass_fields__}
    return LegalEntityRow(**values | {"payment_parts": terms.read(entity.payment_parts)})


def list_legal_entities() -> list[LegalEntityRow]:
    return [entity_row(entity) for entity in LegalEntity.objects.defer("logo").order_by("code")]


def get_legal_entity(*, legal_entity_id: int | None = None, code: str | None = None) -> LegalEntityRow:
    """One entity by id or code. Raises NotFound."""
    found = find_legal_entity(legal_entity_id=legal_entity_id, code=code)
    if found is None:
        raise NotFound(
            "legal_entity.not_found", f"There is no legal entity {code or legal_entity_id}.", field="legal_entity"
        )
    return found


def find_legal_entity(*, legal_entity_id: int | None = None, code: str | None = None) -> LegalEntityRow | None:
    """One entity by code if given, else by id; None when there is none."""
    # Every act reads its entity, and none of them the half megabyte that its logo may have.
    entities = LegalEntity.objects.defer("logo")
    entity = (
        entities.filter(code=code).first() if code is not None else entities.filter(pk=legal_entity_id or 0).first()
    )
    return entity_row(entity) if entity else None


def get_base_currencies(legal_entity_ids: Collection[int]) -> dict[int, str]:
    """The currency in which each of these entities keeps its books, by its id."""
    entities = LegalEntity.objects.filter(pk__in=legal_entity_ids)
    return dict(entities.values_list("id", "base_currency_id"))


def get_logo(legal_entity_id: int) -> tuple[bytes, str] | None:
    """The logo and its media type, or None."""
    row = LegalEntity.objects.filter(id=legal_entity_id).values_list("logo", "logo_media_type").first()
    return (bytes(row[0]), row[1]) if row and row[0] else None


def list_bank_accounts(legal_entity_id: int, *, on_documents_only: bool = False) -> list[BankAccountRow]:
    """Our bank accounts of a legal entity, the oldest first."""
    accounts = list_all_bank_accounts(legal_entity_ids=[legal_entity_id])
    return [account for account in accounts if account.on_documents] if on_documents_only else accounts


def list_all_bank_accounts(*, legal_entity_ids: Collection[int] | None = None) -> list[BankAccountRow]:
    """Our bank accounts of every legal entity, or of these, entity by entity: what a bank file may be about."""
    accounts = OwnBankAccount.objects.order_by("legal_entity_id", "id")
    if legal_entity_ids is not None:
        accounts = accounts.filter(legal_entity_id__in=legal_entity_ids)
    return [
        BankAccountRow(
            **{
                field: getattr(account, "currency_id" if field == "currency" else field)
                for field in BankAccountRow.__dataclass_fields__
            }
        )
        for account in accounts
    ]


def list_series(legal_entity_id: int) -> list[SeriesRow]:
    rows = DocumentSeries.objects.filter(legal_entity_id=legal_entity_id).order_by("kind", "valid_from")
    return [SeriesRow(**{field: getattr(row, field) for field in SeriesRow.__dataclass_fields__}) for row in rows]


def series_on(held: Sequence[SeriesRow], *, kind: str, on: date) -> SeriesRow:
    """The series that numbers documents of a kind on a day, among those that an entity has (see `list_series`).

    Raises Refusal `series.missing`.
    """
    for row in reversed([row for row in held if row.kind == kind]):
        if row.valid_from <= on and (row.valid_to is None or on < row.valid_to):
            return row
    raise Refusal(
        "series.missing",
        f"No series numbers {kind.replace('_', ' ').lower()}s of this entity on {on}.",
        field="document_date",
        cure="Add a series for that date in the set-up of the entity.",
    )


def get_convention(*, legal_entity_id: int, option: str, on: date) -> str:
    """The company's value of a convention on a day; the default where it chose none."""
    row = (
        Convention.objects.filter(legal_entity_id=legal_entity_id, option=option, valid_from__lte=on)
        .order_by("-valid_from")
        .first()
    )
    return row.value if row else conventions.default(option)


def who_chose(*, legal_entity_id: int, option: str, value: str) -> str:
    """The last who chose a value of a convention for the company, as the audit trail tells it; empty: nobody."""
    chosen = audit.list_events(verb="legal_entity.set_convention", subject=f"legal_entity:{legal_entity_id}")
    event = chosen.filter(after__contains={option: value}).first()
    return event.actor if event else ""


@dataclass(frozen=True, slots=True)
class ConventionRow:
    """A convention that the company chose, and since when it holds."""

    option: str
    value: str
    valid_from: date


def list_conventions(*, legal_entity_id: int, on: date) -> dict[str, ConventionRow]:
    """What the company chose and what holds on a day, by option; options left at their default are not in it."""
    rows = Convention.objects.filter(legal_entity_id=legal_entity_id, valid_from__lte=on).order_by("valid_from")
    return {row.option: ConventionRow(row.option, row.value, row.valid_from) for row in rows}


def list_currencies() -> list[str]:
    """The codes of the currencies that the books can hold."""
    return list(Currency.objects.order_by("code").values_list("code", flat=True))


@dataclass(frozen=True, slots=True)
class RateRow:
    """What one unit of `from_currency` is worth in `to_currency` from a day on, until the next row of the pair."""

    id: int
    from_currency: str
    to_currency: str
    valid_from: date
    rate: Decimal
    source: str


def get_rate(*, from_currency: str, to_currency: str, on: date) -> Decimal:
    """What one unit of `from_currency` is worth on a day. Raises Refusal `rate.missing`."""
    if from_currency == to_currency:
        return Decimal(1)
    return get_dated_rate(from_currency=from_currency, to_currency=to_currency, on=on).rate


def get_dated_rate(*, from_currency: str, to_currency: str, on: date) -> RateRow:
    """The rate of a day, with the day from which it holds and who says so. Raises Refusal `rate.missing`."""
    row = (
        ExchangeRate.objects.filter(from_currency=from_currency, to_currency=to_currency, valid_from__lte=on)
        .order_by("-valid_from")
        .first()
    )
    if row is None:
        raise Refusal(
            "rate.missing",
            _("No rate from %(from)s to %(to)s holds on %(day)s.")
            % {"from": from_currency, "to": to_currency, "day": on},
            field="currency",
            cure=_("Enter the exchange rate first."),
        )
    return _rate_row(row)


def first_rate_days(to_currency: str) -> dict[str, date]:
    """From which day on there is a rate to a currency, by the currency that it is from."""
    rows = ExchangeRate.objects.filter(to_currency=to_currency).values_list("from_currency")
    return dict(rows.annotate(first=Min("valid_from")).order_by("from_currency"))


def _rate_row(row: ExchangeRate) -> RateRow:
    return RateRow(row.pk, row.from_currency_id, row.to_currency_id, row.valid_from, row.rate, row.source)


def list_exchange_rates(*, currency: str = "", before_id: int | None = None, limit: int = 100) -> list[RateRow]:
    """Rates as they were entered, the newest entry first; with `currency` those that it is one side of."""
    rows = ExchangeRate.objects.order_by("-id")
    if currency:
        rows = rows.filter(Q(from_currency=currency) | Q(to_currency=currency))
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return [_rate_row(row) for row in rows[:limit]]


def is_holiday(*, country: str, day: date) -> bool:
    return Holiday.objects.filter(country=country, day=day).exists()
