"""Reads of contracts beside their present wording: lists, versions, price schedules, and the search for clauses."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, F, OuterRef, Q, Subquery

from billwright.subscriptions.models import Contract, ContractClause, ContractVersion, SubscriptionItem

# What people look for in a contract, and the words and parameters by which its clauses are found.
TOPICS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "price": (("price", "fee", "charge", "rate"), ("price",)),
    "term": (("term", "duration", "renew", "commence"), ("term_months",)),
    "notice": (("notice", "terminat", "cancel"), ("notice_days",)),
    "index": (("index", "escalat", "inflation", "cpi", "increase"), ()),
    "late_payment": (("late payment", "interest", "overdue", "default", "arrear", "mora"), ()),
    "liability": (("liab", "indemn", "damages", "warrant"), ()),
}
_NAMED = re.compile(r"(?P<number>.+) v(?P<version>\d+) §(?P<clause>.+)")


@dataclass(frozen=True, slots=True)
class ContractHead:
    """A contract in a list: its paper, when it holds, and how much runs under it."""

    id: int
    account_id: int
    number: str
    kind: str
    title: str
    signed_on: date | None
    starts_on: date
    ends_before: date | None
    version_no: int
    file_id: int | None
    subscription_count: int


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One wording of a contract, which holds until the next one begins."""

    version_no: int
    valid_from: date
    ends_before: date | None
    file_id: int | None
    clause_count: int
    reason: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ClauseHit:
    """A clause that was found, in the wording that it stands in."""

    contract_id: int
    contract_number: str
    contract_title: str
    account_id: int
    version_no: int
    number: str
    text: str
    parameter: str
    value: str
    charge_code: str


@dataclass(frozen=True, slots=True)
class ScheduledPrice:
    """A price of a charge under a contract over time, with how often it is billed."""

    subscription_id: int
    subscription_number: str
    plan_name: str
    charge_name: str
    interval_unit: str
    interval_count: int
    timing: str
    meter: str
    anchor_day: int | None
    model: str
    unit_price: Decimal
    currency: str
    scope: str
    says: str
    quantity: Decimal
    effective_from: date
    effective_to: date | None
    clause: str


def list_heads(
    *,
    account_ids: Collection[int] | None = None,
    legal_entity_ids: Collection[int] | None = None,
    kind: str = "",
    text: str = "",
    before_id: int | None = None,
    limit: int = 50,
) -> list[ContractHead]:
    """Contracts, the newest first, a page of `limit` before a key; `text` is part of a number or title."""
    last = ContractVersion.objects.filter(contract_id=OuterRef("id")).order_by("-version_no")
    found = Contract.objects.annotate(
        version_no=Subquery(last.values("version_no")[:1]),
        file_id=Subquery(last.values("file_id")[:1]),
        subscription_count=Count("subscriptions"),
    )
    if account_ids is not None:
        found = found.filter(account_id__in=account_ids)
    if legal_entity_ids is not None:
        found = found.filter(account__legal_entity_id__in=legal_entity_ids)
    if kind:
        found = found.filter(kind=kind)
    if text:
        found = found.filter(Q(number__icontains=text) | Q(title__icontains=text))
    if before_id is not None:
        found = found.filter(id__lt=before_id)
    fields = ContractHead.__dataclass_fields__
    return [ContractHead(**{name: getattr(row, name) for name in fields}) for row in found.order_by("-id")[:limit]]


def list_versions(contract_id: int) -> list[VersionRow]:
    """Every wording of a contract, the newest first."""
    found = ContractVersion.objects.filter(contract_id=contract_id).annotate(clause_count=Count("clauses"))
    ends: date | None = None
    rows = []
    for version in found.order_by("-version_no"):
        rows.append(
            VersionRow(
                version_no=version.version_no,
                valid_from=version.valid_from,
                ends_before=ends,
                file_id=version.file_id,
                clause_count=version.clause_count,
                reason=version.reason,
                recorded_by=version.recorded_by,
                recorded_at=version.recorded_at,
            )
        )
        ends = version.valid_from
    return rows


