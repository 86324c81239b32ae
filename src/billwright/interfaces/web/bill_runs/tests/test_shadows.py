"""Shadow runs at the desk: drafted by a worker, looked at by cause and account, signed by another person."""

import io

import pytest
from procrastinate.contrib.django import app as queue
from procrastinate.contrib.django.models import ProcrastinateJob
from python_calamine import load_workbook

from billwright.access.states import Role
from billwright.interfaces.web import paging
from billwright.interfaces.web.tests.builders import logged_in
from billwright.invoicing.queries.shadows import list_shadows
from billwright.workflow.bill_run.tests.builders import make_account, make_plan, make_world, prepare, subscribe

pytestmark = pytest.mark.django_db


def test_a_run_is_shadowed_with_another_rate_and_signed_by_another_person():
    make_world()
    make_plan()
    ana = make_account("ANA")
    subscribe(ana)
    run_id = prepare("2026-01-01").page.run.id
    bella, clara = logged_in(Role.BILLING_SPECIALIST, username="bella"), logged_in(Role.TEAM_LEAD, username="clara")
    assert "Shadow run" in bella.get(f"/bill-runs/{run_id}/").content.decode()
    begun = bella.post(f"/bill-runs/shadows/new/?run={run_id}", {"tax": "VAT-15=16"})
    [shadow] = list_shadows()
    assert begun.headers["Location"] == f"/bill-runs/shadows/{shadow.id}/"
    assert "being made" in bella.get(f"/bill-runs/shadows/{shadow.id}/").content.decode()
    for job in list(ProcrastinateJob.objects.order_by("id")):
        queue.tasks[job.task_name](**job.args)
    page = bella.get(f"/bill-runs/shadows/{shadow.id}/").content.decode()
    assert "Tax" in page
    assert "ANA" in page
    assert bella.get(f"/bill-runs/shadows/{shadow.id}/accounts/?cause=tax").context["table"].rows[0].amount_minor == 100
    both = bella.get(f"/bill-runs/shadows/{shadow.id}/accounts/{ana.pk}/").content.decode()
    assert "15.00" in both
    assert "16.00" in both
    assert bella.get(f"/bill-runs/shadows/{shadow.id}/?export=xlsx").content[:2] == b"PK"
    # Nobody signs a shadow of their own, and a signature has a reason.
    assert bella.post(f"/bill-runs/shadows/{shadow.id}/sign/", {"why": "mine"}).status_code == 403
    assert clara.post(f"/bill-runs/shadows/{shadow.id}/sign/", {"why": ""}).status_code == 422
    clara.post(f"/bill-runs/shadows/{shadow.id}/sign/", {"why": "the rate of April"})
    assert list_shadows()[0].state == "SIGNED_OFF"
    assert "the rate of April" in bella.get(f"/bill-runs/{run_id}/").content.decode()
    assert "Signed off" in bella.get("/bill-runs/shadows/").content.decode()


def rows_of(client, url):
    sheet = client.get(url, {"export": "xlsx"}).content
    return load_workbook(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()[1:]


def test_spreadsheets_hold_what_stands_on_all_pages(monkeypatch):
    monkeypatch.setattr(paging, "EXPORT_CHUNK", 1)
    make_world()
    make_plan()
    for name in ("ANA", "BORIS", "CLARA"):
        subscribe(make_account(name))
    run_id = prepare("2026-01-01").page.run.id
    bella = logged_in(Role.BILLING_SPECIALIST, username="bella")
    for _number in range(2):
        bella.post(f"/bill-runs/shadows/new/?run={run_id}", {"tax": "VAT-15=16"})
    first, second = list_shadows()
    for job in list(ProcrastinateJob.objects.order_by("id")):
        queue.tasks[job.task_name](**job.args)
    assert len(rows_of(bella, "/bill-runs/shadows/")) == 2
    for shadow in (first, second):
        assert len({row[0] for row in rows_of(bella, f"/bill-runs/shadows/{shadow.id}/accounts/")}) == 3
