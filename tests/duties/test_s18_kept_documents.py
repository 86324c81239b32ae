"""S18: a contract, a cheque image and a letter stay on their transaction, unchanged, as long as the law wants them."""

from __future__ import annotations

import hashlib
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from tests.duties.people import on, person

from billwright.access.operations.roles import grant_role
from billwright.access.states import Role
from billwright.files.models import StoredFile
from billwright.files.queries import list_files
from billwright.kernel.models import AuditEvent
from billwright.kernel.tests.builders import make_act
from billwright.ledger.tests.builders import make_books
from billwright.receivables.tests.builders import make_ana, make_cash, make_item

pytestmark = [pytest.mark.django_db, pytest.mark.duty("S18")]

CONTRACT = b"%PDF-1.7 signed by Ana Botha"
CHEQUE = b"\x89PNG the front of a cheque"


@pytest.fixture
def ana():
    return make_ana()


@pytest.fixture
def bea():
    return person("bea", Role.BILLING_SPECIALIST)


def keeps(who, noun, number, content, name, retention_class="CONTRACT", status=302):
    given = {"file": the_upload(content, name), "retention_class": retention_class}
    who.sends("kept-file-new", noun, number, expecting=status, **given)


def the_upload(content, name):
    return SimpleUploadedFile(name, content, content_type="text/html")


def test_s18_from_the_upload_to_the_download_on_each_transaction(ana, bea):
    invoice, payment = make_item(ana, "100.00").invoice_id, make_cash(ana, "100.00").payment_id
    # 10 March: the signed contract on the account, the letter on the invoice, the cheque on the payment.
    with on("2026-03-10"):
        keeps(bea, "account", ana.id, CONTRACT, "contract.pdf")
        keeps(bea, "invoice", invoice, b"Dear", "letter.txt", "CORRESPONDENCE")
        keeps(bea, "payment", payment, CHEQUE, "cheque.png", "TAX_DOCUMENT")
    # A year later each is found where it belongs, with what it is, who kept it and until when.
    with on("2027-03-10"):
        for page, key, name in (
            ("account", ana.id, "contract.pdf"),
            ("invoice", invoice, "letter.txt"),
            ("payment", payment, "cheque.png"),
        ):
            words = bea.reads(page, key)
            assert name in words
            assert "31 Dec 2033" in words
        link = re.search(r'href="(/files/\d+/)"', bea.reads("payment", payment))[1]
        fetched = bea.browser.get(link)
    assert fetched.content == CHEQUE
    assert (fetched["Content-Type"], fetched["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert fetched["Content-Disposition"] == 'attachment; filename="cheque.png"'
    assert AuditEvent.objects.filter(verb="file.store", actor=bea.actor).count() == 3


def test_s18_by_a_program_with_hash_and_retention(ana, bea):
    form = {"about": f"account:{ana.id}", "retention_class": "CONTRACT"}
    with on("2026-03-10"):
        kept = bea.uploads("/files", content=the_upload(CONTRACT, "contract.pdf"), **form)
        again = bea.uploads("/files", content=the_upload(CONTRACT, "contract.pdf"), **form)
    assert kept == again
    assert (kept["file"]["sha256"], kept["kept_until"]) == (hashlib.sha256(CONTRACT).hexdigest(), "2033-12-31")
    assert bea.api("get", "/files", {"about": f"account:{ana.id}"}) == [kept]
    assert bea.api("get", f"/files/{kept['file']['id']}/content").content == CONTRACT


def test_s18_nobody_changes_or_removes_what_is_kept(ana, bea, as_owner):
    keeps(bea, "account", ana.id, CONTRACT, "contract.pdf")
    for change in (lambda: StoredFile.objects.update(content=b"forged"), lambda: StoredFile.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), as_owner():
            change()
    assert [row.name for row in list_files(about=f"account:{ana.id}")] == ["contract.pdf"]


def test_s18_an_empty_file_is_refused_and_who_may_not_see_the_account_sees_no_file(ana, bea):
    keeps(bea, "account", ana.id, b"", "empty.pdf", status=422)
    keeps(bea, "account", ana.id, CONTRACT, "contract.pdf")
    [kept] = list_files(about=f"account:{ana.id}")
    elsewhere = person("clive")
    other = make_books("VITOSHA")
    role = Role.BILLING_SPECIALIST
    grant_role(act=make_act(), user_id=elsewhere.user.pk, role=role, legal_entity_id=other.id)
    assert elsewhere.opens("kept-file", kept.id).status_code == 403
    keeps(elsewhere, "account", ana.id, CONTRACT, "x.pdf", status=403)
    assert len(list_files(about=f"account:{ana.id}")) == 1
