"""Billing in a real browser: two people bring a bill run to its documents; a credit note is reckoned in its drawer."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect
from procrastinate.contrib.django import app as queue
from procrastinate.contrib.django.models import ProcrastinateJob

from billwright.access.models import User
from billwright.access.states import Role
from billwright.access.tests.builders import make_user
from billwright.invoicing.queries import list_documents
from billwright.workflow.bill_run.tests.builders import bill, make_account, make_plan, make_world, subscribe

Desk = Callable[[User], Page]
Check = Callable[[Page], None]


class People(NamedTuple):
    """Bella prepares, Clara approves, Felix sees everything."""

    bella: User
    clara: User
    felix: User


@pytest.fixture
def people(live_address: str) -> People:
    with transaction.atomic():
        make_world()
        make_plan()
        subscribe(make_account("ANA"))
        return People(
            make_user("bella", Role.BILLING_SPECIALIST),
            make_user("clara", Role.TEAM_LEAD),
            make_user("felix", Role.FINANCE_MANAGER),
        )


def billed() -> None:
    with transaction.atomic():
        bill("2026-01-01")


def send(page: Page, key: str) -> None:
    """Open the drawer of a letter, and send its form by keyboard."""
    page.keyboard.press(key)
    expect(page.locator("#drawer dialog[open]")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#drawer dialog[open]")).to_have_count(0)


def work() -> None:
    """Do what the queue holds, as a worker would."""
    for job in list(ProcrastinateJob.objects.filter(status="todo", task_name="work_on_bill_run").order_by("id")):
        queue.tasks[job.task_name](**job.args)


def test_two_people_bring_a_run_to_its_documents(desk: Desk, people: People, accessible: Check) -> None:
    bella, clara = desk(people.bella), desk(people.clara)
    bella.goto("/bill-runs/new/")
    bella.fill("input[name=as_of]", "2026-01-01")
    accessible(bella)
    bella.get_by_role("button", name="Plan the run").click()
    bella.wait_for_url("**/bill-runs/*/")
    send(bella, "p")
    expect(bella.locator("#run-progress")).to_be_visible()
    work()
    expect(bella.get_by_text("115.00 ZAR").first).to_be_visible()
    send(bella, "c")
    clara.goto(bella.url)
    send(clara, "v")
    bella.reload()
    send(bella, "i")
    work()
    expect(bella.get_by_text("The run is finished.")).to_be_visible()
    accessible(bella)
    assert [document.state for document in list_documents()] == ["ISSUED"]


def test_a_credit_note_is_reckoned_in_its_drawer(desk: Desk, people: People, accessible: Check) -> None:
    billed()
    (invoice,) = list_documents()
    page = desk(people.felix)
    page.goto(f"/invoices/{invoice.id}/")
    accessible(page)
    page.keyboard.press("c")
    page.select_option("#drawer select[name=reason_code]", "GOODWILL")
    page.fill("#drawer input[name=amount_1]", "40")
    page.keyboard.press("Tab")
    expect(page.locator("#reckoned")).to_contain_text("46.00")
    accessible(page)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("draft")
    assert str(list_documents()[0].total) == "-46.00 ZAR"


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_fit_and_stand_open_to_everybody(desk: Desk, people: People, accessible: Check, width: int) -> None:
    billed()
    page = desk(people.felix)
    page.set_viewport_size({"width": width, "height": 900})
    wording = "/setup/wordings/invoice.issued/en/change/"
    for path in (
        "/invoices/",
        "/invoices/new/",
        "/subscriptions/1/?preview=1",
        "/catalog/",
        "/catalog/plans/new/",
        wording,
    ):
        page.goto(path)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
