"""Building a scenario's world by the real operations: a company, its taxes, plans and accounts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from billwright.accounts.operations import create_account, create_customer, set_parent
from billwright.accounts.rows import AccountDraft, AccountRow, CustomerDraft
from billwright.accounts.states import InvoiceDelivery
from billwright.catalog.operations import (
    NewTaxComponent,
    create_plan,
    create_product,
    create_tax_code,
    set_tax_rule,
)
from billwright.catalog.states import TaxCategory
from billwright.kernel.acts import Act
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money, exponent
from billwright.ledger.operations import open_books
from billwright.org.operations import create_legal_entity, set_convention
from billwright.org.queries import LegalEntityRow
from billwright.org.states import PartBase, TaxTreatment
from billwright.org.terms import TermsPart
from billwright.receivables.match_rows import MatchRuleIn
from billwright.receivables.operations import set_match_rule
from billwright.receivables.states import Preference
from billwright.usage.operations import NewMeter, define_meter
from billwright.usage.states import Aggregate
from billwright.workflow.scenarios import shapes
from billwright.workflow.scenarios.plans import new_charge, terms_of
from billwright.workflow.scenarios.reading import FileError
from billwright.workflow.scenarios.results import Names

T = TypeVar("T")
BEGINNING = date(2000, 1, 1)
PERIODS_BEFORE = timedelta(days=1100)
PERIODS_AFTER = timedelta(days=1100)


@dataclass(slots=True)
class Stage:
    """The built world: what the acts refer to by code, and the names they give."""

    actor: str
    entity: LegalEntityRow
    world: shapes.World
    accounts: dict[str, AccountRow] = field(default_factory=dict)
    categories: dict[tuple[str, ...], str] = field(default_factory=dict)
    subscriptions: dict[str, int] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)
    payments: dict[str, int] = field(default_factory=dict)
    refunds: dict[str, int] = field(default_factory=dict)
    credits: dict[str, int] = field(default_factory=dict)
    names: Names = field(default_factory=Names)
    # Own bank accounts by the number (none: the company's own) and currency that statements name.
    bank_accounts: dict[tuple[str, str], int] = field(default_factory=dict)
    folder: Path | None = None
    statements: int = 0
    match_runs: int = 0
    clock: datetime = field(kw_only=True)
    # Where in the file that is which is being built: a refusal is told at its line.
    place: list[str | int] = field(default_factory=list)

    def timezone_of(self, account: str | None) -> str:
        return self.accounts[account].timezone if account in self.accounts else self.entity.timezone

    def act(self, *, reason: str = "scenario") -> Act:
        return Act(actor=self.actor, at=self.clock, reason=reason)

    def next_match(self) -> int:
        """A number for each run of matching."""
        self.match_runs += 1
        return self.match_runs

    def account(self, code: str) -> AccountRow:
        """An account of the world. Raises Refusal `scenario.unknown_name`."""
        return _named(self.accounts, code, "account")

    def subscription(self, name: str) -> int:
        return _named(self.subscriptions, name, "subscription")

    def payment(self, name: str) -> int:
        return _named(self.payments, name, "payment")

    def document(self, name: str) -> int:
        return _named(self.documents, name, "document")


def _named(things: dict[str, T], name: str, noun: str) -> T:
    if name not in things:
        raise Refusal(
            "scenario.unknown_name",
            f"There is no {noun} {name}.",
            field=noun,
            cure=f"Known are {', '.join(sorted(things)) or 'none'}.",
        )
    return things[name]


def local_start(day: date, timezone: str) -> datetime:
    """The beginning of a civil day in a time zone, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)


def build(world: shapes.World, *, actor: str) -> Stage:
    """Make the company, its taxes, plans and accounts, and return the stage that the acts play on. Raises FileError."""
    days = [act.day for act in world.timeline] or [date(2026, 1, 1)]
    first = min(days)
    act = Act(actor=actor, at=local_start(first - timedelta(days=1), "UTC"), reason="scenario")
    entity = _found_company(act, world)
    open_books(
        act=act, legal_entity_id=entity.id, first_month=first - PERIODS_BEFORE, last_month=max(days) + PERIODS_AFTER
    )
    stage = Stage(actor=actor, entity=entity, world=world, clock=act.at, place=["company", "taxes"])
    try:
        _choose_conventions(stage)
        _add_taxes(stage)
        _set_matching(stage)
        _add_meters(stage)
        _add_plans(stage)
        _add_accounts(stage, opened_on=first)
    except Refusal as refusal:
        raise _told_at(stage, refusal) from refusal
    return stage


