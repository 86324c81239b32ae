"""The desk of the finance manager: search, books, set-up, an import and a mail in doubt, by keyboard and by mouse."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from billwright.access.approvals import list_approvals
from billwright.access.states import Role
from billwright.access.tests.builders import make_user
from billwright.comms.states import MessageState
from billwright.interfaces.web.messages.tests.test_views import make_message
from billwright.ledger.tests.builders import make_books, make_entry
from billwright.org.queries import get_logo

Desk = Callable[..., Page]


@pytest.fixture
def felix(live_address):
    """The finance manager of a company with books of 2026 and one entry; Clara may approve what he asks for."""
    with transaction.atomic():
        books = make_books(first=date(2026, 1, 1), last=date(2027, 12, 1))
        make_entry(books, on=date(2026, 1, 15))
        make_message(MessageState.UNKNOWN)
        make_user("clara", Role.FINANCE_MANAGER)
        return make_user("felix", Role.FINANCE_MANAGER, Role.ADMINISTRATOR)


def test_the_search_answers_while_typing_and_opens_by_keyboard(desk, felix, accessible):
    page = desk(felix)
    page.goto("/")
    accessible(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("bank clear")
    expect(page.locator("#search-results")).to_contain_text("1050 · Bank clearing")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ledger/accounts/*/")


def test_a_balance_opens_its_postings_and_they_their_entry(desk, felix, accessible):
    page = desk(felix)
    page.goto("/ledger/trial-balance/?as_of=2026-01-31")
    expect(page.locator(".tag", has_text="In balance")).to_be_visible()
    accessible(page)
    page.locator("td a.amount").first.click()
    expect(page.locator("h1")).to_contain_text("1000 Bank")
    page.locator("tbody a").first.click()
    expect(page.locator("h1")).to_contain_text("Entry")
    accessible(page)


def test_a_manual_journal_is_refused_beside_its_line_then_sent(desk, felix, accessible):
    page = desk(felix)
    page.goto("/ledger/journal/")
    page.keyboard.press("e")
    drawer = page.locator("dialog[open]")
    expect(drawer).to_be_visible()
    accessible(page)
    drawer.get_by_label("Accounting date").fill("2026-01-31")
    drawer.get_by_label("What it is for").fill("Bank charges")
    drawer.get_by_label("Reason").fill("From the statement")
    drawer.get_by_label("Account 1", exact=True).select_option(label="8100 Bank and gateway charges")
    drawer.get_by_label("Debit 1", exact=True).fill("55.20")
    drawer.get_by_label("Account 2", exact=True).select_option(label="1000 Bank")
    page.keyboard.press("Control+Enter")
    expect(drawer.locator(".field-error")).to_contain_text("either a debit or a credit")
    drawer.get_by_label("Credit 2", exact=True).fill("55.20")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("Clara")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert [asked.verb for asked in list_approvals()] == ["journal_entry.post_manual"]


def test_a_logo_is_uploaded_and_seen(desk, felix, accessible):
    page = desk(felix)
    page.goto("/setup/KAROO/logo/")
    accessible(page)
    page.get_by_role("link", name="Upload a logo").click()
    picture = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>'
    page.set_input_files("input[type=file]", {"name": "l.svg", "mimeType": "image/svg+xml", "buffer": picture})
    page.locator("dialog[open]").get_by_role("button", name="Upload").click()
    logo = page.locator("img.logo-shown")
    # A picture is visible before it is decoded: this waits until it has its own width.
    expect(logo).to_have_js_property("naturalWidth", 40)
    assert get_logo(1) is not None


def test_an_import_is_mapped_by_hand_and_tried(desk, felix, accessible):
    page = desk(felix)
    page.goto("/imports/")
    page.get_by_role("link", name="Import a file").first.click()
    book = b"InvoiceNo,CustomerID,InvoiceDate,DueDate,Amount\nA-1,C1,2026-01-31,2026-02-28,115.00\n"
    page.set_input_files("input[type=file]", {"name": "old.csv", "mimeType": "text/csv", "buffer": book})
    page.locator("dialog[open]").get_by_label("It holds").select_option("INVOICES")
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/imports/files/**")
    expect(page.get_by_label("InvoiceNo", exact=True)).to_have_value("number")
    accessible(page)
    page.get_by_role("button", name="Save and try").click()
    page.wait_for_url("**/check/**")
    page.locator(".empty").get_by_role("button", name="Try").click()
    expect(page.locator(".tag", has_text="Would tie out")).to_be_visible()
    accessible(page)


def test_a_mail_in_doubt_is_decided_in_a_drawer(desk, felix, accessible):
    page = desk(felix)
    page.goto("/messages/?state=UNKNOWN")
    accessible(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/messages/\d+/"))
    page.get_by_role("link", name="It arrived").click()
    page.get_by_label("How you know").fill("Ana read it to me")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1 ~ .tag")).to_have_text("Sent")
