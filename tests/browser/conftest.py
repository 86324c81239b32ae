"""A person at the desk, in Debian's Chromium: every page is held to speak no error and to be open to everybody."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, Playwright

from billwright.access.models import User

CHROMIUM = shutil.which("chromium")
INSTALL = "install it with: apt-get install chromium"
SERIOUS = {"serious", "critical"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs the browser."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One browser for all tests of a process, of the one Playwright that a process may have."""
    if CHROMIUM is None:
        pytest.skip(f"Chromium is missing; {INSTALL}")
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture
def desk(chromium: Browser, live_address: str) -> Iterator[Callable[[User], Page]]:
    """Opens the workspace as a person. What the page complains about in its console fails the test at its end."""
    complaints: list[str] = []
    contexts = []

    def open_as(user: User) -> Page:
        client = Client()
        client.force_login(user)
        context = chromium.new_context(base_url=live_address, viewport={"width": 1440, "height": 900}, locale="en-GB")
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_address}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        return page

    yield open_as
    for context in contexts:
        context.close()
    # A refused form is answered by 422, which the browser writes down as an error of loading.
    assert [said for said in complaints if "422" not in said] == []


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Asks axe: nothing serious may stand between a person and the page."""

    def check(page: Page) -> None:
        # Half-way through its entrance a drawer is pale; wait until it stands.
        page.wait_for_timeout(250)
        found = Axe().run(page).response["violations"]
        serious = [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found if one["impact"] in SERIOUS]
        assert serious == []

    return check
