"""The start page, the log-in before it, and the switch of the acting company."""

import pytest
from django.test import Client

from billwright.access.states import Role
from billwright.comms.states import MessageState
from billwright.interfaces.web.home.views import _without_entity
from billwright.interfaces.web.messages.tests.test_views import make_message
from billwright.interfaces.web.tests.builders import logged_in
from billwright.org.models import LegalEntity
from billwright.org.tests.builders import make_entity
from billwright.receivables.tests.builders import make_ana, make_cash

pytestmark = pytest.mark.django_db


def test_a_stranger_is_sent_to_the_log_in_and_back():
    answer = Client().get("/?x=1")
    assert answer.status_code == 302
    assert answer["Location"] == "/login/?next=%2F%3Fx%3D1"


def test_a_swap_of_a_stranger_becomes_the_log_in_page():
    answer = Client().get("/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/login/?next=%2F")


def test_with_nothing_to_do_the_page_says_so_and_what_would_come():
    make_entity()
    page = logged_in(Role.AUDITOR).get("/").content.decode()
    assert "Nothing waits for you" in page


def test_the_first_administrator_is_led_to_the_set_up():
    assert "Begin with your company" in logged_in(Role.ADMINISTRATOR).get("/").content.decode()


def test_the_start_page_asks_fifteen_times(django_assert_num_queries):
    make_entity()
    client = logged_in(Role.FINANCE_MANAGER)
    with django_assert_num_queries(14):
        client.get("/")


def test_the_acting_company_is_kept_and_shown():
    for code in ("ALPHA", "BETA"):
        make_entity(code)
    client = logged_in(Role.FINANCE_MANAGER)
    assert client.post("/act-for/", {"entity": "BETA", "next": "/"}).status_code == 302
    assert client.get("/").context["shell"].entity_name == "Beta (invented) Ltd"


def test_a_company_without_a_role_in_it_cannot_be_chosen():
    alpha, _ = make_entity("ALPHA"), make_entity("BETA")
    client = logged_in(Role.AUDITOR, legal_entity=LegalEntity.objects.get(id=alpha.id))
    assert client.post("/act-for/", {"entity": "BETA"}).status_code == 404


def test_the_way_back_never_leaves_the_house():
    make_entity("ALPHA")
    answer = logged_in(Role.AUDITOR).post("/act-for/", {"entity": "ALPHA", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


@pytest.mark.parametrize(
    ("address", "expected"),
    [("/a/?entity=X&as_of=2026-01-31", "/a/?as_of=2026-01-31"), ("/a/?entity=X", "/a/"), ("/a/", "/a/")],
)
def test_the_choice_just_made_wins_over_the_address(address, expected):
    assert _without_entity(address) == expected


def heaps(client) -> dict[str, int]:
    return {str(heap.label): heap.count for heap in client.get("/").context["heaps"]}


def test_money_that_settles_nothing_waits_for_who_may_allocate_it():
    account = make_ana()
    make_cash(account)
    make_cash(legal_entity_id=account.legal_entity_id)
    assert heaps(logged_in(Role.CASH_APPLIER)) == {
        "Money that settles nothing yet": 1,
        "Money from somebody unknown": 1,
    }
    assert heaps(logged_in(Role.AUDITOR, username="gil")) == {}


def test_mail_in_doubt_waits_for_a_decision():
    make_entity()
    make_message(MessageState.UNKNOWN)
    make_message(MessageState.SENT)
    assert heaps(logged_in(Role.TEAM_LEAD)) == {"Mail in doubt": 1}
