"""Bill runs at the desk: planned, prepared by workers, checked, approved by another person, issued; findings, holds."""

from datetime import UTC, datetime

import pytest
from procrastinate.contrib.django import app as queue
from procrastinate.contrib.django.models import ProcrastinateJob

from billwright.access.states import Role
from billwright.accounts.models import BillingAccount
from billwright.interfaces.web.tests.builders import drawer_asked, logged_in
from billwright.invoicing.queries.bill_run import get_bill_run, list_bill_runs, list_findings, list_run_payers
from billwright.kernel import clock
from billwright.org.tests.builders import make_entity
from billwright.subscriptions.operations import place_billing_hold
from billwright.workflow.bill_run.tests.builders import (
    bill,
    day,
    documents,
    make_account,
    make_act,
    make_plan,
    make_world,
    prepare,
    subscribe,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock():
    with clock.standing_at(datetime(2026, 1, 1, 9, tzinfo=UTC)):
        yield


def make_billed(count: int = 1):
    """A world with accounts that owe a monthly fee from January on."""
    make_world()
    make_plan()
    return [subscribe(make_account(f"ACC-{number}")) for number in range(count)]


def work() -> None:
    """Do what the queue holds, as a worker would."""
    for job in list(ProcrastinateJob.objects.order_by("id")):
        queue.tasks[job.task_name](**job.args)


def biller():
    return logged_in(Role.BILLING_SPECIALIST, username="bella")


def planned(client, **form: str) -> int:
    client.post("/bill-runs/new/", {"as_of": "2026-01-01", "keep_lines": "on", **form})
    return list_bill_runs()[0].id


def test_two_people_bring_a_run_from_its_plan_to_its_documents():
    make_billed(2)
    client, lead = biller(), logged_in(Role.TEAM_LEAD, username="clara")
    run_id = planned(client)
    client.post(f"/bill-runs/{run_id}/prepare/")
    work()
    client.post(f"/bill-runs/{run_id}/check/")
    lead.post(f"/bill-runs/{run_id}/approve/")
    client.post(f"/bill-runs/{run_id}/issue/")
    work()
    answer = client.get(f"/bill-runs/{run_id}/")
    (total,) = answer.context["totals"]
    assert (total.issued.document_count, total.difference.amount_minor) == (2, 0)
    assert {step.state for step in answer.context["steps"]} == {"done"}
    assert client.get(f"/invoices/?run={run_id}").context["table"].count == 2


def test_whoever_prepared_may_not_approve_and_is_told_who_may():
    make_billed()
    felix = logged_in(Role.FINANCE_MANAGER)
    logged_in(Role.TEAM_LEAD, username="clara")
    run_id = planned(felix)
    felix.post(f"/bill-runs/{run_id}/prepare/")
    work()
    felix.post(f"/bill-runs/{run_id}/check/")
    assert "Clara" in felix.get(f"/bill-runs/{run_id}/").context["approvers"]
    answer = felix.post(f"/bill-runs/{run_id}/approve/")
    assert answer.status_code == 403
    assert get_bill_run(run_id).state == "CHECKED"


def test_progress_is_asked_for_until_the_work_is_done():
    make_billed()
    client = biller()
    run_id = planned(client)
    client.post(f"/bill-runs/{run_id}/prepare/")
    waiting = client.get(f"/bill-runs/{run_id}/progress/")
    assert 'hx-trigger="every 1s"' in waiting.content.decode()
    work()
    assert client.get(f"/bill-runs/{run_id}/progress/")["HX-Refresh"] == "true"


def test_a_preparation_goes_to_workers_and_not_to_the_page():
    make_billed()
    client = biller()
    run_id = planned(client)
    client.post(f"/bill-runs/{run_id}/prepare/")
    assert get_bill_run(run_id).prepared_at is None
    assert ProcrastinateJob.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"accounts": "NOBODY"}, "There is no account NOBODY"),
        ({"as_of": "someday"}, "Enter a valid date"),
        ({"legal_entity_id": "999999"}, "Select a valid choice"),
    ],
)
def test_a_wrong_plan_is_refused_on_its_field(changes, words):
    make_billed()
    answer = biller().post("/bill-runs/new/", {"as_of": "2026-01-01", **changes})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert list_bill_runs() == []


def test_a_run_of_one_account_bills_that_account_only():
    make_billed(3)
    client = biller()
    run_id = planned(client, accounts="ACC-1")
    client.post(f"/bill-runs/{run_id}/prepare/")
    work()
    assert len(list_run_payers(run_id)) == 1


