from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from billwright.accounts.operations import set_references
from billwright.accounts.rows import ReferenceRow
from billwright.catalog.operations import create_product
from billwright.catalog.states import TaxCategory
from billwright.invoicing import operations, queries
from billwright.invoicing.models import Invoice, InvoiceLine, InvoiceTax, PartySnapshot
from billwright.invoicing.rows import NewInvoice
from billwright.invoicing.tests.builders import (
    correction,
    credit,
    day,
    line,
    make_company,
    make_credit,
    make_draft,
    make_issued,
    make_payer,
)
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.states import IllegalTransition
from billwright.kernel.tests.builders import make_act
from billwright.org.operations import set_convention

pytestmark = pytest.mark.django_db


@pytest.fixture
def payer():
    return make_payer(make_company())


def postings(invoice):
    """The entry of a document as text: account name, amount."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select a.name, p.amount_minor from ledger_posting p join ledger_account a on a.id = p.ledger_account_id"
            " where p.entry_id = %s order by p.line_no",
            [invoice.entry_id],
        )
        return [f"{name} {amount}" for name, amount in cursor.fetchall()]


def test_a_draft_is_owed_by_nobody(payer):
    draft = make_draft(payer, line(quantity="3", unit_price="10.00", discount_percent="10"))
    assert (draft.state, draft.number, str(draft.net), str(draft.tax)) == ("DRAFT", "", "27.00 ZAR", "4.05 ZAR")
    assert draft.entry_id is None


def test_issuing_numbers_posts_and_freezes(payer):
    first = make_issued(payer)
    second = make_issued(payer)
    assert [first.number, second.number] == ["INV-000001", "INV-000002"]
    assert postings(first) == ["Trade receivables 11500", "Revenue: services -10000", "Output tax: VAT -1500"]
    assert queries.get_document(first.id).buyer["name"] == "Ana Botha"
    assert PartySnapshot.objects.count() == 2


def test_a_document_keeps_the_names_of_its_day(payer):
    invoice = make_issued(payer)
    with connection.cursor() as cursor:
        cursor.execute("update accounts_customer set name = 'Ana Smit'")
    assert queries.get_document(invoice.id).buyer["name"] == "Ana Botha"
    assert queries.get_document(make_draft(payer).id).buyer["name"] == "Ana Smit"


def test_service_after_the_posting_month_is_deferred(payer):
    invoice = make_issued(payer, line("A year", service_from=day("2026-01-01"), service_to=day("2027-01-01")))
    assert postings(invoice)[1] == "Deferred revenue: services -10000"
    assert queries.get_document(invoice.id).lines[0].deferred


def test_india_splits_the_tax_on_document_and_ledger():
    payer = make_payer(make_company("SURYA", country="IN", currency="INR"), tax_treatment="INTRA_STATE")
    invoice = make_issued(payer, line(unit_price="99.99"))
    assert [(tax.component, tax.tax_minor) for tax in queries.get_document(invoice.id).taxes] == [
        ("CGST", 900),
        ("SGST", 900),
    ]
    assert postings(invoice)[2:] == ["Output tax: CGST -900", "Output tax: SGST -900"]


def test_lines_take_family_and_tax_of_their_product(payer):
    create_product(act=make_act(), code="book", name="Book", family="goods", tax_category=TaxCategory.ZERO)
    invoice = make_issued(payer, line(product="book"), line("Other"))
    assert "Revenue: goods -10000" in postings(invoice)
    assert {tax.tax_code: tax.tax_minor for tax in queries.get_document(invoice.id).taxes} == {
        "ZA-VAT-0": 0,
        "ZA-VAT-15": 1500,
    }


@pytest.mark.parametrize(
    ("lines", "code"),
    [((), "invoice.no_lines"), ((line(""),), "line.text_or_period"), ((line(product="x"),), "product.not_found")],
)
def test_a_wrong_invoice_is_refused(payer, lines, code):
    draft = NewInvoice(account_id=payer.id, document_date=day("2026-01-15"), lines=lines)
    with pytest.raises(Refusal) as refused, transaction.atomic():
        operations.draft_invoice(act=make_act(), draft=draft)
    assert refused.value.code == code


def test_an_invoice_below_zero_is_refused(payer):
    with pytest.raises(Refusal, match="lower what is owed"):
        make_draft(payer, line(unit_price="-1"))


def test_due_before_its_date_is_refused(payer):
    with pytest.raises(Refusal, match="due before"):
        make_draft(payer, due_date=day("2026-01-14"))


def test_a_required_reference_is_enforced(payer):
    set_references(
        act=make_act(), account_id=payer.id, references=(ReferenceRow(label="Vendor no", value="", required=True),)
    )
    with pytest.raises(Refusal, match="Vendor no"):
        make_draft(payer)


def test_a_draft_is_written_anew_and_two_people_cannot_overwrite_each_other(payer):
    draft = make_draft(payer)
    new = NewInvoice(account_id=payer.id, document_date=day("2026-01-16"), lines=(line(unit_price="50"),))
    changed = operations.replace_draft(act=make_act(), invoice_id=draft.id, version=1, draft=new)
    assert (str(changed.total), changed.version) == ("57.50 ZAR", 2)
    with pytest.raises(Conflict, match="meanwhile"):
        operations.replace_draft(act=make_act(), invoice_id=draft.id, version=1, draft=new)


def test_a_discarded_draft_takes_no_number(payer):
    draft = make_draft(payer)
    operations.discard_draft(act=make_act(), invoice_id=draft.id, version=1)
    with pytest.raises(IllegalTransition):
        operations.issue_documents(act=make_act(), invoice_ids=[draft.id])
    assert make_issued(payer).number == "INV-000001"


def test_an_issued_document_is_frozen(payer):
    invoice = make_issued(payer)
    with pytest.raises(DatabaseError, match="is issued"), transaction.atomic():
        Invoice.objects.filter(id=invoice.id).update(text="changed")
    for model in (InvoiceLine, InvoiceTax):
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
            model.objects.filter(invoice_id=invoice.id).update(tax_minor=0)
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
            model.objects.filter(invoice_id=invoice.id).delete()


def test_an_issued_document_takes_no_late_line(payer):
    invoice = make_issued(payer)
    late = InvoiceLine.objects.get(invoice_id=invoice.id)
    late.line_no = 2
    with pytest.raises(DatabaseError, match="no further lines"), transaction.atomic():
        InvoiceLine.objects.bulk_create([late])


def test_the_database_refuses_an_issued_document_without_number(payer):
    draft = make_draft(payer)
    with pytest.raises(IntegrityError, match="issued_means_numbered"), transaction.atomic():
        Invoice.objects.filter(id=draft.id).update(state="ISSUED")


def test_a_closed_month_sends_the_entry_to_the_first_open_day(payer):
    with connection.cursor() as cursor:
        cursor.execute("update ledger_accounting_period set state = 'CLOSING' where starts_on = '2026-01-01'")
    invoice = make_issued(payer, on="2026-01-15")
    assert (invoice.document_date, invoice.accounting_date) == (date(2026, 1, 15), date(2026, 2, 1))


def test_a_credit_note_mirrors_its_invoice(payer):
    invoice = make_issued(payer, line(unit_price="33.33", discount_percent="3"), line(unit_price="0.07", quantity="11"))
    note = make_credit(invoice)
    assert (note.number, note.total, note.corrects_id) == ("CN-000001", -invoice.total, invoice.id)
    mirrored = [text.rsplit(" ", 1) for text in postings(invoice)]
    assert postings(note) == [f"{name} {-int(amount)}" for name, amount in mirrored]


def test_credits_by_amount_take_discount_and_tax_in_proportion(payer):
    invoice = make_issued(payer, line(unit_price="200.00", discount_percent="10"))
    note = make_credit(invoice, credit(1, "50.00"))
    assert (str(note.net), str(note.tax)) == ("-45.00 ZAR", "-6.75 ZAR")
    assert queries.list_creditable(invoice.id)[0].amount_left_minor == 15000


def test_a_credit_by_days(payer):
    invoice = make_issued(
        payer, line(unit_price="310.00", service_from=day("2026-01-01"), service_to=day("2026-02-01"))
    )
    note = make_credit(invoice, credit(1, credit_from="2026-01-22"))
    assert str(note.net) == "-100.00 ZAR"
    credited = queries.get_document(note.id).lines[0]
    assert (credited.days, credited.base_days, credited.formula) == (10, 31, 4)


def test_all_credits_together_leave_nothing(payer):
    invoice = make_issued(payer, line(unit_price="10.01", discount_percent="7"), line(unit_price="3.33"))
    notes = [make_credit(invoice, credit(1, "3.34")), make_credit(invoice, credit(2, "1.11")), make_credit(invoice)]
    assert sum(note.total.amount_minor for note in notes) == -invoice.total.amount_minor
    assert sum(note.tax.amount_minor for note in notes) == -invoice.tax.amount_minor
    with pytest.raises(Refusal, match="in full"):
        make_credit(invoice)


def test_more_than_is_left_is_refused(payer):
    invoice = make_issued(payer)
    make_credit(invoice, credit(1, "60.00"))
    with pytest.raises(Refusal, match="left of the line"):
        make_credit(invoice, credit(1, "60.00"))


def test_the_second_of_two_drafts_finds_nothing_left(payer):
    invoice = make_issued(payer)
    drafts = [operations.draft_credit_note(act=make_act(), correction=correction(invoice)) for _ in range(2)]
    operations.issue_documents(act=make_act(), invoice_ids=[drafts[0].id])
    with pytest.raises(Refusal, match="left of the line"):
        operations.issue_documents(act=make_act(), invoice_ids=[drafts[1].id])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason_code": ""}, "correction.reason"),
        ({"on": "2026-01-14"}, "correction.too_early"),
    ],
)
def test_a_correction_needs_reason_and_a_day_after_its_original(payer, change, code):
    invoice = make_issued(payer)
    with pytest.raises(Refusal) as refused:
        operations.draft_credit_note(act=make_act(), correction=correction(invoice, **change))
    assert refused.value.code == code


def test_a_draft_is_not_corrected(payer):
    with pytest.raises(Refusal, match="Only an issued"):
        operations.draft_credit_note(act=make_act(), correction=correction(make_draft(payer)))


def test_an_unknown_line_is_refused(payer):
    with pytest.raises(NotFound):
        make_credit(make_issued(payer), credit(9))


def test_a_debit_note_has_its_own_series_and_original(payer):
    invoice = make_issued(payer)
    note = operations.draft_debit_note(
        act=make_act(), correction=correction(invoice, reason_code="LATE_FEE"), lines=(line("Late fee"),)
    )
    (issued,) = operations.issue_documents(act=make_act(), invoice_ids=[note.id])
    assert (issued.number, str(issued.total), issued.corrects_id) == ("DN-000001", "115.00 ZAR", invoice.id)
    assert [row.number for row in queries.get_document(invoice.id).corrections] == ["DN-000001"]


def test_a_debit_note_that_lowers_the_debt_is_refused(payer):
    with pytest.raises(Refusal, match="raises what is owed"):
        operations.draft_debit_note(
            act=make_act(), correction=correction(make_issued(payer)), lines=(line(unit_price="-1"),)
        )


def test_documents_are_listed_by_key_the_newest_first(payer):
    made = [make_issued(payer, on=f"2026-01-{number:02d}") for number in (10, 12, 11)]
    page = queries.list_documents(account_id=payer.id, limit=2)
    assert [row.id for row in page] == [made[1].id, made[2].id]
    rest = queries.list_documents(account_id=payer.id, after=(page[-1].document_date, page[-1].id))
    assert [row.id for row in rest] == [made[0].id]


def test_a_repeat_under_the_same_key_writes_one_draft(payer):
    draft = NewInvoice(account_id=payer.id, document_date=day("2026-01-15"), lines=(line(unit_price="1"),))
    first = operations.draft_invoice(act=make_act(key="k"), draft=draft)
    assert operations.draft_invoice(act=make_act(key="k"), draft=draft) == first
    assert Invoice.objects.count() == 1


def test_keeping_the_same_parties_twice_adds_none(payer):
    for _ in range(2):
        operations.keep_sellers(act=make_act(), legal_entity_ids=[payer.legal_entity_id])
        operations.keep_buyers(act=make_act(), account_ids=[payer.id], on=day("2026-01-15"))
    assert PartySnapshot.objects.count() == 2


def test_quantity_and_price_recompute_the_line(payer):
    invoice = make_issued(payer, line(quantity="2.5", unit_price="0.123456"))
    stored = queries.get_document(invoice.id).lines[0]
    assert (stored.formula, round(stored.quantity * stored.unit_price, 2)) == (5, Decimal("0.31"))
    assert stored.amount_minor == 31


def test_a_withdrawn_currency_is_refused_on_later_documents():
    payer = make_payer(make_company("BALKAN", country="BG", currency="BGN"), opened_on=date(2025, 1, 1))
    old = make_issued(payer, on="2025-12-31")
    with pytest.raises(Refusal) as refused:
        make_draft(payer, on="2026-01-01")
    assert (refused.value.code, refused.value.field) == ("currency.withdrawn", "document_date")
    with pytest.raises(Refusal, match="withdrawn"):
        operations.draft_credit_note(act=make_act(), correction=correction(old, on="2026-01-05"))


def test_a_document_whose_lines_must_add_up_is_not_written_without_rounding_them_but_credited():
    entity = make_company()
    payer = make_payer(entity, conventions={"rounding": "sum_then_round"})
    set_convention(
        act=make_act(), legal_entity_id=entity.id, option="e_invoice", value="everybody", valid_from=day("2026-02-01")
    )
    invoice = make_issued(payer, on="2026-01-15")
    with pytest.raises(Refusal, match="must add up") as refused:
        make_draft(payer, on="2026-02-15")
    assert refused.value.code == "convention.e_invoice_rounding"
    assert make_credit(invoice, on="2026-02-15").total.amount_minor == -invoice.total.amount_minor
