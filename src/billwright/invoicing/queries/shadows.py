"""Reads of shadow runs: the list, one with its groups, the accounts behind a group, and both drafts of an account."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import Abs
from django.utils.translation import gettext as _
from pydantic import TypeAdapter

from billwright.invoicing.models import ShadowChange, ShadowLine, ShadowRun
from billwright.kernel.errors import NotFound
from billwright.kernel.money import Money

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    """In what the second draft differs from the first. `prices`: '' as agreed, `planned`, or `segment:CODE`.

    With `issued_from` and `issued_before` the first draft is what bill runs really issued on those days.
    """

    as_of: date | None = None
    document_date: date | None = None
    conventions: dict[str, str] = field(default_factory=dict)
    tax_rates: dict[str, Decimal] = field(default_factory=dict)
    prices: str = ""
    prices_from: date | None = None
    issued_from: date | None = None
    issued_before: date | None = None

    @property
    def is_anything(self) -> bool:
        """Whether the two drafts can differ at all."""
        dates = self.as_of or self.document_date or self.issued_from
        return bool(dates or self.conventions or self.tax_rates or self.prices)


SUPPOSED: TypeAdapter[Supposed] = TypeAdapter(Supposed)


@dataclass(frozen=True, slots=True)
class DraftTotal:
    """What both drafts come to in one currency."""

    currency: str
    first: Money
    second: Money

    @property
    def difference(self) -> Money:
        """Second less first."""
        return self.second - self.first


@dataclass(frozen=True, slots=True)
class ChangeSample:
    """One of the accounts with the largest difference of a group."""

    payer_id: int
    account: str
    amount: Money


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """The differences of one cause and currency; the groups of a currency add up to its difference."""

    cause: str
    currency: str
    account_count: int
    change_count: int
    amount: Money
    samples: tuple[ChangeSample, ...]


@dataclass(frozen=True, slots=True)
class ShadowRow:
    """A shadow run with what it found."""

    id: int
    bill_run_id: int | None
    legal_entity_id: int | None
    payer_ids: tuple[int, ...] | None
    as_of: date
    document_date: date
    interim: bool
    supposed: Supposed
    description: str
    state: str
    created_by: str
    created_at: datetime
    drafted_at: datetime | None
    seconds: Decimal
    payer_count: int
    changed_count: int
    totals: tuple[DraftTotal, ...]
    groups: tuple[ChangeGroup, ...]
    digest: str
    signed_by: str
    signed_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class ChangedAccount:
    """A payer whose drafts differ, and by how much (in the group asked for)."""

    payer_id: int
    currency: str
    change_count: int
    amount_minor: int

    @property
    def amount(self) -> Money:
        """The difference, signed."""
        return Money(self.amount_minor, self.currency)


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One cause on one charge; the causes of an account add up to its difference."""

    payer_id: int
    account_id: int
    charge_key: str
    what: str
    cause: str
    currency: str
    amount_minor: int
    before: str
    after: str

    @property
    def amount(self) -> Money:
        """The difference, signed."""
        return Money(self.amount_minor, self.currency)


@dataclass(frozen=True, slots=True)
class DraftedLine:
    """A line of one of the drafts. Amounts in minor units; service runs [service_from, service_to)."""

    side: str
    account_id: int
    charge_key: str
    kind: str
    text: str
    service_from: date
    service_to: date
    quantity: Decimal
    unit_price: Decimal
    days: int | None
    base_days: int | None
    amount_minor: int
    discount_minor: int
    tax_percent: Decimal
    tax_minor: int


def shadow_row(shadow: ShadowRun) -> ShadowRow:
    return ShadowRow(
        id=shadow.pk,
        bill_run_id=shadow.bill_run_id,
        legal_entity_id=shadow.legal_entity_id,
        payer_ids=tuple(shadow.payer_ids) if shadow.payer_ids is not None else None,
        as_of=shadow.as_of,
        document_date=shadow.document_date,
        interim=shadow.interim,
        supposed=SUPPOSED.validate_python(shadow.supposed),
        description=shadow.description,
        state=shadow.state,
        created_by=shadow.created_by,
        created_at=shadow.created_at,
        drafted_at=shadow.drafted_at,
        seconds=shadow.seconds,
        payer_count=shadow.payer_count,
        changed_count=shadow.changed_count,
        totals=tuple(_total(one) for one in shadow.totals),
        groups=tuple(_group(one) for one in shadow.groups),
        digest=str(shadow.digest or ""),
        signed_by=shadow.signed_by,
        signed_at=shadow.signed_at,
        reason=shadow.reason,
    )


