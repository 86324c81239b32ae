"""The set-up, as the first administrator walks through it."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import load_workbook

from billwright.access.approvals import arguments_of, list_approvals
from billwright.access.states import Role
from billwright.catalog.queries import list_tax_rules
from billwright.comms.queries import list_messages
from billwright.interfaces.web import approving, paging
from billwright.interfaces.web.setup.conventions import EXPLAINED
from billwright.interfaces.web.setup.steps import STEPS
from billwright.interfaces.web.tests.builders import logged_in
from billwright.org.conventions import OPTIONS
from billwright.org.queries import (
    find_legal_entity,
    get_convention,
    get_legal_entity,
    get_logo,
    get_rate,
    list_bank_accounts,
    list_series,
)
from billwright.org.tests.builders import make_entity

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
COMPANY = {
    "code": "karoo",
    "name": "Karoo Hosting (invented)",
    "country": "ZA",
    "base_currency": "ZAR",
    "timezone": "Africa/Johannesburg",
    "language": "en",
    "street": "12 Long Street",
}


def administrator():
    return logged_in(Role.ADMINISTRATOR)


def test_with_no_company_the_first_step_is_told():
    assert "No company yet" in administrator().get("/setup/").content.decode()


def test_the_first_company_is_added_and_acted_for():
    client = administrator()
    assert client.post("/setup/new/", COMPANY)["Location"] == "/setup/KAROO/company/"
    entity = get_legal_entity(code="KAROO")
    assert (entity.street, entity.base_currency) == ("12 Long Street", "ZAR")
    assert client.get("/").context["shell"].entity_name == COMPANY["name"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"code": "a b"}, "code"), ({"country": ""}, "country"), ({"base_currency": "XXX1"}, "base_currency")],
)
def test_a_wrong_company_is_refused_beside_the_field(changes, field):
    answer = administrator().post("/setup/new/", COMPANY | changes)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert find_legal_entity(code="KAROO") is None


def test_a_code_that_is_taken_is_refused_beside_it():
    make_entity("KAROO")
    answer = administrator().post("/setup/new/", COMPANY)
    assert answer.status_code == 422
    assert "code" in answer.context["form"].errors


@pytest.mark.parametrize("step", [step.name for step in STEPS])
def test_each_step_is_reachable_by_itself(step):
    make_entity()
    page = administrator().get(f"/setup/KAROO/{step}/").content.decode()
    assert 'aria-current="step"' in page


def test_the_auditor_reads_and_is_offered_nothing():
    make_entity()
    client = logged_in(Role.AUDITOR)
    assert "change/" not in client.get("/setup/KAROO/company/").content.decode()
    assert client.post("/setup/KAROO/company/change/", {"name": "X"}).status_code == 403


def test_a_company_is_changed():
    make_entity()
    form = {"name": "Karoo Two (invented)", "language": "af", "street": "1 Main"}
    assert administrator().post("/setup/KAROO/company/change/", form).status_code == 302
    assert get_legal_entity(code="KAROO").language == "af"


def test_the_terms_are_changed():
    make_entity()
    form = {"payment_terms_days": "14", "fiscal_year_starts_month": "3", "document_footer": "Thank you"}
    client = administrator()
    client.post("/setup/KAROO/terms/change/", form | {"payment_parts": "50% after 10 days\nrest after 1 month"})
    entity = get_legal_entity(code="KAROO")
    assert (entity.payment_terms_days, entity.fiscal_year_starts_month) == (14, 3)
    assert "the rest after 1 month" in client.get("/setup/KAROO/terms/").content.decode()
    client.post("/setup/KAROO/terms/change/", form)
    assert (len(entity.payment_parts), get_legal_entity(code="KAROO").payment_parts) == (2, ())


@pytest.mark.parametrize(("content", "media_type"), [(PNG, "image/png"), (SVG, "image/svg+xml")])
def test_a_logo_is_kept_by_what_it_is_and_can_do_nothing(content, media_type):
    entity = make_entity()
    client = administrator()
    client.post("/setup/KAROO/logo/change/", {"logo": SimpleUploadedFile("x.bin", content)})
    assert get_logo(entity.id) == (content, media_type)
    image = client.get("/setup/KAROO/logo/image/")
    assert (image["Content-Type"], "sandbox" in image["Content-Security-Policy"]) == (media_type, True)


@pytest.mark.parametrize("content", [b"GIF89a", PNG + b"\0" * 600_000])
def test_what_is_no_logo_is_refused(content):
    entity = make_entity()
    answer = administrator().post("/setup/KAROO/logo/change/", {"logo": SimpleUploadedFile("x.png", content)})
    assert answer.status_code == 422
    assert get_logo(entity.id) is None


BANK = {"label": "Main", "holder": "Karoo", "currency": "ZAR", "account_number": "123", "reason": "New bank"}


def test_a_bank_account_is_added_for_documents():
    entity = make_entity()
    client = logged_in(Role.FINANCE_MANAGER)
    assert client.post("/setup/KAROO/bank/new/", BANK).status_code == 302
    assert [account.account_number for account in list_bank_accounts(entity.id)] == ["123"]
    assert "Printed" in client.get("/setup/KAROO/bank/").content.decode()


def test_a_bank_account_waits_for_another_person_where_the_matrix_wants_two(monkeypatch):
    entity = make_entity()
    monkeypatch.setattr(approving, "needs_second_person", lambda verb: True)
    client = logged_in(Role.FINANCE_MANAGER)
    assert client.post("/setup/KAROO/bank/new/", BANK).status_code == 302
    (asked,) = list_approvals()
    assert arguments_of(asked.id)["details"] == {"account_number": "123"}
    assert list_bank_accounts(entity.id) == []
    assert "waits for another person" in client.get("/setup/KAROO/bank/").content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"iban": "BG80 BNBG 9661 1020 3456 79"}, "iban"), ({"bic": "ABC"}, "bic"), ({"account_number": ""}, "iban")],
)
def test_a_wrong_bank_account_is_refused(changes, field):
    entity = make_entity("OTHER")
    answer = logged_in(Role.FINANCE_MANAGER).post("/setup/OTHER/bank/new/", BANK | changes)
    assert field in answer.context["form"].errors
    assert list_bank_accounts(entity.id) == []


def test_the_tax_pack_of_the_country_is_proposed_and_applied():
    entity = make_entity()
    client = administrator()
    assert 'value="ZA" selected' in client.get("/setup/KAROO/tax/apply/").content.decode()
    client.post("/setup/KAROO/tax/apply/", {"country": "ZA"})
    assert list_tax_rules(entity.id)
    assert "15.0" in client.get("/setup/KAROO/tax/").content.decode()


def test_a_series_starts_on_a_day():
    entity = make_entity()
    form = {"kind": "INVOICE", "prefix": "INV27-", "width": "5", "valid_from": "2027-01-01"}
    assert administrator().post("/setup/KAROO/series/new/", form).status_code == 302
    assert "INV27-" in {row.prefix for row in list_series(entity.id)}


def test_a_prefix_that_is_taken_is_refused_beside_it():
    make_entity()
    form = {"kind": "INVOICE", "prefix": "INV-", "width": "5", "valid_from": "2027-01-01"}
    answer = administrator().post("/setup/KAROO/series/new/", form)
    assert "prefix" in answer.context["form"].errors


def test_every_convention_is_explained():
    assert EXPLAINED.keys() == OPTIONS.keys()


def test_a_convention_is_changed_from_a_day_on():
    entity = make_entity()
    form = {"value": "keep", "valid_from": "2026-12-01"}
    assert administrator().post("/setup/KAROO/conventions/zero_lines/", form).status_code == 302
    days = [
        get_convention(legal_entity_id=entity.id, option="zero_lines", on=on) for on in ("2026-11-30", "2026-12-01")
    ]
    assert days == ["drop", "keep"]


def test_a_value_not_carried_out_is_not_offered():
    make_entity()
    form = {"value": "daily_rounded", "valid_from": "2026-12-01"}
    answer = administrator().post("/setup/KAROO/conventions/interest/", form)
    assert "value" in answer.context["form"].errors


def test_a_test_mail_waits_in_the_outbox():
    make_entity()
    client = administrator()
    client.post("/setup/KAROO/mail/test/", {"to_address": "ana@karoo.example"})
    assert [message.to_address for message in list_messages(purpose="mail.test")] == ["ana@karoo.example"]
    assert "ana@karoo.example" in client.get("/setup/KAROO/mail/").content.decode()


def test_a_step_asks_as_often_whatever_is_in_it(django_assert_num_queries):
    make_entity()
    client = administrator()
    client.get("/setup/KAROO/series/")
    with django_assert_num_queries(13):
        client.get("/setup/KAROO/series/")


def test_a_rate_is_entered_and_stands_in_the_list():
    client = logged_in(Role.FINANCE_MANAGER)
    assert "No exchange rate yet" in client.get("/setup/rates/").content.decode()
    rate = {"from_currency": "EUR", "to_currency": "ZAR", "rate": "19.125", "valid_from": "2026-03-01"}
    assert client.post("/setup/rates/new/", rate)["Location"] == "/setup/rates/"
    assert get_rate(from_currency="EUR", to_currency="ZAR", on=date(2026, 3, 5)) == Decimal("19.125")
    assert "19.125" in client.get("/setup/rates/").content.decode()
    assert client.post("/setup/rates/new/", rate).context["form"].errors["valid_from"]
    assert logged_in(Role.ADMINISTRATOR, username="ada").get("/setup/rates/new/").status_code == 403


def test_all_rates_are_exported_in_the_order_of_the_list(monkeypatch):
    monkeypatch.setattr(paging, "EXPORT_CHUNK", 2)
    client = logged_in(Role.FINANCE_MANAGER)
    days = [f"2026-03-{day:02d}" for day in range(1, 6)]
    for day in days:
        client.post(
            "/setup/rates/new/", {"from_currency": "EUR", "to_currency": "ZAR", "rate": "19", "valid_from": day}
        )
    book = load_workbook(io.BytesIO(client.get("/setup/rates/?export=xlsx").content))
    assert [str(row[3]) for row in book.get_sheet_by_index(0).to_python()[1:]] == days[::-1]
