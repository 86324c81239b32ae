"""A small world to bill: one entity with open books and a tax of 15 %, accounts, subscriptions, runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.db import connection

from billwright.accounts.models import BillingAccount
from billwright.catalog import operations as catalog
from billwright.catalog.models import Product, TaxCode, TaxRate, TaxRule
from billwright.catalog.operations import NewCharge, NewPrice
from billwright.catalog.states import IntervalUnit, PriceModel, TaxCategory, Timing
from billwright.invoicing.models import Invoice, InvoiceLine
from billwright.invoicing.operations import bill_run as operations
from billwright.kernel.acts import Act
from billwright.kernel.money import Money
from billwright.ledger.operations import EntryDraft, Side, post_entry
from billwright.ledger.states import EntryKind, LedgerRole
from billwright.ledger.tests.builders import make_books
from billwright.org.models import Convention, LegalEntity
from billwright.org.terms import TermsPart, stored
from billwright.payments.models import Payment
from billwright.rating.models import PendingCharge
from billwright.receivables.models import UnallocatedCash
from billwright.subscriptions import operations as subscriptions
from billwright.subscriptions.models import SubscriptionItem
from billwright.subscriptions.operations import NewSubscription
from billwright.subscriptions.queries import SubscriptionRow
from billwright.subscriptions.tests.builders import make_account as make_billing_account
from billwright.workflow.bill_run import RunReport, issue_bill_run, prepare_bill_run, run_bill_run

OPERATOR = "user:0"


def make_act(at: str = "2026-01-31T10:00:00", *, actor: str = OPERATOR, reason: str = "") -> Act:
    return Act(actor=actor, at=datetime.fromisoformat(at).replace(tzinfo=UTC), reason=reason)


def day(text: str) -> date:
    return date.fromisoformat(text)


def make_world(code: str = "KAROO", *, currency: str = "ZAR", correction: str = "negative_line") -> LegalEntity:
    """An entity whose books are open from 2023 to 2029, with VAT of 15 % on standard products."""
    books = make_books(code, first=day("2023-01-01"), last=day("2029-12-31"), currency=currency)
    Convention.objects.filter(legal_entity_id=books.id, option="correction").update(value=correction)
    make_tax(books.id, "VAT-15", VAT="15")
    if not Product.objects.exists():
        catalog.create_product(act=make_act(), code="hosting", name="Hosting", family="hosting")
    return LegalEntity.objects.get(id=books.id)


def make_tax(
    entity_id: int,
    code: str,
    *,
    treatment: str = "DOMESTIC",
    category: str = "STANDARD",
    valid_from: str = "2000-01-01",
    **percents: str,
) -> None:
    """A tax code with a percent per component, charged by an entity under a treatment and category."""
    tax_code, _ = TaxCode.objects.get_or_create(code=code, defaults={"country": "ZA", "name": code})
    for component, percent in percents.items():
        TaxRate.objects.get_or_create(
            tax_code=tax_code, component=component, valid_from=day(valid_from), defaults={"percent": Decimal(percent)}
        )
    TaxRule.objects.get_or_create(
        legal_entity_id=entity_id,
        tax_category=category,
        tax_treatment=treatment,
        valid_from=day(valid_from),
        defaults={"tax_code": tax_code},
    )


def make_account(
    number: str,
    *,
    cycle_day: int | None = 1,
    timezone: str = "Africa/Johannesburg",
    terms_days: int | None = None,
    parts: tuple[TermsPart, ...] = (),
    entity: LegalEntity | None = None,
    currency: str = "ZAR",
    parent: BillingAccount | None = None,
    treatment: str = "DOMESTIC",
) -> BillingAccount:
    account = make_billing_account(number=number, cycle_day=cycle_day, entity=entity, currency=currency, parent=parent)
    account.timezone = timezone
    account.payment_terms_days = terms_days
    account.payment_parts = stored(parts)
    account.tax_treatment = treatment
    account.save()
    return account


def make_plan(
    code: str = "basic",
    price: str = "100.00",
    *,
    every: int = 1,
    unit: IntervalUnit = IntervalUnit.MONTH,
    timing: Timing = Timing.ADVANCE,
    model: PriceModel = PriceModel.FLAT,
    currency: str = "ZAR",
    product: str = "hosting",
    valid_from: str = "2020-01-01",
) -> None:
    """A plan of one charge; a second call with the code adds nothing."""
    charge = NewCharge(
        code="fee",
        name=f"{code.title()} fee",
        product=product,
        model=model,
        interval_unit=unit,
        interval_count=every,
        timing=timing,
        prices=(NewPrice(currency=currency, valid_from=day(valid_from), unit_price=Decimal(price)),),
    )
    catalog.create_plan(act=make_act(), code=code, name=code.title(), charges=(charge,))


def make_product(code: str, *, category: TaxCategory = TaxCategory.STANDARD, family: str = "") -> None:
    catalog.create_product(act=make_act(), code=code, name=code.title(), family=family or code, tax_category=category)


def subscribe(
    account: BillingAccount,
    *,
    plan: str = "basic",
    starts_on: str = "2026-01-01",
    quantity: str = "1",
    ends_before: str | None = None,
) -> SubscriptionRow:
    order = NewSubscription(
        account_id=account.pk,
        plan=plan,
        ordered_on=day(starts_on),
        quantity=Decimal(quantity),
        starts_on=day(starts_on),
        ends_before=day(ends_before) if ends_before else None,
    )
    return subscriptions.subscribe(act=make_act(), row=order)


def cancel(subscription: SubscriptionRow, *, ends_before: str, as_of: str) -> None:
    subscriptions.cancel(
        act=make_act(reason="moved away"),
        subscription_id=subscription.id,
        as_of=day(as_of),
        ends_before=day(ends_before),
    )


def bill(as_of: str, *, connections: int = 1, payer_ids: tuple[int, ...] | None = None) -> RunReport:
    """The whole journey at noon of a day."""
    return run_bill_run(
        act=make_act(f"{as_of}T12:00:00"), as_of=day(as_of), connections=connections, payer_ids=payer_ids
    )


def prepare(as_of: str, **scope: object) -> RunReport:
    """Create and prepare a run."""
    act = make_act(f"{as_of}T12:00:00")
    run = operations.create_bill_run(act=act, as_of=day(as_of), **scope)
    return prepare_bill_run(act=act, run_id=run.id)


def approve_and_issue(run_id: int, *, at: str = "2026-02-01T12:00:00") -> RunReport:
    act = make_act(at)
    operations.check_bill_run(act=act, run_id=run_id)
    operations.approve_bill_run(act=replace(act, actor=OPERATOR), run_id=run_id)
    return issue_bill_run(act=act, run_id=run_id)


def documents(**where: object) -> list[tuple[str, str, int, int, int]]:
    """Account, kind, net, tax, total of every document, in the order of issue."""
    rows = Invoice.objects.filter(**where).order_by("id")
    return list(rows.values_list("account__number", "kind", "net_minor", "tax_minor", "total_minor"))


def lines(**where: object) -> list[tuple[str, str, str, int]]:
    """Kind, service and net of every line, in the order of writing."""
    rows = InvoiceLine.objects.filter(**where).order_by("invoice_id", "line_no")
    return [(line.kind, str(line.service_from), str(line.service_to), line.net_minor) for line in rows]


def findings(report: RunReport) -> list[tuple[str, str]]:
    """Severity and code of what the run found, sorted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select severity, code from invoicing_bill_run_finding where run_id = %s order by 1, 2",
            [report.page.run.id],
        )
        return list(cursor.fetchall())


