"""The pytest plugin that every test of the project gets, wherever it lies (see ``conftest.py`` at the root)."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.conf import settings
from django.db import connection, connections
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from billwright.project.runtime.postgres import OWNER_ROLE
from billwright.project.runtime.shared_server import SharedServer

# How long an example takes says how busy the machine is, and nothing about the code.
hypothesis_settings.register_profile("billwright", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("billwright")

# Files that take longest, the longest first: begun at the end of a run they would leave the other worker idle.
LONG_FILES = (
    "tests/contracts/test_conformance.py",
    "src/billwright/project/tests/test_supervisor.py",
    "tests/scenarios/test_examples.py",
    "tests/scenarios/test_explained.py",
    "tests/performance/test_kills.py",
    "tests/performance/test_pages.py",
    "src/billwright/workflow/revenue_recognition/tests/test_any_sequence.py",
    "src/billwright/workflow/bill_run/tests/test_usage.py",
    "src/billwright/workflow/bill_run/tests/test_documents.py",
    "src/billwright/workflow/bill_run/tests/test_oracle.py",
    "src/billwright/workflow/bill_run/tests/test_findings.py",
    "src/billwright/workflow/bill_run/tests/test_journey.py",
    "tests/browser/test_billing_pages.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; the others keep their order."""
    places = {path: place for place, path in enumerate(LONG_FILES)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(places)))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Under CI a browser test that skips is a failure: a page that nobody opened is not tested."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if (
        report.skipped
        and os.environ.get("CI")
        and item.get_closest_marker("browser")
        and not hasattr(report, "wasxfail")
    ):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and CI=true forbids that for browser tests"


@pytest.fixture(scope="session")
def shared_server() -> Iterator[SharedServer]:
    """The running server of the tests."""
    server = SharedServer(settings.HOME.path, run_dir=settings.BILLWRIGHT.run_dir)
    server.enter()
    yield server
    server.leave()


@pytest.fixture(scope="session")
def django_db_setup(shared_server: SharedServer, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give this process a clone of the template; pytest-django's own set-up would migrate for each worker."""
    with django_db_blocker.unblock():
        name = shared_server.clone()
        shared_server.point(name)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    shared_server.drop(name)


@pytest.fixture
def committed_db(
    django_db_setup: None, shared_server: SharedServer, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """A database of the test's own, for tests that commit or need two connections. Gives its name."""
    with django_db_blocker.unblock():
        name = shared_server.clone()
        with shared_server.connected_to(name):
            yield name
            assert_books_balance()
    shared_server.drop(name)


@pytest.fixture
def live_address(committed_db: str) -> Iterator[str]:
    """The address of a web server over the test's own database, for browser tests."""
    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()


@pytest.fixture
def transactional_db() -> None:
    """Refused: it would flush, and append-only tables are never truncated."""
    pytest.fail("transactional_db (and live_server) flush tables; use committed_db (and live_address)")


@pytest.fixture
def as_owner() -> Callable[[], AbstractContextManager[None]]:
    """``with as_owner():`` gives the rights of the role that owns the tables, to reach a trigger behind a grant."""
    return owner_rights


@contextmanager
def owner_rights() -> Iterator[None]:
    """Take the owner's role and give it back.

    When a statement was refused inside, the transaction is spoiled until its savepoint is rolled back; that gives the
    role back too, as SET is transactional.
    """
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        (before,) = cursor.fetchone()
        cursor.execute(f"set role {OWNER_ROLE}")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"set role {before}")


@pytest.fixture(autouse=True)
def books_balance(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test that used the database the books must tie, whatever it was about, unless it broke them."""
    uses_database = "db" in request.fixturenames or request.node.get_closest_marker("django_db") is not None
    if uses_database:
        request.getfixturevalue("db")  # so that we are torn down before the roll-back
    yield
    breaks_them = request.node.get_closest_marker("unties") is not None
    if uses_database and not breaks_them and connection.connection is not None and connection.is_usable():
        assert_books_balance()


def assert_books_balance() -> None:
    """Ask the ledger whether debits equal credits, and receivables whether the sub-ledger ties to it."""
    from billwright.ledger import queries as ledger
    from billwright.receivables import queries as receivables

    ledger.assert_books_balance()
    receivables.assert_sub_ledger_ties()
