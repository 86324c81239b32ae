"""A case in the browser: walked by keys, paid, allocated, and open to everybody."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse

from billwright.access.states import Role
from billwright.access.tests.builders import make_user
from billwright.accounts.tests.builders import make_account, make_customer
from billwright.ledger.tests.builders import make_books
from billwright.payments.models import Payment
from billwright.receivables.tests.builders import make_cash, make_item, reload


@pytest.fixture
def case(desk, live_address):
    """Ana's account with two documents and money that waits, opened by Felix."""
    with transaction.atomic():
        account = make_account(make_books("KAROO"), make_customer("Ana Botha"))
        items = [make_item(account, "100.00", due="2026-01-15"), make_item(account, "200.00", due="2026-02-15")]
        cash = make_cash(account, "120.00")
        felix = make_user("felix", Role.FINANCE_MANAGER)
    page = desk(felix)
    page.goto(reverse("web:account", args=[account.id]))
    return page, account, items, cash


def test_the_case_is_walked_by_keys(case):
    page, _account, items, _cash = case
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent").strip() == items[0].invoice.number
    page.keyboard.press("n")
    page.wait_for_selector("#drawer dialog[open] textarea")
    page.keyboard.type("Asked for a copy")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".timeline >> text=Asked for a copy")
    page.wait_for_selector("#drawer dialog", state="detached")


def test_a_payment_tells_what_follows_and_is_recorded(case):
    page, _account, items, _cash = case
    page.keyboard.press("p")
    page.wait_for_selector("#drawer dialog[open]")
    page.keyboard.type("150.00")
    page.wait_for_selector("#follows >> text=settled")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#toasts >> text=recorded")
    assert Payment.objects.count() == 2
    assert [reload(item).open_minor for item in items] == [0, 15000]


def test_money_is_allocated_by_hand_in_the_drawer(case):
    page, _account, items, cash = case
    page.keyboard.press("a")
    page.wait_for_selector("#drawer dialog[open]")
    amounts = page.locator("#drawer table input.num")
    assert amounts.first.input_value() == "100.00"
    amounts.first.fill("30")
    page.wait_for_selector("#follows >> text=70.00")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#toasts >> text=Allocated")
    assert [reload(row).open_minor for row in (*items, cash)] == [7000, 18000, 7000]


@pytest.mark.parametrize("name", ["account", "payment-new", "payment-allocate", "statement"])
def test_the_pages_of_the_case_are_open_to_everybody(case, accessible, name):
    page, account, _items, _cash = case
    page.goto(reverse(f"web:{name}", args=[account.id]))
    accessible(page)


@pytest.mark.parametrize("width", [1440, 390])
def test_the_lists_and_reports_are_open_to_everybody_and_nothing_runs_over(case, accessible, width):
    page, account, *_facts = case
    page.set_viewport_size({"width": width, "height": 900})
    for name in ("accounts", "payments", "ageing", "reconciliation"):
        page.goto(reverse(f"web:{name}"))
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(reverse("web:account", args=[account.id]))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