def item_of(subscription: SubscriptionRow) -> SubscriptionItem:
    return SubscriptionItem.objects.filter(subscription_id=subscription.id).latest("id")


def make_charge(
    account: BillingAccount, *, amount: int, bill_from: str = "2026-01-01", kind: str = "ONE_OFF", currency: str = ""
) -> PendingCharge:
    """A charge that waits for a run; the amount in minor units."""
    return PendingCharge.objects.create(
        account=account,
        payer=account,
        kind=kind,
        state="READY",
        product=Product.objects.get(code="hosting"),
        text="Set-up",
        unit_price=Decimal(amount),
        amount_minor=amount,
        currency=currency or account.currency_id,
        service_from=day(bill_from),
        service_to=day(bill_from) + timedelta(days=1),
        bill_from=day(bill_from),
        reason="agreed",
        entered_by=OPERATOR,
        entered_at=make_act().at,
    )


def _make_receipt(account: BillingAccount, amount: int, *, on: str, entry_id: int) -> Payment:
    return Payment.objects.create(
        legal_entity_id=account.legal_entity_id,
        account=account,
        currency=account.currency_id,
        amount_minor=amount,
        method="BANK_TRANSFER",
        value_date=day(on),
        accounting_date=day(on),
        entry_id=entry_id,
        source="test",
        source_key=f"{account.number}-{on}-{amount}",
        recorded_by=OPERATOR,
        recorded_at=make_act().at,
    )


def make_cash(account: BillingAccount, amount: int, *, on: str = "2026-01-01") -> UnallocatedCash:
    """Money received and not yet allocated, in minor units, booked against the bank."""
    money = Money(amount, account.currency_id)
    entry_id = post_entry(
        act=make_act(),
        draft=EntryDraft(
            legal_entity_id=account.legal_entity_id,
            kind=EntryKind.RECEIPT,
            document_date=day(on),
            accounting_date=day(on),
            entry_key="payment:test",
            sides=(
                Side(amount=money, role=LedgerRole.BANK),
                Side(amount=-money, role=LedgerRole.UNALLOCATED_CASH, billing_account_id=account.pk),
            ),
        ),
    )
    return UnallocatedCash.objects.create(
        account=account,
        legal_entity_id=account.legal_entity_id,
        payment=_make_receipt(account, amount, on=on, entry_id=entry_id),
        currency=account.currency_id,
        value_date=day(on),
        accounting_date=day(on),
        amount_minor=amount,
        open_minor=amount,
        recorded_at=make_act().at,
    )
