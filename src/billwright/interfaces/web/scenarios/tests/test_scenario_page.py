"""The page of scenarios: examples to load, a run, its documents, and the line that is wrong."""

import pytest

from billwright.access.states import Role
from billwright.interfaces.web.scenarios import views
from billwright.interfaces.web.scenarios.examples import BEGINNING, list_examples
from billwright.interfaces.web.tests.builders import logged_in
from billwright.kernel.errors import Conflict
from billwright.workflow.scenarios import apart
from billwright.workflow.scenarios.running import run_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return logged_in(Role.BILLING_SPECIALIST, username="bella")


@pytest.fixture
def run_here(monkeypatch):
    """The page answers with the world's real result, computed before: no test starts a second server."""

    def answer(result):
        monkeypatch.setattr(views, "run_apart", lambda _text: result)

    return answer


def test_the_page_begins_with_a_world_or_the_example_asked_for(client):
    assert "Karoo Hosting" in client.get("/scenarios/").context["text"]
    example = list_examples()[3]
    assert client.get("/scenarios/", {"example": example.name}).context["text"] == example.text


def test_a_wrong_file_marks_its_line(client, run_here):
    wrong = BEGINNING.replace("do: bill", "do: bil")
    run_here(run_text(wrong, file="scenario.yaml", actor="user:0").result)
    page = client.post("/scenarios/", {"text": wrong})
    line = wrong[: wrong.index("do: bil")].count("\n") + 1
    assert (page.status_code, page.context["error_line"]) == (422, line)
    assert f'<li id="line-{line}" data-tone="bad">' in page.content.decode()


def test_documents_and_differences_are_shown(client, run_here):
    line = {"subscription": "S1", "charge": "fee", "kind": "recurring", "share": "22/31", "net": "70.97"}
    document = {"as": "ANA-1", "total": "81.62", "currency": "ZAR", "lines": [line]}
    difference = {"path": "invoices[0].total", "expected": "81.63", "actual": "81.62"}
    run_here({"ok": False, "differences": [difference], "refused": [], "invoices": [document],
              "credit_notes": [], "debit_notes": []})  # fmt: skip
    page = client.post("/scenarios/", {"text": BEGINNING}).content.decode()
    assert "22/31" in page
    assert "invoices[0].total" in page


def test_another_run_at_the_same_time_is_told_so(client, monkeypatch):
    with apart._ONE_AT_A_TIME, pytest.raises(Conflict):
        apart.run_apart(BEGINNING)
    monkeypatch.setattr(views, "run_apart", apart.run_apart)
    with apart._ONE_AT_A_TIME:
        page = client.post("/scenarios/", {"text": BEGINNING})
    assert (page.status_code, "Another scenario" in page.content.decode()) == (422, True)


def test_who_may_not_bill_may_not_run_worlds():
    assert logged_in(Role.COLLECTOR, username="carl").get("/scenarios/").status_code == 403