def _choose_conventions(stage: Stage) -> None:
    # A scenario file has the table's defaults, whatever the country would propose.
    for option, value in {"correction": "negative_line", **stage.world.conventions}.items():
        stage.place = ["conventions", option]
        set_convention(
            act=stage.act(), legal_entity_id=stage.entity.id, option=option, value=value, valid_from=BEGINNING
        )


def _told_at(stage: Stage, refusal: Refusal) -> FileError:
    """What the catalog or the accounts refused, at its line; a plan's refusal counts its charges from 1."""
    place = list(stage.place)
    if place[0] == "plans" and refusal.row is not None:
        place += ["charges", refusal.row - 1]
    field = refusal.field
    if field == "payment_parts":
        place, field = [*place, "terms", *([refusal.row - 1] if refusal.row else [])], None
    line = stage.world.line_of([*place, *([field] if field else [])])
    return FileError(line, refusal.message, refusal.cure or "Mend the world.")


def _found_company(act: Act, world: shapes.World) -> LegalEntityRow:
    company = world.company
    try:
        return create_legal_entity(
            act=act,
            code="SCENARIO",
            name=company.name,
            country=company.country,
            base_currency=company.currency,
            timezone=company.timezone,
            payment_terms_days=14,
        )
    except Refusal as refusal:
        key = {"base_currency": "currency"}.get(refusal.field or "", refusal.field or "")
        raise FileError(world.line_of(["company", key]), refusal.message, refusal.cure or "Mend it.") from refusal


def _add_taxes(stage: Stage) -> None:
    taxes = stage.world.company.taxes
    stage.categories[()] = TaxCategory.NONE
    _set_rule(stage, TaxCategory.NONE, ())
    _add_category(stage, TaxCategory.STANDARD, (taxes[0].code,) if taxes else ())


def _set_matching(stage: Stage) -> None:
    """The company's rule of matching, in every currency that its accounts are kept in."""
    matching = stage.world.company.matching
    if matching is None:
        return
    stage.place = ["company", "matching"]
    tolerance = matching.tolerance
    currencies = {account.currency or stage.entity.base_currency for account in stage.world.accounts}
    for currency in sorted(currencies | {stage.entity.base_currency}):
        amount = tolerance.amount if tolerance is not None else None
        set_match_rule(
            act=stage.act(),
            rule=MatchRuleIn(
                legal_entity_id=stage.entity.id,
                currency=currency,
                valid_from=BEGINNING,
                tolerance=None if amount is None else Money.of(amount, currency),
                tolerance_percent=tolerance.percent if tolerance is not None else None,
                prefer=Preference(matching.prefer.upper()),
            ),
        )


def _add_category(stage: Stage, category: str, codes: tuple[str, ...]) -> None:
    """A category of products that are charged these taxes of the company, from the beginning on."""
    stage.categories.setdefault(codes, category)
    if codes:
        known = {tax.code: tax for tax in stage.world.company.taxes}
        create_tax_code(
            act=stage.act(),
            code=_tax_code(category, codes),
            country=stage.entity.country,
            name=" + ".join(codes)[:80],
            components=tuple(NewTaxComponent(code, known[code].rate, known[code].withheld) for code in codes),
            valid_from=BEGINNING,
        )
    _set_rule(stage, category, codes)


def _add_meters(stage: Stage) -> None:
    """Meters with records of their own first: the highest of several names them."""
    for index, meter in sorted(enumerate(stage.world.meters), key=lambda placed: bool(placed[1].highest_of)):
        stage.place = ["meters", index]
        aggregate = Aggregate.HIGHEST_OF if meter.highest_of else Aggregate((meter.aggregate or "sum").upper())
        define_meter(
            act=stage.act(),
            meter=NewMeter(
                code=meter.code,
                unit=meter.unit,
                aggregate=aggregate,
                highest_of=tuple(meter.highest_of),
                grace_hours=meter.grace_hours,
            ),
        )


