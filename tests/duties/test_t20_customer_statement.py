"""T20: Compare a customer-supplied statement/remittance with our ledger and list differences by kind (missing invoice,
short payment, unknown payment).

T35: Carry out a complex reconciliation over several accounts, entities and currencies with saved workings, sign-off
and export.
"""

import io

import pypdf
import pytest
from django.db import DatabaseError, connection, transaction
from tests.duties.people import on, person, type_in

from billwright.access.states import Role
from billwright.accounts.queries import get_customer
from billwright.accounts.tests.builders import make_account
from billwright.interfaces.cli import payments, reconcile
from billwright.invoicing.models import Invoice
from billwright.kernel.errors import Refusal
from billwright.ledger.tests.builders import make_books
from billwright.receivables.models import ReconciliationLine
from billwright.receivables.tests.builders import make_ana, make_item
from billwright.workflow.book_import.workbook import read_sheet

pytestmark = [pytest.mark.django_db]


def number_of(item):
    return Invoice.objects.get(pk=item.invoice_id).number


def upload(name, text):
    file = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    file.name = name
    return file


def by_kind(totals):
    return {(one["currency"], one["kind"]): (one["count"], one["difference"]["amount_minor"]) for one in totals}


@pytest.mark.duty("T20")
def test_t20_their_statement_beside_our_books_by_kind():
    ana, carla = make_ana(), person("carla", Role.CASH_APPLIER)
    agreed, short, unseen = (make_item(ana, total) for total in ("115.00", "230.00", "50.00"))
    pay = ("--key", "B1", "--value-date", "2026-02-10", "--account", ana.number, "--for", number_of(short))
    type_in(payments.app, "receive", "100.00", *pay)
    rows = [
        "Statement of Ana Botha;;",
        ";;",
        "Date;Invoice no;Amount",
        f"02/01/2026;{number_of(agreed).replace('-', ' ')};115,00",
        f"02/01/2026;{number_of(short)};230,00",
        "05/01/2026;ZZ-7777;12,50",
        "09/02/2026;EFT 1;-100,00",
        "15/01/2026;EFT 2;-40,00",
    ]
    with on("2026-03-01"):
        carla.sends("reconciliation-new", accounts=ana.number, content="MOVEMENTS", as_of="2026-02-28", timing_days=5)
        [row] = carla.api("get", "/reconciliations")["data"]
        carla.sends("reconciliation-paper-new", row["id"], file=upload("theirs.csv", "\n".join(rows)), account=ana.id)
        page = carla.reads("reconciliation", row["id"])
    assert "Missing at them" in page
    assert number_of(unseen) in page
    assert by_kind(type_in(reconcile.app, "show", row["id"])) == {
        ("ZAR", "AGREED"): (3, 0),
        ("ZAR", "MISSING_AT_THEM"): (1, 5000),
        ("ZAR", "MISSING_AT_US"): (1, -1250),
        ("ZAR", "UNKNOWN_PAYMENT"): (1, 4000),
    }
    # A remittance of theirs pays one invoice in full and one short.
    remittance = type_in(reconcile.app, "start", ana.number, "--as-of", "2026-02-28", "--content", "REMITTANCE")
    pays = f"Document,Amount paid\n{number_of(agreed)},115.00\n{number_of(short)},200.00\n"
    carla.uploads(f"/reconciliations/{remittance['id']}/papers", file=upload("pays.csv", pays))
    assert by_kind(type_in(reconcile.app, "show", remittance["id"])) == {
        ("ZAR", "AGREED"): (1, 0),
        ("ZAR", "SHORT_PAYMENT"): (1, 3000),
    }


@pytest.mark.duty("T20")
def test_t20_a_statement_as_pdf_and_columns_confirmed_once_for_the_customer(tmp_path):
    ana, carla = make_ana(), person("carla", Role.CASH_APPLIER)
    item = make_item(ana, "1150.00")
    pdf = the_pdf(f"02/01/2026 {number_of(item)} Services 1,150.00 1,150.00")
    row = type_in(reconcile.app, "start", ana.number, "--as-of", "2026-02-28")
    read = carla.uploads(f"/reconciliations/{row['id']}/papers", file=upload("theirs.pdf", pdf))
    assert (read["row_count"], read["is_confirmed"]) == (1, False)
    assert by_kind(type_in(reconcile.app, "show", row["id"])) == {("ZAR", "AGREED"): (1, 0)}
    odd = tmp_path / "odd.csv"
    odd.write_text(f"What,When,How much\n{number_of(item)},2026-01-02,-1150.00\n")
    with pytest.raises(Refusal) as refused:
        type_in(reconcile.app, "add", row["id"], odd)
    assert refused.value.code == "reconciliation.columns_missing"


