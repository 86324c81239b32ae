"""The billing specialist's day: subscriptions, bill runs, credit and debit notes, adjustments."""

import io
import json
from datetime import date
from decimal import Decimal

import pypdf
import pytest
from typer.testing import CliRunner

from billwright.access.states import Role
from billwright.access.tests.builders import make_limit, make_user
from billwright.catalog.tests.builders import make_act as catalog_act
from billwright.catalog.tests.builders import make_charge, make_plan, make_product, price
from billwright.interfaces.cli import bill_run, invoices, subscriptions
from billwright.invoicing.queries import get_document, list_documents
from billwright.invoicing.tests.builders import make_company, make_payer
from billwright.kernel.errors import NotAllowed
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.operations import open_books
from billwright.ledger.queries import account_ids
from billwright.rating.operations import NewAdjustment, approve_adjustment, propose_adjustment
from billwright.receivables.queries.items import open_amounts
from billwright.receivables.queries.ties import untied
from billwright.subscriptions.operations import NewSubscription, subscribe
from billwright.workflow import documents

pytestmark = pytest.mark.django_db


def type_in(app, *words):
    result = CliRunner().invoke(app, [*(str(word) for word in words), "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def bill(day):
    result = CliRunner().invoke(bill_run.app, ["run", "--as-of", day, "--yes"], catch_exceptions=False)
    assert result.exit_code == 0, result.output


def periods(account):
    """The service of every line that the account was billed, in order."""
    lines = [line for row in list_documents(account_id=account.id) for line in get_document(row.id).lines]
    return [f"{line.service_from} {line.service_to}" for line in sorted(lines, key=lambda line: line.service_from)]


def totals(account):
    return [str(row.total) for row in reversed(list_documents(account_id=account.id))]


@pytest.mark.duty("H21")
@pytest.mark.parametrize(
    ("months", "runs", "expected"),
    [
        (1, ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"],
         ["2027-12-31 2028-01-31", "2028-01-31 2028-02-29", "2028-02-29 2028-03-31", "2028-03-31 2028-04-30"]),
        (3, ["2027-11-30", "2028-02-29"], ["2027-11-30 2028-02-29", "2028-02-29 2028-05-31"]),
        (6, ["2027-08-31", "2028-02-29"], ["2027-08-31 2028-02-29", "2028-02-29 2028-08-31"]),
        (12, ["2027-02-28", "2028-02-29"], ["2027-02-28 2028-02-29", "2028-02-29 2029-02-28"]),
        (24, ["2026-02-28", "2028-02-29"], ["2026-02-28 2028-02-29", "2028-02-29 2030-02-28"]),
    ],
)  # fmt: skip
def test_h21_every_cycle_keeps_its_month_end(months, runs, expected):
    make_product()
    make_plan(charges=(make_charge(months=months),))
    entity = make_company_until_2031()
    payer = make_payer(entity, cycle_day=31)
    start = date.fromisoformat(runs[0])
    order = NewSubscription(account_id=payer.id, plan="basic", ordered_on=start, starts_on=start)
    subscribe(act=make_act(), row=order)
    for day in runs:
        bill(day)
    assert periods(payer) == expected
    assert set(totals(payer)) == {"115.00 ZAR"}


def make_company_until_2031():
    entity = make_company()
    open_books(act=make_act(), legal_entity_id=entity.id, first_month=date(2028, 1, 1), last_month=date(2031, 12, 1))
    return entity


@pytest.mark.duty("H22")
def test_h22_nothing_is_billed_before_the_activation_is_confirmed():
    make_product()
    make_plan()
    payer = make_payer(make_company(), cycle_day=1)
    ordered = type_in(subscriptions.app, "subscribe", payer.number, "basic")
    bill("2026-01-31")
    assert totals(payer) == []
    type_in(subscriptions.app, "activate", ordered["number"], "--starts", "2026-01-22")
    bill("2026-01-31")
    # 10 of the 31 days of January at 100.00, and 15 %.
    assert (periods(payer), totals(payer)) == (["2026-01-22 2026-02-01"], ["37.10 ZAR"])


@pytest.mark.duty("H37")
def test_h37_credit_and_debit_notes_have_original_reason_number_and_tax():
    payer = make_payer(make_company())
    draft = type_in(invoices.app, "draft", payer.number, "--line", "Hosting=3x100.00", "--date", "2026-01-15")
    invoice = type_in(invoices.app, "issue", draft["id"])
    words = ("--date", "2026-01-20")
    credit = type_in(
        invoices.app, "credit", invoice["number"], "--reason-code", "QUANTITY", "--line", "1=100.00", *words
    )
    debit = type_in(invoices.app, "debit", invoice["number"], "--reason-code", "PRICE", "--line", "Support=20", *words)
    credit, debit = (type_in(invoices.app, "issue", row["id"]) for row in (credit, debit))
    assert (credit["number"], debit["number"]) == ("CN-000001", "DN-000001")
    assert {row["corrects_id"] for row in (credit, debit)} == {invoice["id"]}
    assert [row["tax"]["amount_minor"] for row in (credit, debit)] == [-1500, 300]
    assert str(open_amounts([invoice["id"]])[invoice["id"]]) == "230.00 ZAR"
    assert untied() == []


@pytest.mark.duty("H39")
def test_h39_goodwill_touches_no_balance_until_another_person_approves_it():
    make_product()
    make_plan()
    payer = make_payer(make_company(), cycle_day=1)
    order = NewSubscription(account_id=payer.id, plan="basic", ordered_on=date(2026, 1, 1), starts_on=date(2026, 1, 1))
    subscribe(act=make_act(), row=order)
    ana, boris = make_user("ana", Role.BILLING_SPECIALIST), make_user("boris", Role.BILLING_SPECIALIST)
    make_limit(Role.BILLING_SPECIALIST, "adjustment.approve", 50_00)
    goodwill = NewAdjustment(
        account_id=payer.id, product="hosting", amount=Money.of("-30.00", "ZAR"), text="Goodwill",
        bill_from=date(2026, 1, 1),
    )  # fmt: skip
    proposed = propose_adjustment(act=make_act(actor=ana.actor, reason="outage"), adjustment=goodwill)
    bill("2026-01-01")
    with pytest.raises(NotAllowed):
        approve_adjustment(act=make_act(actor=ana.actor), charge_id=proposed.id)
    approve_adjustment(act=make_act(actor=boris.actor), charge_id=proposed.id)
    bill("2026-02-01")
    assert totals(payer) == ["115.00 ZAR", "80.50 ZAR"]


@pytest.mark.duty("S19")
def test_s19_each_customer_has_its_currency_taxes_and_language():
    make_product()
    make_plan(charges=(make_charge(prices=(price("100"), price("9", currency="EUR"), price("500", currency="INR"))),))
    za = make_payer(make_company(), name="Ana Botha", language="af", cycle_day=1)
    bulgaria = make_company("VITOSHA", country="BG", currency="EUR")
    bg = make_payer(bulgaria, name="Boris Banov", language="bg", cycle_day=1)
    rc = make_payer(bulgaria, name="Clara Klein", language="de", cycle_day=1, tax_treatment="REVERSE_CHARGE")
    surya = make_company("SURYA", country="IN", currency="INR")
    india = make_payer(surya, name="Dev Nair", language="hi", cycle_day=1, tax_treatment="INTER_STATE")
    for payer in (za, bg, rc, india):
        order = NewSubscription(
            account_id=payer.id, plan="basic", ordered_on=date(2026, 1, 1), starts_on=date(2026, 1, 1)
        )
        subscribe(act=catalog_act(), row=order)
    bill("2026-01-01")
    assert [totals(payer)[0] for payer in (za, bg, rc, india)] == ["115.00 ZAR", "10.80 EUR", "9.00 EUR", "590.00 INR"]
    words = {za.id: "Faktuur", bg.id: "Фактура", rc.id: "Rechnung"}
    for account_id, word in words.items():
        (row,) = list_documents(account_id=account_id)
        pages = pypdf.PdfReader(io.BytesIO(documents.document_pdf(row.id))).pages
        assert word.casefold() in pages[0].extract_text().casefold()
    (indian,) = list_documents(account_id=india.id)
    assert [(tax.component, tax.tax_minor) for tax in get_document(indian.id).taxes] == [("IGST", 9000)]
    assert ("OUTPUT_TAX", "IGST") in account_ids(surya.id)
    assert get_document(indian.id).lines[0].tax_percent == Decimal(18)