def test_an_account_is_held_and_released_with_a_reason():
    make_billed()
    run_id = prepare("2026-01-01").page.run.id
    payer_id = list_run_payers(run_id)[0].payer_id
    client = biller()
    url = f"/bill-runs/{run_id}/payers/{payer_id}"
    assert client.post(f"{url}/hold/", {"hold_reason": ""}).status_code == 422
    client.post(f"{url}/hold/", {"hold_reason": "Contract in dispute"})
    assert "Contract in dispute" in client.get(f"{url}/").content.decode()
    client.post(f"{url}/release/")
    assert list_run_payers(run_id)[0].outcome == "PREPARED"


def test_a_finding_passes_with_a_reason_only():
    make_billed()
    run_id = prepare("2026-01-01").page.run.id
    finding = list_findings(run_id=run_id)[0]
    client = biller()
    assert client.post(f"/bill-runs/{run_id}/findings/{finding.id}/clear/", {"clearance": ""}).status_code == 422
    client.post(f"/bill-runs/{run_id}/findings/{finding.id}/clear/", {"clearance": "New customer"})
    assert "New customer" in client.get(f"/bill-runs/{run_id}/findings/").content.decode()
    assert list(client.get(f"/bill-runs/{run_id}/findings/?only_open=on").context["table"].rows) == []


def test_findings_are_narrowed_by_weight():
    (subscription,) = make_billed()
    place_billing_hold(
        act=make_act(), account_id=subscription.account_id, reason="disputed", valid_from=day("2026-01-01")
    )
    run_id = prepare("2026-01-01").page.run.id
    codes = {finding.code for finding in list_findings(run_id=run_id)}
    rows = biller().get(f"/bill-runs/{run_id}/findings/?code=hold").context["table"].rows
    assert {row.row.code for row in rows} == codes & {"hold"} == {"hold"}


def test_who_stands_out_against_the_last_run_is_marked():
    make_billed()
    bill("2026-01-01")
    subscribe(BillingAccount.objects.get(number="ACC-0"), plan="basic", starts_on="2026-02-01", quantity="1")
    with clock.standing_at(datetime(2026, 2, 1, 9, tzinfo=UTC)):
        run_id = prepare("2026-02-01").page.run.id
        (payer,) = biller().get(f"/bill-runs/{run_id}/payers/").context["table"].rows
    assert payer.stands_out
    assert payer.change == 1


def test_one_account_shows_its_kept_lines_or_a_preview():
    make_billed()
    client = biller()
    kept = prepare("2026-01-01", keep_lines=True).page.run.id
    bare = prepare("2026-01-01").page.run.id
    payer_id = list_run_payers(kept)[0].payer_id
    of_kept = client.get(f"/bill-runs/{kept}/payers/{payer_id}/").context
    of_bare = client.get(f"/bill-runs/{bare}/payers/{payer_id}/").context
    assert (len(of_kept["lines"]), of_kept["is_preview"]) == (1, False)
    assert (len(of_bare["lines"]), of_bare["is_preview"]) == (1, True)
    assert documents() == []


@pytest.mark.parametrize(("part", "query_count"), [("", 14), ("payers/", 10), ("findings/", 9)])
def test_pages_ask_as_often_whatever_the_size(django_assert_num_queries, part, query_count):
    make_billed(4)
    run_id = prepare("2026-01-01").page.run.id
    client = biller()
    with django_assert_num_queries(query_count):
        client.get(f"/bill-runs/{run_id}/{part}")


def test_who_may_only_look_is_offered_no_act():
    make_billed()
    run_id = prepare("2026-01-01").page.run.id
    client = logged_in(Role.AUDITOR)
    assert client.get(f"/bill-runs/{run_id}/").context["acts"] == set()
    assert client.post(f"/bill-runs/{run_id}/check/").status_code == 403
    assert logged_in(Role.COLLECTOR, username="col").get("/bill-runs/").status_code == 403


def test_a_run_is_discarded_after_saying_what_follows():
    make_billed()
    run_id = prepare("2026-01-01").page.run.id
    client = biller()
    assert "another run bills the same" in drawer_asked(client, f"/bill-runs/{run_id}/discard/")
    client.post(f"/bill-runs/{run_id}/discard/")
    assert get_bill_run(run_id).state == "DISCARDED"


def test_lists_leave_the_house_as_workbooks():
    make_billed()
    run_id = prepare("2026-01-01").page.run.id
    client = biller()
    for url in ("/bill-runs/", f"/bill-runs/{run_id}/payers/", f"/bill-runs/{run_id}/findings/"):
        assert client.get(f"{url}?export=xlsx").content.startswith(b"PK")


def test_a_change_of_a_check_is_proposed_from_the_day_at_the_company():
    make_entity("KAROO")
    with clock.standing_at(datetime(2026, 3, 9, 22, 30, tzinfo=UTC)):  # in Johannesburg it is the tenth
        shown = drawer_asked(biller(), "/bill-runs/checks/outlier/?entity=KAROO")
    assert 'name="valid_from" value="2026-03-10"' in shown
