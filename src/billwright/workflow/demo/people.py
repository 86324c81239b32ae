"""Making the demo's companies, plans, accounts and subscriptions, in bulk."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from billwright.accounts.operations import create_accounts, create_customers
from billwright.accounts.rows import AccountDraft, AddressDraft, ContactDraft, CustomerDraft
from billwright.accounts.states import InvoiceDelivery
from billwright.catalog.operations import NewCharge, NewPrice, apply_tax_pack, create_plan, create_product
from billwright.catalog.rows import PlanTerms
from billwright.kernel.acts import Act
from billwright.kernel.periods import add_months
from billwright.ledger.operations import open_books
from billwright.org.operations import add_bank_account, create_legal_entity
from billwright.org.queries import LegalEntityRow
from billwright.org.states import TaxTreatment
from billwright.org.terms import TermsPart
from billwright.subscriptions.operations import NewSubscription
from billwright.usage.operations import NewMeter, define_meter
from billwright.workflow.demo.cast import DEMO_DOMAIN, METERS, PAYERS, Charge, Company, Payer, Plan, names

LATER_SHARE = 0.35
# Every so many customers pays in parts: half in ten days, the rest at the end of the following month.
IN_PARTS_EVERY = 20
IN_PARTS = (TermsPart(share=Decimal(50), days=10), TermsPart(rest=True, months=1, day=31))
# The solar company sits in Kerala: who is taxed as inter-state is supplied in another state.
PLACES_OF_SUPPLY = {TaxTreatment.INTRA_STATE: "32-Kerala", TaxTreatment.INTER_STATE: "29-Karnataka"}


@dataclass(slots=True)
class Member:
    """An account of the demo with its habits."""

    account_id: int
    payer: Payer
    starts_on: date


@dataclass(slots=True)
class Book:
    """What the story of one company works with. Its chances are its own: they fall alike whoever lives beside it."""

    company: Company
    entity: LegalEntityRow
    rng: random.Random
    first_day: date
    last_day: date
    members: dict[int, Member] = field(default_factory=dict)


def define_meters(*, act: Act) -> None:
    """What the group can measure."""
    for meter in METERS:
        define_meter(
            act=act, meter=NewMeter(code=meter.code, name=meter.name, unit=meter.unit, aggregate=meter.aggregate)
        )


def found(company: Company, *, act: Act, rng: random.Random, first_day: date, last_day: date) -> Book:
    """A company with its books, taxes, bank account, product and plans."""
    entity = create_legal_entity(
        act=act,
        code=company.code,
        name=company.name,
        country=company.country,
        base_currency=company.currency,
        timezone=company.timezone,
        language="en",
        payment_terms_days=company.terms_days,
        prefixes={"INVOICE": f"{company.prefix}-", "CREDIT_NOTE": f"{company.prefix}C-"},
        details=_details(company),
    )
    open_books(
        act=act,
        legal_entity_id=entity.id,
        first_month=add_months(first_day, -2),
        last_month=add_months(last_day, 12),
    )
    apply_tax_pack(act=act, legal_entity_id=entity.id, country=company.tax_pack)
    bank = dict(company.bank)
    add_bank_account(
        act=act,
        legal_entity_id=entity.id,
        label=f"{company.short_name}, {bank['bank_name']}",
        holder=company.name,
        currency=company.currency,
        details=bank,
    )
    create_product(act=act, code=company.family, name=company.family.title(), family=company.family,
                   tax_classification="998315" if company.country == "IN" else "")  # fmt: skip
    for plan in company.plans:
        _add_plan(company, plan, entity.id, prices_from=add_months(first_day, -2), act=act)
    return Book(company, entity, rng, first_day, last_day)


def _details(company: Company) -> dict[str, str]:
    """What stands in the letterhead of a company."""
    return {
        "street": company.street,
        "postcode": company.postcode,
        "city": company.city,
        "region": company.region,
        "email": f"billing@{company.code.lower()}.{DEMO_DOMAIN}",
        "website": f"{company.code.lower()}.{DEMO_DOMAIN}",
        "tax_number": company.tax_number,
        "registration_number": f"DEMO-{company.code}",
    }


def _add_plan(company: Company, plan: Plan, legal_entity_id: int, *, prices_from: date, act: Act) -> None:
    create_plan(
        act=act,
        code=plan.code,
        name=plan.name,
        legal_entity_id=legal_entity_id,
        charges=tuple(
            NewCharge(
                code=charge.code,
                name=charge.name,
                product=company.family,
                model=charge.model,
                interval_unit=charge.interval_unit,
                interval_count=charge.months,
                timing=charge.timing,
                meter=charge.meter,
                escalation=charge.escalation,
                prices=(_price(charge, company.currency, prices_from),),
            )
            for charge in plan.charges
        ),
        terms=PlanTerms(trial_count=plan.trial_days),
    )


def _price(charge: Charge, currency: str, valid_from: date) -> NewPrice:
    return NewPrice(
        currency,
        valid_from,
        charge.price,
        included=charge.included,
        package_size=charge.package_size,
        tiers=charge.tiers,
    )


def gather_accounts(book: Book, *, act: Act, count: int) -> None:
    """So many customers of the company, each with an account."""
    company = book.company
    made = names(book.rng, legal_form=company.legal_form)
    wanted = [next(made) for _ in range(count)]
    customers = create_customers(
        act=act,
        drafts=tuple(
            CustomerDraft(name=name, country=company.country, timezone=company.timezone, language=_language(book))
            for name in wanted
        ),
    )
    drafts = tuple(
        _account(book, customer.id, customer.name, number) for number, customer in enumerate(customers, start=1)
    )
    for row in create_accounts(act=act, drafts=drafts):
        book.members[row.id] = Member(row.id, _habit(book), _starts_on(book))


def _language(book: Book) -> str:
    if book.company.country == "ZA" and book.rng.random() < 0.2:
        return "af"
    return book.company.language


def _account(book: Book, customer_id: int, name: str, number: int) -> AccountDraft:
    company = book.company
    slug = name.split(" (")[0].lower().replace(" ", "-")
    treatment = TaxTreatment.DOMESTIC
    if company.country == "IN":
        treatment = TaxTreatment.INTRA_STATE if book.rng.random() < 0.8 else TaxTreatment.INTER_STATE
    return AccountDraft(
        customer_id=customer_id,
        legal_entity_id=book.entity.id,
        currency=company.currency,
        opened_on=book.first_day - timedelta(days=30),
        number=f"{company.prefix}{number:05d}",
        cycle_day=book.rng.choice(company.cycle_days),
        payment_parts=IN_PARTS if number % IN_PARTS_EVERY == 0 else (),
        delivery=InvoiceDelivery.EMAIL if book.rng.random() < 0.8 else InvoiceDelivery.POST,
        tax_treatment=treatment,
        place_of_supply=PLACES_OF_SUPPLY.get(treatment, ""),
        purchase_order=f"PO-{book.rng.randint(1000, 9999)}" if book.rng.random() < 0.15 else "",
        contacts=(ContactDraft(name="Accounts payable (demo)", email=f"ap@{slug}.{DEMO_DOMAIN}"),),
        addresses=(
            AddressDraft(
                country=company.country,
                addressee=name,
                street=f"{book.rng.randint(1, 300)} {book.rng.choice(('Sample', 'Invented', 'Example'))} Street",
                postcode=company.postcode,
                city=company.city,
                region=company.region,
            ),
        ),
    )


def _habit(book: Book) -> Payer:
    return book.rng.choices(PAYERS, weights=[payer.weight for payer in PAYERS])[0]


def _starts_on(book: Book) -> date:
    if book.rng.random() > LATER_SHARE:
        return book.first_day
    return book.first_day + timedelta(days=book.rng.randint(1, max(1, (book.last_day - book.first_day).days - 40)))


def orders(book: Book, *, day: date, last_day: date) -> list[NewSubscription]:
    """The subscriptions of every account that starts from `day` to `last_day`, both included."""
    rows = []
    for member in book.members.values():
        if not day <= member.starts_on <= last_day:
            continue
        count = book.rng.choices((1, 2, 3, 4), weights=(55, 28, 12, 5))[0]
        plans = book.company.plans
        chosen = book.rng.choices(plans, weights=[plan.weight for plan in plans], k=count)
        rows += [_order(book, member, plan) for plan in chosen]
    return rows


def _order(book: Book, member: Member, plan: Plan) -> NewSubscription:
    quantity = Decimal(book.rng.randint(1, plan.quantity_max)) if plan.quantity_max > 1 else Decimal(1)
    return NewSubscription(
        account_id=member.account_id,
        plan=plan.code,
        ordered_on=member.starts_on,
        starts_on=member.starts_on,
        quantity=quantity,
        description=plan.described_as.format(n=book.rng.randint(100, 9999), domain=DEMO_DOMAIN),
    )