def _total(kept: dict[str, Any]) -> DraftTotal:
    currency = kept["currency"]
    return DraftTotal(currency, Money(kept["first_minor"], currency), Money(kept["second_minor"], currency))


def _group(kept: dict[str, Any]) -> ChangeGroup:
    currency = kept["currency"]
    samples = tuple(
        ChangeSample(one["payer_id"], one["account"], Money(one["amount_minor"], currency)) for one in kept["samples"]
    )
    amount = Money(kept["amount_minor"], currency)
    return ChangeGroup(kept["cause"], currency, kept["account_count"], kept["change_count"], amount, samples)


def shadow_not_found(shadow_id: int) -> NotFound:
    return NotFound("shadow.not_found", _("There is no shadow run %(id)s.") % {"id": shadow_id}, field="shadow_id",
                    cure=_("List the shadow runs to see their numbers."))  # fmt: skip


def get_shadow(shadow_id: int) -> ShadowRow:
    """One shadow run. Raises NotFound `shadow.not_found`."""
    shadow = ShadowRun.objects.filter(id=shadow_id).first()
    if shadow is None:
        raise shadow_not_found(shadow_id)
    return shadow_row(shadow)


def list_shadows(
    *,
    bill_run_id: int | None = None,
    before_id: int | None = None,
    legal_entity_ids: Collection[int] | None = None,
    limit: int = PAGE_SIZE,
) -> list[ShadowRow]:
    """Shadow runs, the newest first; of one bill run, or with `legal_entity_ids` over one of those alone."""
    shadows = ShadowRun.objects.order_by("-id")
    if bill_run_id is not None:
        shadows = shadows.filter(bill_run_id=bill_run_id)
    if before_id is not None:
        shadows = shadows.filter(id__lt=before_id)
    if legal_entity_ids is not None:
        shadows = shadows.filter(legal_entity_id__in=legal_entity_ids)
    return [shadow_row(shadow) for shadow in shadows[:limit]]


def list_changed_accounts(
    shadow_id: int,
    *,
    cause: str = "",
    currency: str = "",
    after: tuple[int, int] | None = None,
    limit: int = PAGE_SIZE,
) -> list[ChangedAccount]:
    """Payers whose drafts differ, the largest difference first; `after` is (difference without its sign, payer)."""
    changes = ShadowChange.objects.filter(shadow_id=shadow_id)
    if cause:
        changes = changes.filter(cause=cause)
    if currency:
        changes = changes.filter(currency=currency)
    found = (
        changes.values("payer_id", "currency")
        .annotate(change_count=Count("id"), amount_minor=Sum("amount_minor"))
        .annotate(size=Abs("amount_minor"))
        .order_by("-size", "payer_id")
    )
    if after is not None:
        size, payer_id = after
        found = found.filter(size__lt=size) | found.filter(size=size, payer_id__gt=payer_id)
    return [
        ChangedAccount(row["payer_id"], row["currency"], row["change_count"], row["amount_minor"])
        for row in found[:limit]
    ]


def list_changes(
    shadow_id: int, *, payer_id: int | None = None, cause: str = "", after_id: int = 0, limit: int | None = None
) -> list[tuple[int, ChangeRow]]:
    """Changes with their ids, in the order of payers; of one payer, or of one cause."""
    changes = ShadowChange.objects.filter(shadow_id=shadow_id, id__gt=after_id).order_by("id")
    if payer_id is not None:
        changes = changes.filter(payer_id=payer_id)
    if cause:
        changes = changes.filter(cause=cause)
    names = ChangeRow.__slots__
    return [(row[0], ChangeRow(*row[1:])) for row in changes.values_list("id", *names)[:limit]]


def list_drafted_lines(shadow_id: int, payer_id: int) -> list[DraftedLine]:
    """Both drafts of a payer whose drafts differ, the first one first."""
    lines = ShadowLine.objects.filter(shadow_id=shadow_id, payer_id=payer_id).order_by("side", "id")
    return [DraftedLine(*row) for row in lines.values_list(*DraftedLine.__slots__)]
