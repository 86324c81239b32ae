import io
from datetime import UTC, datetime
from decimal import Decimal

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billwright.accounts.tests.builders import make_account
from billwright.catalog.tests.builders import make_plan, make_product
from billwright.comms import operations as comms
from billwright.comms import queries as messages
from billwright.invoicing import operations as invoicing
from billwright.invoicing.rows import NewInvoice
from billwright.invoicing.tests.builders import (
    correction,
    credit,
    day,
    line,
    make_company,
    make_draft,
    make_issued,
    make_payer,
)
from billwright.kernel import outbox
from billwright.kernel.errors import Conflict, NotAllowed, Refusal
from billwright.kernel.tests.builders import make_act
from billwright.org.operations import add_bank_account, update_legal_entity
from billwright.org.tests.builders import make_rate
from billwright.receivables.queries.items import open_amounts
from billwright.receivables.queries.ties import untied
from billwright.render.documents import CopyMark
from billwright.subscriptions.operations import NewSubscription, subscribe
from billwright.workflow import documents
from billwright.workflow.bill_run import run_bill_run

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture
def payer():
    return make_payer(make_company())


def issue(draft):
    return documents.issue_invoice(act=make_act(), invoice_id=draft.id, version=draft.version)


def remind(payer, as_of):
    return documents.send_reminders(act=make_act(), legal_entity_id=payer.legal_entity_id, as_of=day(as_of))


def text_of(pdf):
    return " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


class Carrier:
    def __init__(self):
        self.mails = []

    def send(self, mail):
        self.mails.append(mail)


def delivered():
    carrier = Carrier()
    comms.deliver_waiting(carrier=carrier, files=documents.DOCUMENT_FILES, at=LATER)
    return carrier.mails


def ledger_amounts(entry_id):
    with connection.cursor() as cursor:
        cursor.execute("select abs(amount_minor) from ledger_posting where entry_id = %s", [entry_id])
        return [Decimal(row[0]) / 100 for row in cursor.fetchall()]


def test_an_issued_invoice_is_owed_and_mailed_as_the_original(payer):
    issued = issue(make_draft(payer))
    assert str(open_amounts([issued.invoice.id])[issued.invoice.id]) == "115.00 ZAR"
    assert issued.is_queued
    (mail,) = delivered()
    assert mail.subject == "Invoice INV-000001 from Karoo (invented) Ltd"
    assert mail.to_address == "ana@example.org"
    assert "ORIGINAL" in text_of(mail.files[0].content)
    assert untied() == []


def test_an_account_that_wants_no_mail_gets_none():
    payer = make_payer(make_company(), delivery="POST")
    assert not issue(make_draft(payer)).is_queued


def test_a_changed_draft_is_not_issued(payer):
    draft = make_draft(payer)
    invoicing.replace_draft(
        act=make_act(), invoice_id=draft.id, version=1,
        draft=NewInvoice(account_id=payer.id, document_date=day("2026-01-15"), lines=(line(),)),
    )  # fmt: skip
    with pytest.raises(Conflict, match="meanwhile"):
        issue(draft)


def test_a_credit_note_settles_its_invoice_as_far_as_it_is_open(payer):
    invoice = issue(make_draft(payer)).invoice
    note = invoicing.draft_credit_note(act=make_act(), correction=correction(invoice), lines=(credit(1, "40.00"),))
    issued = documents.issue_credit_note(act=make_act(), invoice_id=note.id, version=note.version)
    assert str(issued.allocated) == "46.00 ZAR"
    left = open_amounts([invoice.id, note.id])
    assert (str(left[invoice.id]), str(left[note.id])) == ("69.00 ZAR", "0.00 ZAR")
    assert untied() == []


def test_a_debit_note_is_owed_on_top(payer):
    invoice = issue(make_draft(payer)).invoice
    note = invoicing.draft_debit_note(
        act=make_act(), correction=correction(invoice, reason_code="LATE_FEE"), lines=(line("Late fee"),)
    )
    issued = documents.issue_debit_note(act=make_act(), invoice_id=note.id, version=note.version)
    assert issued.invoice.number == "DN-000001"
    assert len(delivered()) == 2


def test_a_document_of_another_kind_is_refused(payer):
    draft = make_draft(payer)
    with pytest.raises(Refusal, match="another kind"):
        documents.issue_credit_note(act=make_act(), invoice_id=draft.id, version=1)


def test_one_off_invoices_take_one_act_and_repeat_freely(payer):
    draft = NewInvoice(account_id=payer.id, document_date=day("2026-01-15"), lines=(line(),))
    first = documents.invoice_at_once(act=make_act(key="k-1"), draft=draft)
    assert documents.invoice_at_once(act=make_act(key="k-1"), draft=draft) == first
    assert first.invoice.number == "INV-000001"


def test_a_stranger_issues_nothing(payer):
    draft = make_draft(payer)
    with pytest.raises(NotAllowed):
        documents.issue_invoice(act=make_act(actor="user:999"), invoice_id=draft.id, version=1)


