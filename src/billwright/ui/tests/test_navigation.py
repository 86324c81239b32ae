"""Nobody sees a door that does not open."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.urls import resolve

from billwright.ui import navigation
from billwright.ui.navigation import Entry, Section
from billwright.ui.tests.builders import make_request

pytestmark = pytest.mark.urls("billwright.ui.tests.urls")


@pytest.fixture(autouse=True)
def _doors() -> None:
    navigation.ask_permission_of(lambda request, permission: permission == "invoice.view")
    navigation.register(
        Entry(label="Invoices", icon="receipt-text", url_name="invoices", section=Section.RECEIVABLES,
              permission="invoice.view", covers=("invoice-*",)),
        Entry(label="Users", icon="users", url_name="users", section=Section.SET_UP, permission="user.manage"),
        Entry(label="Gone", icon="x", url_name="not-mounted", section=Section.FINANCE),
    )  # fmt: skip


def entries_at(path: str, *, signed_in: bool = True) -> list[tuple[str, bool]]:
    request = make_request(path)
    request.resolver_match = resolve(path)
    request.user = SimpleNamespace(is_authenticated=signed_in)
    return [(str(entry.label), entry.current) for section in navigation.sections(request) for entry in section.entries]


def test_only_permitted_and_mounted_pages_are_shown() -> None:
    assert entries_at("/users/") == [("Invoices", False)]


@pytest.mark.parametrize("path", ["/invoices/", "/invoices/7/"])
def test_a_page_marks_its_entry_and_so_do_its_records(path: str) -> None:
    assert entries_at(path) == [("Invoices", True)]


def test_registering_again_replaces() -> None:
    navigation.register(Entry(label="Bills", icon="x", url_name="invoices", section=Section.BILLING))
    assert entries_at("/users/") == [("Bills", False)]


def test_nobody_sees_nothing() -> None:
    assert entries_at("/users/", signed_in=False) == []