def the_pdf(line):
    """A PDF with one line of text."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(width=595, height=842)
    content = pypdf.generic.DecodedStreamObject()
    content.set_data(f"BT /F1 12 Tf 50 700 Td ({line}) Tj ET".encode())
    font = pypdf.generic.DictionaryObject()
    for key, value in (("/Type", "/Font"), ("/Subtype", "/Type1"), ("/BaseFont", "/Helvetica")):
        font[pypdf.generic.NameObject(key)] = pypdf.generic.NameObject(value)
    fonts = pypdf.generic.DictionaryObject({pypdf.generic.NameObject("/F1"): font})
    page[pypdf.generic.NameObject("/Resources")] = pypdf.generic.DictionaryObject(
        {pypdf.generic.NameObject("/Font"): fonts}
    )
    page[pypdf.generic.NameObject("/Contents")] = writer._add_object(content)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.duty("T35")
def test_t35_over_companies_and_currencies_explained_signed_off_and_exported(tmp_path):
    ana = make_ana()
    other = make_account(
        make_books("RHINE", country="DE", currency="EUR"), get_customer(ana.customer_id), currency="EUR"
    )
    carla, lead = person("carla", Role.CASH_APPLIER), person("lea", Role.TEAM_LEAD)
    here, there = make_item(ana, "115.00"), make_item(other, "200.00")
    with on("2026-03-01"):
        body = {"account_ids": [ana.id, other.id], "content": "OPEN_ITEMS", "as_of": "2026-02-28"}
        row = carla.api("post", "/reconciliations", body, status=201)
        text = (
            "Account,Number,Date,Amount,Currency\n"
            f"{ana.number},{number_of(here)},2026-01-02,115.00,ZAR\n"
            f"{other.number},{number_of(there)},2026-01-02,180.00,EUR\n"
        )
        file = carla.uploads(f"/reconciliations/{row['id']}/papers", file=upload("group.csv", text))
        assert by_kind(type_in(reconcile.app, "show", row["id"])) == {
            ("EUR", "AMOUNT_DIFFERS"): (1, 2000),
            ("ZAR", "AGREED"): (1, 0),
        }
        refused = lead.sends("reconciliation-sign-off", row["id"], expecting=422, note="")
        assert "1 differences are not explained" in refused.content.decode()
        [finding] = carla.api("get", f"/reconciliations/{row['id']}/findings", {"kind": "AMOUNT_DIFFERS"})["data"]
        words = {"text": "They took a discount", "finding_ids": [finding["id"]]}
        carla.api("post", f"/reconciliations/{row['id']}/explain", words)
        carla.sends("reconciliation-columns", row["id"], file["id"], **file["columns"], style="0", act_key="k")
        # Read and compared again: what was explained stays explained.
        carla.sends("reconciliation-compare", row["id"])
        carla.sends("reconciliation-sign-off", row["id"], expecting=403, note="")
        lead.sends("reconciliation-sign-off", row["id"], note="Agreed with them by phone")
    signed = carla.api("get", f"/reconciliations/{row['id']}")["reconciliation"]
    assert (signed["state"], signed["signed_by"], len(signed["digest"])) == ("SIGNED_OFF", lead.actor, 64)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update receivables_reconciliation_line set ours_minor = 0")
    assert ReconciliationLine.objects.get(kind="AMOUNT_DIFFERS").explanation == "They took a discount"
    sheet = tmp_path / "workings.xlsx"
    reconcile.export(row["id"], to=sheet)
    read = read_sheet(sheet.read_bytes(), sheet="Findings", header_row=1)
    assert [line[0] for line in read.rows[1:]] == ["AGREED", "AMOUNT_DIFFERS"]
