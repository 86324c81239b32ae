"""Deferred revenue on its page: the waterfall, its lines, recognising and taking back."""

import pytest

from billwright.access.states import Role
from billwright.interfaces.web.tests.builders import logged_in
from billwright.invoicing.models import RevenueRun
from billwright.invoicing.tests.builders import make_company, make_issued, make_payer
from billwright.ledger.queries import account_ids
from billwright.workflow.revenue_recognition.tests.builders import prepaid

pytestmark = pytest.mark.django_db


@pytest.fixture
def karoo():
    entity = make_company("KAROO")
    make_issued(make_payer(entity), prepaid("2026-01-01", "2026-04-01", "90.00"), on="2026-01-01")
    return entity


def words_of(answer):
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_the_waterfall_shows_months_ahead_and_that_it_ties(karoo):
    page = words_of(logged_in(Role.FINANCE_MANAGER).get("/ledger/revenue/?as_of=2026-01-31"))
    assert "Ties with the ledger" in page
    assert "due and not recognised" in page
    assert all(text in page for text in ("90.00 ZAR", "31.00", "28.00", "Revenue to come, ZAR"))


def test_a_figure_opens_its_lines(karoo):
    [account_id] = [id_ for (role, _family), id_ in account_ids(karoo.id).items() if role == "DEFERRED_REVENUE"]
    page = words_of(logged_in(Role.FINANCE_MANAGER).get(f"/ledger/revenue/accounts/{account_id}/?as_of=2026-01-31"))
    assert "Hosting" in page
    assert "90.00" in page


def test_a_month_is_recognised_and_taken_back(karoo):
    felix = logged_in(Role.FINANCE_MANAGER)
    assert "Recognise a month" in words_of(felix.get("/ledger/revenue/recognise/"))
    felix.post("/ledger/revenue/recognise/", {"month": "2026-01-31"})
    run = RevenueRun.objects.get()
    assert "In force" in words_of(felix.get("/ledger/revenue/?as_of=2026-01-31"))
    assert "Take back" in words_of(felix.get(f"/ledger/revenue/runs/{run.pk}/take-back/"))
    felix.post(f"/ledger/revenue/runs/{run.pk}/take-back/", {"reason": "wrong month"})
    page = words_of(felix.get("/ledger/revenue/?as_of=2026-01-31"))
    assert "Taken back" in page
    assert "due and not recognised" in page


def test_a_refusal_is_shown_in_the_drawer(karoo):
    answer = logged_in(Role.FINANCE_MANAGER).post("/ledger/revenue/recognise/", {"month": "2026-02-28"})
    assert answer.status_code == 422
    assert "2026-01 is open and not recognized yet" in words_of(answer)


def test_who_may_only_look_is_offered_no_button_and_refused(karoo):
    audrey = logged_in(Role.AUDITOR)
    assert "Recognise a month" not in words_of(audrey.get("/ledger/revenue/"))
    assert audrey.post("/ledger/revenue/recognise/", {"month": "2026-01-31"}).status_code == 403
