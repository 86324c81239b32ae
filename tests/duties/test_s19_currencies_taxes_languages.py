"""S19: Bill in several currencies, tax regimes and document languages per customer."""

import io
from datetime import date
from decimal import Decimal

import pypdf
import pytest
from tests.duties.people import type_in
from typer.testing import CliRunner

from billwright.accounts.tests.builders import make_account, make_customer
from billwright.catalog.tests.builders import make_act as catalog_act
from billwright.catalog.tests.builders import make_charge, make_plan, make_product, price
from billwright.interfaces.cli import bill_run, receivables, report
from billwright.invoicing.queries import get_document, list_documents
from billwright.invoicing.tests.builders import make_company, make_payer
from billwright.ledger.queries import account_ids
from billwright.ledger.tests.builders import make_books
from billwright.org.tests.builders import make_rate
from billwright.receivables.tests.builders import make_cash, make_item
from billwright.subscriptions.operations import NewSubscription, subscribe
from billwright.workflow import documents

pytestmark = [pytest.mark.django_db, pytest.mark.duty("S19")]


def bill(day):
    result = CliRunner().invoke(bill_run.app, ["run", "--as-of", day, "--yes"], catch_exceptions=False)
    assert result.exit_code == 0, result.output


def totals(account):
    return [str(row.total) for row in reversed(list_documents(account_id=account.id))]


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


def test_s19_money_in_another_currency_is_changed_by_the_dated_rate_and_settles():
    karoo = make_books()
    make_rate(frm="USD", to="ZAR", rate="18.00", valid_from=date(2026, 2, 1))
    ana = make_account(karoo, make_customer("Ana Botha"))
    item = make_item(ana, "90.00")
    cash = make_cash(make_account(karoo, make_customer("Clara Klein"), currency="USD"), "5.00")
    changed = type_in(receivables.app, "convert", cash.pk, ana.number, "5.00", "--on", "2026-02-12")
    assert (changed["became"]["amount"]["amount_minor"], changed["rate_source"]) == (9000, "test")
    type_in(receivables.app, "allocate", f"{item.invoice.number}=90.00", "--cash", changed["became"]["cash_id"])
    assert type_in(report.app, "reconcile")["ties"]
