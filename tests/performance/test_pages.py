"""The book of the pages' benchmark in small: every page opens over it, and asks as often for many rows as for few."""

import json
import re
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.db import connection, transaction
from django.test import Client
from tests.architecture.layout import ROOT
from tests.performance.pages import PAGES, READERS, fill, places_of_book

from billwright.access.models import Approval
from billwright.access.operations.tokens import issue_token
from billwright.access.tests.builders import make_user, operator_act
from billwright.project.runtime.postgres import OWNER_ROLE
from billwright.ui.downloads import XLSX_TYPE

ACCOUNT_COUNT, MONTH_COUNT = 200, 2
FEW, MANY = 3, 6
# Pages that list nothing, or what is the same in every book, or what this book has none of.
SAME_ROWS = {
    "home", "search", "suggest", "reports", "anomalies", "performance", "bill-run-checks", "bill-run-held",
    "invoice-new", "contract-clauses", "fraud-rules", "payment-methods", "periods", "revenue",
    "between-companies", "chart", "tax-report", "trial-balance", "catalog", "products", "roles",
    "exchange-rates", "setup", "rules", "scenarios", "wordings",
}  # fmt: skip
LISTS_COMPARED_MIN = 40
# What some lists of the API must be asked for.
ASKED = {
    "as_of": "2026-03-31", "on": "2026-03-31", "since": "2026-03-01", "until": "2026-04-30", "first": "2026-01-01",
    "last": "2026-03-01", "text": "Fee", "about": "account:1", "code": "COUPON1",
}  # fmt: skip


@contextmanager
def book(server, rows):
    """A database of the test's own, because loading commits and vacuums, and lists that show so many rows."""
    name = server.clone()
    try:
        with server.connected_to(name, role=OWNER_ROLE):
            fill(ACCOUNT_COUNT, MONTH_COUNT, companies=rows * 2 // 3, most=rows)
        with server.connected_to(name), pages_of(rows):
            yield
    finally:
        server.drop(name)


@contextmanager
def pages_of(rows):
    import_module("billwright.interfaces.web.urls")
    with pytest.MonkeyPatch.context() as patch:
        for name, module in list(sys.modules.items()):
            if name.startswith("billwright.interfaces.web.") and hasattr(module, "PAGE_SIZE"):
                patch.setattr(module, "PAGE_SIZE", rows)
        yield


@contextmanager
def counted():
    """How many statements were executed inside: a list of one number."""
    count = [0]

    def count_one(execute, sql, params, many, context):
        count[0] += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count_one):
        yield count


def lists_of_api():
    """The address of every list of the API, as its description names it, and what it must be asked for."""
    described = json.loads((ROOT / "tests" / "contracts" / "openapi.json").read_text(encoding="utf-8"))
    for path, operations in described["paths"].items():
        content = operations.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        shape = content.get("application/json", {}).get("schema", {})
        if "$ref" in shape:
            shape = described["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
        if shape.get("type") == "array" or "data" in shape.get("properties", {}):
            named = operations["get"].get("parameters", [])
            yield path, {one["name"] for one in named if one["required"]} | {"limit"}


def make_request(user):
    """A request for approval that waits."""
    Approval.objects.create(
        verb="write_off.record", sealed=b"", sealed_for="approvals", reason="Invented", requested_by=user,
        requested_at=datetime(2026, 3, 1, tzinfo=UTC), expires_at=datetime(2099, 3, 1, tzinfo=UTC),
    )  # fmt: skip


class Reader:
    """Opens addresses, and keeps of each the answer, how many rows it shows and how many statements it took."""

    def __init__(self, rows):
        self.limit = rows
        with transaction.atomic():
            for number in range(rows):
                user = make_user(f"reader-{number}", *READERS)
                make_request(user)
            act = operator_act(at=datetime.now(UTC))
            self.token = issue_token(act=act, user_id=user.id, name="lists", scopes=("read",)).secret
        self.browser = Client()
        self.browser.force_login(user)
        self.places = places_of_book()
        self.answers, self.rows, self.statements, self.exports, self.navigation = {}, {}, {}, {}, ""

    def open_page(self, name):
        address = PAGES[name].format(**self.places)
        answer = self._open(name, address)
        if self.limit == MANY and b"export=xlsx" in answer.content:
            exported = self.browser.get(address, {"export": "xlsx"})
            self.exports[name] = exported.headers["Content-Type"], exported.content[:2]
        self.rows[name] = answer.content.count(b"<tr")
        self.navigation = answer.content.decode().partition("<nav")[2].partition("</nav>")[0]

    def open_list(self, path, asked):
        values = {**ASKED, **self.ids_of(path), "limit": self.limit}
        if path == "/api/v1/unallocated-cash":
            asked = asked | {"in_suspense_of"}
        query = {name: values[name] for name in asked if f"{{{name}}}" not in path}
        answer = self._open(path, path.format_map(values), query, headers={"Authorization": f"Bearer {self.token}"})
        found = answer.json()
        self.rows[path] = len(found.get("data", ()) if isinstance(found, dict) else found)

    def ids_of(self, path):
        """Whom a list is about: parameters have the names of the book's places, but where nouns share a name."""
        ids = {f"{name}_id": row_id for name, row_id in self.places.items()}
        ids |= {"document": ids["invoice_id"], "run_id": ids["bill_run_id"], "in_suspense_of": ids["entity_id"]}
        return ids | ({"account_id": ids["ledger_account_id"]} if path.startswith("/api/v1/ledger/") else {})

    def _open(self, name, address, query=None, **more):
        with counted() as count:
            answer = self.browser.get(address, query, **more)
        self.answers[name], self.statements[name] = answer.status_code, count[0]
        return answer


def read_both(server):
    """Who read the lists of a book with few rows, and every page and list of one with twice as many.

    Of addresses that only filter differently the first is opened.
    """
    pages = {address.partition("?")[0]: name for name, address in reversed(PAGES.items())}
    lists = {name for name in pages.values() if "{" not in PAGES[name]}
    for rows, names in ((FEW, lists - SAME_ROWS), (MANY, pages.values())):
        with book(server, rows):
            reader = Reader(rows)
            for name in names:
                reader.open_page(name)
            for path, asked in lists_of_api():
                reader.open_list(path, asked)
        yield reader


def test_every_page_opens_and_none_asks_the_database_for_each_of_its_rows(
    django_db_setup, shared_server, django_db_blocker
):
    with django_db_blocker.unblock():
        few, many = read_both(shared_server)
    assert_all_opened(many)
    assert_asked_as_often(few, many)


def assert_all_opened(many):
    assert [name for name, row_id in many.places.items() if not row_id] == [], "what the book lacks"
    assert {name: answer for name, answer in many.answers.items() if answer != 200} == {}
    assert len(many.exports) >= LISTS_COMPARED_MIN
    assert set(many.exports.values()) == {(XLSX_TYPE, b"PK")}
    opened = {address.partition("?")[0] for address in PAGES.values()}
    assert set(re.findall(r'href="(/[^"?]*)', many.navigation)) - opened == set(), "pages of the navigation not opened"


def assert_asked_as_often(few, many):
    longer = {name for name, rows in few.rows.items() if rows < many.rows[name]}
    assert few.rows.keys() & PAGES.keys() - longer == set(), "pages with the same rows in both books"
    assert len(longer - PAGES.keys()) >= LISTS_COMPARED_MIN
    asked = {name: (few.statements[name], many.statements[name]) for name in longer}
    assert {name: counts for name, counts in asked.items() if counts[0] != counts[1]} == {}