@pytest.mark.parametrize(
    ("country", "currency", "treatment", "language", "title"),
    [
        ("ZA", "ZAR", "DOMESTIC", "en", "Tax Invoice"),
        ("ZA", "ZAR", "DOMESTIC", "af", "Belastingfaktuur"),
        ("BG", "EUR", "DOMESTIC", "bg", "Фактура"),
        ("BG", "EUR", "REVERSE_CHARGE", "de", "Rechnung"),
        ("IN", "INR", "INTRA_STATE", "en", "Tax Invoice"),
    ],
)
def test_every_amount_of_the_ledger_stands_on_the_paper(country, currency, treatment, language, title):
    entity = make_company("SELLER", country=country, currency=currency)
    update_legal_entity(act=make_act(), legal_entity_id=entity.id, changes={"tax_number": "TAX-0000001"})
    payer = make_payer(entity, tax_treatment=treatment, language=language)
    invoice = issue(make_draft(payer, line(unit_price="33.33", quantity="3", discount_percent="10"))).invoice
    text = text_of(documents.document_pdf(invoice.id)).casefold()
    assert title.casefold() in text
    for amount in ledger_amounts(invoice.entry_id):
        written = f"{amount:.2f}"
        assert written in text or written.replace(".", ",") in text


def test_tax_in_a_foreign_currency_is_shown_in_the_national_one_as_posted():
    entity = make_company()
    make_rate(frm="USD", to="ZAR", rate="18.5")
    payer = make_account(entity, currency="USD")
    invoice = issue(make_draft(payer)).invoice
    with connection.cursor() as cursor:
        cursor.execute(
            "select -base_minor from ledger_posting where entry_id = %s and tax_code <> ''", [invoice.entry_id]
        )
        assert cursor.fetchone() == (27750,)
    assert "277.50" in text_of(documents.document_pdf(invoice.id))


def test_a_reverse_charge_is_named_on_the_paper():
    payer = make_payer(make_company("VITOSHA", country="BG", currency="EUR"), tax_treatment="REVERSE_CHARGE")
    text = text_of(documents.document_pdf(issue(make_draft(payer)).invoice.id))
    assert "Reverse charge" in text
    assert "2006/112/EC art. 44 and 196" in text


def test_a_credit_note_names_original_and_reason(payer):
    invoice = issue(make_draft(payer)).invoice
    note = invoicing.draft_credit_note(act=make_act(), correction=correction(invoice))
    documents.issue_credit_note(act=make_act(), invoice_id=note.id, version=note.version)
    text = text_of(documents.document_pdf(note.id))
    assert "INV-000001" in text
    assert "agreed by phone" in text
    assert "-115" not in text


def test_copies_say_so_and_drafts_too(payer):
    draft = make_draft(payer)
    assert "DRAFT" in text_of(documents.document_pdf(draft.id, mark=CopyMark.ORIGINAL))
    invoice = issue(draft).invoice
    assert "COPY" in text_of(documents.document_pdf(invoice.id))
    assert documents.document_pdf(invoice.id) == documents.document_pdf(invoice.id)
    assert documents.file_name(invoice.id) == "INV-000001.pdf"


def test_bank_details_of_the_currency_stand_on_the_invoice(payer):
    add_bank_account(
        act=make_act(), legal_entity_id=payer.legal_entity_id, label="Main", holder="Karoo", currency="ZAR",
        details={"bank_name": "Example Bank", "account_number": "0123456789", "branch_code": "000000"},
    )  # fmt: skip
    text = text_of(documents.document_pdf(issue(make_draft(payer)).invoice.id))
    assert "0123456789" in text


def test_a_copy_is_sent_as_often_as_it_is_asked_for(payer):
    invoice = issue(make_draft(payer)).invoice
    for _turn in range(2):
        documents.send_copy(act=make_act(), invoice_id=invoice.id, to_address="cfo@example.org")
    mails = delivered()
    assert [mail.to_address for mail in mails] == ["ana@example.org", "cfo@example.org", "cfo@example.org"]
    assert "COPY" in text_of(mails[1].files[0].content)


def test_a_draft_is_not_sent(payer):
    with pytest.raises(Refusal, match="Only an issued"):
        documents.send_copy(act=make_act(), invoice_id=make_draft(payer).id)


def test_a_friendly_reminder_goes_once_to_who_still_owes(payer):
    open_invoice = issue(make_draft(payer, due_date=day("2026-02-14"))).invoice
    settled = issue(make_draft(payer, due_date=day("2026-02-14"))).invoice
    note = invoicing.draft_credit_note(act=make_act(), correction=correction(settled))
    documents.issue_credit_note(act=make_act(), invoice_id=note.id, version=note.version)
    assert [remind(payer, "2026-02-11") for _turn in range(2)] == [1, 0]
    reminders = [row for row in messages.list_messages() if row.purpose == "reminder.before_due"]
    assert [row.about for row in reminders] == [f"invoice:{open_invoice.id}"]


def test_documents_of_a_run_are_queued_once_in_few_statements(payer):
    ids = [make_issued(payer).id for _turn in range(8)]
    with CaptureQueriesContext(connection) as captured:
        assert documents.queue_documents(act=make_act(), invoice_ids=ids) == 8
    assert len(captured) <= 16
    assert documents.queue_documents(act=make_act(), invoice_ids=ids) == 0


def test_what_a_run_issued_is_mailed_after_its_shard_is_committed():
    make_product()
    make_plan()
    payer = make_payer(make_company())
    subscribe(
        act=make_act(),
        row=NewSubscription(
            account_id=payer.id, plan="basic", ordered_on=day("2026-01-01"), starts_on=day("2026-01-01")
        ),
    )
    run_bill_run(act=make_act(), as_of=day("2026-01-01"))
    assert messages.list_messages() == []
    outbox.deliver_waiting(at=LATER)
    outbox.deliver_waiting(at=LATER)
    (queued,) = messages.list_messages()
    assert queued.purpose == "invoice.issued"
    mails = delivered()
    assert messages.list_messages()[0].failure == ""
    assert "115.00" in text_of(mails[0].files[0].content)
