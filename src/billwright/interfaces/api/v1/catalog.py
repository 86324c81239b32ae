"""The catalog: products, plans with their charges, effective-dated prices, taxes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from billwright.access.authority import AUTHORITY
from billwright.catalog import operations, queries
from billwright.catalog.operations import IndexValue, NewCharge, NewPrice, NewTaxComponent, PlanTerms, TaxPackResult
from billwright.catalog.queries import IndexRow, PlanRow, PriceRow, ProductRow, TaxFound
from billwright.catalog.queries.search import CatalogHit
from billwright.catalog.states import TaxCategory
from billwright.interfaces.api.doors import entities, perform, require, require_everywhere
from billwright.interfaces.api.shapes import PROBLEMS, Closed, Id, MoneyShape, Reason, Text, members_of
from billwright.interfaces.api.wire import Day, In, LongText, Out
from billwright.org.states import TaxTreatment
from billwright.subscriptions.operations import change_price
from billwright.workflow.catalog_search import search_catalog
from billwright.workflow.price_change import Calculated, ReachedContract, calculate_price, preview_price_change

router = Router()
Code = Annotated[Text, Field(min_length=1, max_length=40)]
Name = Annotated[Text, Field(min_length=1, max_length=200)]


class NewProduct(Closed):
    """Something to sell. `family` decides the revenue account."""

    code: Code
    name: Name
    family: Annotated[Text, Field(min_length=1, max_length=40)] = "services"
    tax_category: Annotated[Text, Field(min_length=1, max_length=20)] = TaxCategory.STANDARD
    tax_classification: Annotated[Text, Field(max_length=20)] = ""


class NewPlan(Closed):
    """A plan with its charges and their first prices; no legal entity: sold by all."""

    code: Code
    name: Name
    description: LongText = ""
    legal_entity_id: Id | None = None
    charges: Annotated[list[In[NewCharge]], Field(min_length=1, max_length=100)]
    terms: In[PlanTerms] | None = None


class Retirement(Closed):
    """Why the plan is offered no longer."""

    reason: Reason = ""


class PriceChange(Closed):
    """The price of a charge from a day on; with `running`, subscriptions that run take it too."""

    price: In[NewPrice]
    running: bool = True
    reason: Reason = ""


class PricePreview(Closed):
    """A price that might be set, and how many of the contracts it reaches to list."""

    price: In[NewPrice]
    limit: Annotated[int, Field(ge=0, le=1000)] = 100


class PriceReach(Schema):
    """Whom a price reaches and what they come to a month, before discount and tax. Nobody: `subscriptions` is 0.

    `by_usage` contracts have no value beforehand; `billed_beyond` are repaired by the next bill run.
    """

    valid_from: date
    subscriptions: int
    accounts: int
    billed_beyond: int
    by_usage: int
    before: MoneyShape
    after: MoneyShape
    difference: MoneyShape
    contracts: list[Out[ReachedContract]]


class Calculation(Closed):
    """A quantity to price; the day whose price holds, in a currency."""

    currency: Annotated[Text, Field(min_length=3, max_length=3)]
    on: Day
    quantity: In[Decimal]
    scope: Annotated[Text, Field(max_length=80)] = ""


class NewIndex(Closed):
    """A published index that escalator clauses follow."""

    code: Code
    name: Annotated[Text, Field(min_length=1, max_length=120)]
    source: Annotated[Text, Field(max_length=120)] = ""


class IndexValues(Closed):
    """Published values, one a month."""

    values: Annotated[list[In[IndexValue]], Field(min_length=1, max_length=1000)]
    reason: Reason = ""


class IndexValuesRecorded(Schema):
    """How many values were stored."""

    recorded: int


class TaxPackOrder(Closed):
    """The taxes shipped for a country (`none`: no tax)."""

    legal_entity_id: Id
    country: Annotated[Text, Field(min_length=2, max_length=4)]


class NewTaxCode(Closed):
    """A tax code with the rates of its components from a day on. The reason says where the rates are written."""

    code: Annotated[Text, Field(min_length=1, max_length=20)]
    country: Annotated[Text, Field(min_length=2, max_length=2)]
    name: Annotated[Text, Field(min_length=1, max_length=80)]
    components: Annotated[list[In[NewTaxComponent]], Field(min_length=1, max_length=10)]
    valid_from: Day
    exemption_reason: Annotated[Text, Field(max_length=200)] = ""
    reason: Reason = ""


class TaxRule(Closed):
    """What an entity charges for a category under a treatment from a day on; no code: no tax."""

    legal_entity_id: Id
    tax_category: Annotated[Text, Field(min_length=1, max_length=20)]
    tax_treatment: TaxTreatment
    valid_from: Day
    tax_code: Annotated[Text, Field(max_length=20)] | None = None
    reason: Reason = ""


class TaxCodeMade(Schema):
    """The id of the new code."""

    id: int


class TaxRuleSet(Schema):
    """The day from which the rule holds."""

    valid_from: date


@router.get("/products", response={200: list[Out[ProductRow]], **PROBLEMS}, summary="All products")
def list_products(request: HttpRequest) -> list[ProductRow]:
    require(request, "account.view")
    return queries.list_products()


@router.post("/products", response={201: Out[ProductRow], **PROBLEMS}, summary="Add a product")
def create_product(request: HttpRequest, body: NewProduct) -> Status[ProductRow]:
    return Status(201, perform(request, operations.create_product, **body.model_dump()))


@router.get("/plans", response={200: list[Out[PlanRow]], **PROBLEMS}, summary="Plans with their charges")
def list_plans(request: HttpRequest, active_only: bool = True) -> list[PlanRow]:
    return queries.list_plans(active_only=active_only, legal_entity_ids=entities(request, "account.view"))


@router.post("/plans", response={201: Out[PlanRow], **PROBLEMS}, summary="Add a plan")
def create_plan(request: HttpRequest, body: NewPlan) -> Status[PlanRow]:
    row = perform(request, operations.create_plan, **members_of(body))
    return Status(201, row)


@router.get("/plans/{code}", response={200: Out[PlanRow], **PROBLEMS}, summary="One plan")
def get_plan(request: HttpRequest, code: Code) -> PlanRow:
    require(request, "account.view")
    row = queries.get_plan(code=code)
    if row.legal_entity_id is not None:
        require(request, "account.view", legal_entity_id=row.legal_entity_id)
    return row


@router.post("/plans/{code}/retire", response={200: Out[PlanRow], **PROBLEMS}, summary="Offer it no longer")
def retire_plan(request: HttpRequest, code: Code, body: Retirement) -> PlanRow:
    return perform(request, operations.retire_plan, why=body.reason, code=code)


@router.get("/plan-charges/{charge_id}/prices", response={200: list[Out[PriceRow]], **PROBLEMS}, summary="Its prices")
def list_prices(request: HttpRequest, charge_id: Id) -> list[PriceRow]:
    _require_charge(request, charge_id)
    return queries.list_prices(charge_id)


@router.post("/plan-charges/{charge_id}/prices", response={201: Out[PriceRow], **PROBLEMS}, summary="Set a price")
def set_price(request: HttpRequest, charge_id: Id, body: PriceChange) -> Status[PriceRow]:
    verb = change_price if body.running else operations.set_price
    return Status(201, perform(request, verb, why=body.reason, plan_charge_id=charge_id, price=body.price))


@router.post("/plan-charges/{charge_id}/price-preview", response={200: PriceReach, **PROBLEMS}, summary="Whom it hits")
def preview_price(request: HttpRequest, charge_id: Id, body: PricePreview) -> PriceReach:
    """The contracts that a price would reach, from which day, with the totals before and after. Writes nothing."""
    if _require_charge(request, charge_id) is None:
        # Every company sells it, and the contracts of them all are told.
        require_everywhere(request, "account.view")
    found = preview_price_change(plan_charge_id=charge_id, price=body.price)
    return PriceReach(
        valid_from=found.valid_from,
        subscriptions=found.subscription_count,
        accounts=found.account_count,
        billed_beyond=found.billed_beyond_count,
        by_usage=found.unvalued_count,
        before=MoneyShape.of(found.before),
        after=MoneyShape.of(found.after),
        difference=MoneyShape.of(found.difference),
        contracts=list(found.contracts[: body.limit]),
    )


@router.post("/plan-charges/{charge_id}/calculation", response={200: Out[Calculated], **PROBLEMS}, summary="Its price")
def calculate(request: HttpRequest, charge_id: Id, body: Calculation) -> Calculated:
    """What a quantity costs for one whole period, with the parts that it is made of. Writes nothing."""
    _require_charge(request, charge_id)
    return calculate_price(
        plan_charge_id=charge_id,
        currency=body.currency,
        on=body.on,
        quantity=body.quantity,
        scopes=(body.scope,) if body.scope else (),
    )


@router.get("/price-indexes", response={200: list[Out[IndexRow]], **PROBLEMS}, summary="Published indexes")
def list_indexes(request: HttpRequest) -> list[IndexRow]:
    require(request, "account.view")
    return queries.list_indexes()


@router.post("/price-indexes", response={201: Out[IndexRow], **PROBLEMS}, summary="Add an index")
def create_price_index(request: HttpRequest, body: NewIndex) -> Status[IndexRow]:
    perform(request, operations.create_price_index, **body.model_dump())
    return Status(201, next(row for row in queries.list_indexes() if row.code == body.code))


@router.post("/price-indexes/{code}/values", response={201: IndexValuesRecorded, **PROBLEMS}, summary="Record values")
def record_index_values(request: HttpRequest, code: Code, body: IndexValues) -> Status[IndexValuesRecorded]:
    count = perform(request, operations.record_index_values, why=body.reason, code=code, values=tuple(body.values))
    return Status(201, IndexValuesRecorded(recorded=count))


@router.get("/tax-codes", response={200: list[Out[TaxFound]], **PROBLEMS}, summary="Tax codes with their rates")
def list_tax_codes(request: HttpRequest, country: Annotated[Text, Field(max_length=2)] | None = None) -> list[TaxFound]:
    require(request, "account.view")
    return queries.list_tax_codes(country)


@router.post("/tax-codes", response={201: TaxCodeMade, **PROBLEMS}, summary="Add a tax code")
def create_tax_code(request: HttpRequest, body: NewTaxCode) -> Status[TaxCodeMade]:
    made = perform(
        request,
        operations.create_tax_code,
        why=body.reason,
        code=body.code,
        country=body.country,
        name=body.name,
        components=tuple(body.components),
        valid_from=body.valid_from,
        reason=body.exemption_reason,
    )
    return Status(201, TaxCodeMade(id=made))


@router.post("/tax-packs", response={201: Out[TaxPackResult], **PROBLEMS}, summary="Apply the taxes of a country")
def apply_tax_pack(request: HttpRequest, body: TaxPackOrder) -> Status[TaxPackResult]:
    return Status(201, perform(request, operations.apply_tax_pack, **body.model_dump()))


@router.post("/tax-rules", response={201: TaxRuleSet, **PROBLEMS}, summary="Set what an entity charges")
def set_tax_rule(request: HttpRequest, body: TaxRule) -> Status[TaxRuleSet]:
    perform(request, operations.set_tax_rule, why=body.reason, **body.model_dump(exclude={"reason"}))
    return Status(201, TaxRuleSet(valid_from=body.valid_from))


@router.get("/catalog/search", response={200: list[Out[CatalogHit]], **PROBLEMS}, summary="Search the catalog")
def search(request: HttpRequest, text: Annotated[Text, Field(max_length=80)]) -> list[CatalogHit]:
    """Products, plans, charges, prices (by amount or scope) and meters, at most 20 of each."""
    return search_catalog(text, legal_entity_ids=entities(request, "account.view"))


def _require_charge(request: HttpRequest, charge_id: int) -> int | None:
    """The company that alone sells a charge's plan, where it may be seen; None where every company sells it."""
    company = AUTHORITY.legal_entity_of({"plan_charge_id": charge_id})
    require(request, "account.view", legal_entity_id=company)
    return company
