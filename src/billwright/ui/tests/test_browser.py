"""The gallery in a real browser: keyboard, drawers, focus, toasts, themes, telephone, no script; axe finds nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Browser, Page, Playwright, Route

CHROMIUM = shutil.which("chromium")
AXE_OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("billwright.ui.tests.urls"),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
    # WhiteNoise names the folder that a first start would have made.
    pytest.mark.filterwarnings("ignore:No directory at:UserWarning"),
]


class QuietHandler(WSGIRequestHandler):
    """Serves without a line per request."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is inherited
        """Say nothing."""


@pytest.fixture
def address(settings) -> Iterator[str]:
    """The gallery served by a thread; it needs no database, and a test that touched one would fail."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietHandler)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield chromium
    chromium.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1440, "height": 900}, base_url=address, reduced_motion="reduce")
    opened.set_default_timeout(8000)
    yield opened
    opened.close()


def focused(page: Page, attribute: str) -> str | None:
    found: str | None = page.evaluate("name => document.activeElement.getAttribute(name)", attribute)
    return found


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options=AXE_OPTIONS).response["violations"]
    return [f"{fault['id']}: {fault['nodes'][0]['target']}" for fault in found if fault["impact"] != "minor"]


def open_drawer(page: Page) -> None:
    page.keyboard.press("p")
    page.wait_for_selector("#drawer dialog[open]")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", ["/", "/?part=list"])
def test_axe_finds_nothing_and_nothing_runs_over(browser: Browser, address: str, path: str, width: int, scheme) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, base_url=address, color_scheme=scheme)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(path)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert errors == []
    page.close()


def test_rows_are_walked_selected_and_let_go_by_keys(page: Page) -> None:
    page.goto("/?part=list")
    for key in ("j", "j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    assert focused(page, "href") == "?part=list&q=2026-08-00463"
    assert page.locator("[data-bulk-count]").inner_text() == "3"
    page.keyboard.press("Escape")
    page.wait_for_selector(".bulk-bar", state="hidden")


def test_enter_opens_the_row(page: Page) -> None:
    page.goto("/?part=list")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=2026-08-00412")


def test_a_file_says_that_it_is_made_and_a_refusal_is_read(page: Page) -> None:
    asked: list[Route] = []
    page.route("**/*export=xlsx", lambda route: asked.append(route))
    page.goto("/")
    page.locator("a[download]").click()
    page.wait_for_selector("a[download][aria-busy]")
    asked[0].fulfill(body="<dialog><h2>Too long</h2></dialog>", status=422)
    page.wait_for_selector("#drawer dialog[open] >> text=Too long")
    assert page.locator("a[download][aria-busy]").count() == 0
    page.keyboard.press("Escape")
    page.locator("a[download]").click()
    page.wait_for_selector("a[download][aria-busy]")
    with page.expect_download() as download:
        asked[1].fulfill(body="PK", headers={"Content-Disposition": 'attachment; filename="items.xlsx"'})
    assert download.value.suggested_filename == "items.xlsx"


def test_search_suggests_and_arrows_walk_the_hits(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("north")
    page.wait_for_selector("#search-results a")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('#search-results') !== null")
    assert faults(page) == []


def test_the_sheet_lists_the_letters_of_the_page(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("?")
    sheet = page.locator("#keys")
    assert "Record payment" in sheet.inner_text()
    assert faults(page) == []
    page.keyboard.press("Escape")
    assert not sheet.is_visible()


def test_a_drawer_opens_on_its_first_field_and_gives_the_focus_back(page: Page) -> None:
    page.goto("/")
    open_drawer(page)
    assert focused(page, "name") == "amount"
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.wait_for_selector("#drawer dialog", state="detached")
    assert focused(page, "data-key") == "p"


def test_a_text_area_is_as_high_as_what_is_written_in_it(page: Page) -> None:
    page.goto("/")
    open_drawer(page)
    page.fill("#drawer textarea", "line\n" * 8)
    assert page.eval_on_selector("#drawer textarea", "area => area.offsetHeight >= area.scrollHeight")


def test_typed_work_is_not_lost_to_one_escape(page: Page) -> None:
    page.goto("/")
    open_drawer(page)
    page.keyboard.type("7")
    page.keyboard.press("Escape")
    page.wait_for_selector(".toast:has-text('not saved yet')")
    assert page.locator("#drawer dialog[open]").count() == 1


def test_a_refused_field_comes_back_focused_with_what_was_typed(page: Page) -> None:
    page.goto("/")
    open_drawer(page)
    page.fill("#drawer [name=amount]", "999999")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#drawer .field-error")
    assert focused(page, "name") == "amount"
    assert page.input_value("#drawer [name=amount]") == "999999"
    page.keyboard.press("Escape")
    assert focused(page, "data-key") == "p"


def test_after_an_act_the_page_is_new_the_focus_old_and_undo_at_hand(page: Page) -> None:
    page.goto("/")
    page.evaluate("document.querySelector('h1').textContent = 'stale'")
    open_drawer(page)
    page.fill("#drawer [name=amount]", "100")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".toast button:has-text('Undo')")
    page.wait_for_selector("h1:has-text('Northwind Freight')")
    assert page.locator("dialog[open]").count() == 0
    page.wait_for_function("document.activeElement.dataset.key === 'p'")


def test_a_refusal_names_the_rule_and_who_may(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("d")
    dialog = page.locator("#drawer dialog[open]")
    dialog.wait_for()
    assert "authority.above_limit" in dialog.inner_text()
    assert faults(page) == []


def test_a_theme_once_chosen_is_remembered(page: Page) -> None:
    page.goto("/")
    page.click("summary[aria-label='Menu of Maren Koch']")
    page.click("[data-theme-set=dark]")
    page.reload()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_a_filter_writes_the_address_without_what_is_empty(page: Page) -> None:
    page.goto("/?part=list")
    page.select_option("[name=status]", "overdue")
    page.wait_for_selector(".chip.removable:has-text('Overdue')")
    assert page.url.endswith("/?status=overdue&part=list")


def test_without_script_the_menu_opens_and_a_drawer_is_a_page(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, base_url=address, java_script_enabled=False)
    page.goto("/")
    page.click("a[href='#nav']")
    assert page.locator("#nav").is_visible()
    page.goto("/")
    page.click("a[data-key=p]")
    assert page.locator("h1").inner_text() == "Record payment"
    page.close()
