"""H18: before anything is debited: a bank account is kept, a mandate is signed on it, and the payer is told in time."""

import io
from datetime import date

import pytest
from django.urls import reverse
from python_calamine import load_workbook
from tests.duties.people import Person, on

from billwright.access.states import Role
from billwright.accounts.rows import ContactDraft
from billwright.accounts.tests.builders import make_account, make_customer
from billwright.comms.models import OutgoingMessage
from billwright.kernel.tests.builders import make_act
from billwright.org.operations import set_convention
from billwright.payments.queries.mandates import list_account_mandates, list_methods
from billwright.receivables.tests.builders import make_item
from billwright.workflow.collecting.tests.builders import ANA_IBAN, BORIS_IBAN, make_company, make_mandate, make_payer

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H18")]
SIGNED = {"scheme": "sepa-core", "reference": "M-7", "signed_on": "2026-02-01", "frequency": "AS_NEEDED"}


@pytest.fixture
def company():
    return make_company(notice_days=None)[0]


def test_h18_a_bank_account_is_kept_first_and_its_mandate_signed_later(company):
    ana, faisal = make_payer(company), Person("faisal", (Role.FINANCE_MANAGER,))
    account = {"kind": "IBAN", "holder": "Ana Botha", "iban": ANA_IBAN}
    with on("2026-02-01"):
        assert reverse("web:stored-method-new", args=[ana.id]) in faisal.reads("account", ana.id)
        faisal.sends("stored-method-new", ana.id, **{**account, "iban": "NL00ABNA0417164300"}, expecting=422)
        faisal.sends("stored-method-new", ana.id, **account)
        [kept] = list_methods(ana.id)
        assert f"{reverse('web:mandate-new', args=[ana.id])}?method={kept.id}" in faisal.reads("stored-method", kept.id)
        # The same account with its digits again is refused; chosen as it is stored it carries the mandate.
        faisal.sends("mandate-new", ana.id, **SIGNED, holder="Ana Botha", iban=ANA_IBAN, expecting=422)
        faisal.sends("mandate-new", ana.id, **SIGNED, stored_method=kept.id)
        [mandate] = list_account_mandates(ana.id)
        assert (mandate.stored_method_id, mandate.state) == (kept.id, "ACTIVE")
        faisal.sends("mandate-new", ana.id, **{**SIGNED, "reference": "M-8"}, holder="Ana Botha", iban=BORIS_IBAN)
    assert len(list_methods(ana.id)) == 2
    agent = Person("anton", (Role.SALES_READ_ONLY,))
    agent.sends("stored-method-new", ana.id, **account, expecting=403)


def test_h18_payers_are_told_of_debits_in_time_and_once(company):
    contact = ContactDraft(name="Anke Beispiel", email="anke@example.org", language="de")
    told = make_account(company, make_customer("Anke Beispiel", country="DE"), currency="EUR", contacts=(contact,))
    silent = make_payer(company)
    make_mandate(told)
    make_mandate(silent, BORIS_IBAN, reference="M-2")
    for account in (told, silent):
        make_item(account, "115.00", due="2026-03-09", dated="2026-02-02")
    faisal, door = Person("faisal", (Role.FINANCE_MANAGER,)), "/collection-announcements"
    with on("2026-02-22"):
        assert "Nobody is to be told today" in faisal.reads("collection-announcements")
    with on("2026-02-24"):
        page = faisal.reads("collection-announcements")
        assert ("To be told" in page, "Takes no mail" in page) == (True, True)
        rows = faisal.api("get", door, {"legal_entity_id": company.id})
        assert sorted((row["account_id"], row["is_mailed"]) for row in rows) == [(told.id, True), (silent.id, False)]
        faisal.sends("collection-announce")
        assert faisal.api("post", door, {"legal_entity_id": company.id}, status=201) == {"queued": 0}
        [mail] = OutgoingMessage.objects.filter(purpose="debit.announced")
        page = faisal.reads("collection-announcements")
        assert reverse("web:message", args=[mail.id]) in page
        assert reverse("web:collection-announce") not in page
        book = load_workbook(io.BytesIO(faisal.opens("collection-announcements", export="xlsx").content))
        assert len(book.get_sheet_by_index(0).to_python()) == 1 + 2
        make_item(told, "20.00", due="2026-03-09", dated="2026-02-20")
        assert faisal.api("post", door, {"legal_entity_id": company.id}, status=201) == {"queued": 1}
        Person("carla", (Role.COLLECTOR,)).api("post", door, {"legal_entity_id": company.id}, status=403)
    set_convention(
        act=make_act(), legal_entity_id=company.id, option="debit_news", value="never", valid_from=date(2026, 2, 25)
    )
    with on("2026-02-26"):
        assert "The company sends no news of debits" in faisal.reads("collection-announcements")