def _tax_code(category: str, codes: tuple[str, ...]) -> str:
    """A code within the length that documents keep."""
    joined = "+".join(codes)
    return joined if len(joined) <= 20 else category


def _set_rule(stage: Stage, category: str, codes: tuple[str, ...]) -> None:
    set_tax_rule(
        act=stage.act(),
        legal_entity_id=stage.entity.id,
        tax_category=category,
        tax_treatment=TaxTreatment.DOMESTIC,
        valid_from=BEGINNING,
        tax_code=_tax_code(category, codes) if codes else None,
    )


def category_of(stage: Stage, tax: str | list[str] | None) -> str:
    """The tax category of a charge or line: the default, none (`none`, `[]`), or one of the named taxes.

    It is made when it is first asked for.
    Raises Refusal `scenario.unknown_name`.
    """
    if tax is None:
        return TaxCategory.STANDARD
    known = {one.code: one.code for one in stage.world.company.taxes}
    named = [] if tax == "none" and tax not in known else tax
    codes = (named,) if isinstance(named, str) else tuple(dict.fromkeys(named))
    for code in codes:
        _named(known, code, "tax")
    if codes not in stage.categories:
        _add_category(stage, f"TAXES_{len(stage.categories)}", codes)
    return stage.categories[codes]


def category_of_code(stage: Stage, tax_code: str) -> str:
    """The tax category whose lines have a tax code; none: no tax."""
    return next(
        (category for codes, category in stage.categories.items() if codes and _tax_code(category, codes) == tax_code),
        stage.categories[()],
    )


def _add_plans(stage: Stage) -> None:
    for index, account in enumerate(stage.world.accounts):
        stage.place = ["accounts", index]
        exponent(account.currency or stage.entity.base_currency)
    currencies = sorted({account.currency or stage.entity.base_currency for account in stage.world.accounts})
    products: set[str] = set()
    for index, plan in enumerate(stage.world.plans):
        charges = []
        for number, charge in enumerate(plan.charges):
            stage.place = ["plans", index, "charges", number, "tax"]
            category = category_of(stage, charge.tax)
            product = f"scenario-{category.lower()}"
            if product not in products:
                create_product(act=stage.act(), code=product, name="Service", tax_category=category)
                products.add(product)
            charges.append(new_charge(charge, product=product, currencies=currencies, beginning=BEGINNING))
        stage.place = ["plans", index]
        create_plan(
            act=stage.act(),
            code=plan.code,
            name=plan.code,
            charges=tuple(charges),
            terms=terms_of(plan, currencies=currencies, beginning=BEGINNING),
        )


def _payment_parts(terms: int | list[shapes.Part] | None) -> tuple[TermsPart, ...]:
    return tuple(
        TermsPart(
            share=part.share,
            of=PartBase(part.of),
            amount=part.amount,
            rest=part.rest,
            months=part.after[0],
            days=part.after[1],
            day=part.day,
        )
        for part in (terms if isinstance(terms, list) else ())
    )


def _add_accounts(stage: Stage, *, opened_on: date) -> None:
    for index, account in enumerate(stage.world.accounts):
        stage.place = ["accounts", index]
        timezone = account.timezone or stage.entity.timezone
        customer = create_customer(
            act=stage.act(),
            draft=CustomerDraft(name=account.code, country=stage.entity.country, timezone=timezone),
        )
        stage.accounts[account.code] = create_account(
            act=stage.act(),
            draft=AccountDraft(
                customer_id=customer.id,
                legal_entity_id=stage.entity.id,
                currency=account.currency or stage.entity.base_currency,
                opened_on=opened_on - timedelta(days=1),
                number=account.code,
                cycle_day=account.cycle_day,
                timezone=timezone,
                payment_terms_days=account.terms if isinstance(account.terms, int) else None,
                payment_parts=_payment_parts(account.terms),
                segment=account.segment,
                conventions=dict(account.conventions),
                delivery=InvoiceDelivery.NONE,
            ),
        )
    for index, account in enumerate(stage.world.accounts):
        if account.parent is not None:
            stage.place = ["accounts", index, "parent"]
            set_parent(
                act=stage.act(),
                child_id=stage.accounts[account.code].id,
                parent_id=stage.account(account.parent).id,
                valid_from=opened_on - timedelta(days=1),
            )