def find_clauses(
    *,
    text: str = "",
    topic: str = "",
    contract_id: int | None = None,
    version_no: int | None = None,
    legal_entity_ids: Collection[int] | None = None,
    limit: int = 100,
) -> list[ClauseHit]:
    """Clauses that hold every word of a text, or are about a topic of TOPICS; of the present wordings, or of one."""
    found = ContractClause.objects.select_related("contract_version__contract")
    if contract_id is not None:
        found = found.filter(contract_version__contract_id=contract_id)
    if version_no is None:
        last = ContractVersion.objects.filter(contract_id=OuterRef("contract_version__contract_id"))
        found = found.annotate(last_id=Subquery(last.order_by("-version_no").values("id")[:1]))
        found = found.filter(contract_version_id=F("last_id"))
    else:
        found = found.filter(contract_version__version_no=version_no)
    if legal_entity_ids is not None:
        found = found.filter(contract_version__contract__account__legal_entity_id__in=legal_entity_ids)
    for word in text.split():
        found = found.filter(Q(text__icontains=word) | Q(number=word) | Q(parameter__icontains=word))
    if topic in TOPICS:
        words, parameters = TOPICS[topic]
        about = Q(parameter__in=parameters)
        for word in words:
            about |= Q(text__icontains=word)
        found = found.filter(about)
    return [_hit(clause) for clause in found.order_by("-contract_version__contract_id", "id")[:limit]]


def _hit(clause: ContractClause) -> ClauseHit:
    contract = clause.contract_version.contract
    return ClauseHit(
        contract_id=contract.pk,
        contract_number=contract.number,
        contract_title=contract.title,
        account_id=contract.account_id,
        version_no=clause.contract_version.version_no,
        number=clause.number,
        text=clause.text,
        parameter=clause.parameter,
        value=clause.value,
        charge_code=clause.charge_code,
    )


@dataclass(frozen=True, slots=True)
class NamedClause:
    """The contract, wording and clause that a line or an item names."""

    contract_id: int
    version_no: int
    clause: str


def named_clauses(names: Collection[str]) -> dict[str, NamedClause]:
    """What `C-1 v2 §3.1` names, by name; names of no contract of ours are left out."""
    parsed = {name: found for name in names if (found := _NAMED.fullmatch(name)) is not None}
    ids = dict(
        Contract.objects.filter(number__in={found["number"] for found in parsed.values()}).values_list("number", "id")
    )
    return {
        name: NamedClause(ids[found["number"]], int(found["version"]), found["clause"])
        for name, found in parsed.items()
        if found["number"] in ids
    }


def contracts_of_items(item_ids: Collection[int]) -> dict[int, int]:
    """The contract that each item's subscription runs by; items without one are left out."""
    items = SubscriptionItem.objects.filter(id__in=item_ids, subscription__contract__isnull=False)
    return dict(items.values_list("id", "subscription__contract_id"))


def price_schedule(contract_id: int) -> list[ScheduledPrice]:
    """Every price of the charges under a contract over time, past and planned, with its billing cycle."""
    items = (
        SubscriptionItem.objects.filter(subscription__contract_id=contract_id)
        .exclude(effective_to=F("effective_from"))
        .select_related("subscription__plan", "plan_charge", "price", "grid")
        .order_by("subscription_id", "plan_charge__position", "effective_from", "id")
    )
    return [_scheduled(item) for item in items]


def _scheduled(item: SubscriptionItem) -> ScheduledPrice:
    return ScheduledPrice(
        subscription_id=item.subscription_id,
        subscription_number=item.subscription.number,
        plan_name=item.subscription.plan.name,
        charge_name=item.plan_charge.name,
        interval_unit=item.plan_charge.interval_unit,
        interval_count=item.plan_charge.interval_count,
        timing=item.plan_charge.timing,
        meter=item.plan_charge.meter,
        anchor_day=item.grid.anchor_day if item.grid and item.grid.interval_unit == "MONTH" else None,
        model=item.plan_charge.model,
        unit_price=item.price.unit_price,
        currency=item.price.currency_id,
        scope=item.price.scope,
        says=item.price.says,
        quantity=item.quantity,
        effective_from=item.effective_from,
        effective_to=item.effective_to,
        clause=item.clause,
    )


def marked(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """A text cut where words begin and end: each piece, and whether it is one of the words."""
    if not words:
        return [(text, False)]
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    pieces = re.split(f"({pattern})", text, flags=re.IGNORECASE)
    return [(piece, place % 2 == 1) for place, piece in enumerate(pieces) if piece]
