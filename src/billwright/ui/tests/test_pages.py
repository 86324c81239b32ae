"""Every template renders, twice over where it serves swap and page, and none breaks the content security policy."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.http import Http404
from django.template.loader import render_to_string

from billwright.ui import gallery, responses, toasts, views
from billwright.ui.shell import Shell
from billwright.ui.tests.builders import draw, make_request

TEMPLATES = Path(views.__file__).parent / "templates"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
PATHS = ["/", "/?part=list", "/?part=drawer", "/?part=refusal", "/?part=progress", "/?part=suggest&q=north"]


class Balance(HTMLParser):
    """Counts what is opened and not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Closed in itself."""

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def content(path: str, *, fragment: bool = False) -> str:
    return views.gallery(make_request(path, fragment=fragment)).content.decode()


@pytest.mark.parametrize("fragment", [False, True])
@pytest.mark.parametrize("path", PATHS)
def test_markup_is_balanced_and_every_component_is_known(path: str, fragment: bool) -> None:
    html = content(path, fragment=fragment)
    balance = Balance()
    balance.feed(html)
    assert (balance.wrong, balance.open) == ([], [])
    assert "<c-" not in html


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_inline_that_the_policy_refuses(path: str) -> None:
    html = content(path)
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|hx-on|javascript:|js:", html)


@pytest.mark.parametrize("path", PATHS)
def test_no_id_stands_twice(path: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', content(path))
    doubled = {one for one in ids if ids.count(one) > 1}
    # The gallery shows one form twice.
    assert {one for one in doubled if not one.startswith("id_")} == set()


@pytest.mark.parametrize("code", ["403", "404", "500"])
def test_error_pages_need_nothing(code: str) -> None:
    assert "<h1>" in render_to_string(f"{code}.html")


def test_error_pages_keep_the_shell_for_who_is_signed_in() -> None:
    html = render_to_string("404.html", {"shell": Shell(person_name="Ana Botha")}, make_request())
    assert 'class="nav"' in html


def test_a_drawer_is_a_dialog_for_a_swap_and_a_page_without_script() -> None:
    assert content("/?part=drawer", fragment=True).lstrip().startswith("<dialog")
    assert content("/?part=drawer").lstrip().startswith("<!doctype html>")


def test_a_refusal_says_the_rule_the_cure_and_who_may() -> None:
    response = views.gallery(make_request("/?part=refusal", fragment=True))
    html = response.content.decode()
    assert response.status_code == 403
    for words in (
        "authority.above_limit",
        "Team lead, Finance manager",
        "write off a smaller part",
        "Ask for approval",
    ):
        assert words in html


def test_a_refused_field_says_so_where_it_is() -> None:
    post = {"amount": "999999", "value_date": "2026-11-20", "method": "bank"}
    response = views.gallery(make_request("/", fragment=True, post=post))
    html = response.content.decode()
    assert response.status_code == 422
    assert 'aria-invalid="true"' in html
    assert re.search(r'id="drawer_amount_error">.*at most 98,114\.52', html, re.DOTALL)


def test_done_sends_the_page_again_with_its_toast() -> None:
    request = make_request("/", fragment=True, post={})
    toasts.toast(request, "Payment recorded.", undo_url="/undo")
    response = responses.done(request, "/accounts/7/")
    assert response.status_code == 204
    assert json.loads(response["HX-Location"])["path"] == "/accounts/7/"
    assert list(toasts.waiting(request)) == [toasts.Toast("Payment recorded.", "good", "/undo")]


def test_done_on_another_page_shows_its_address() -> None:
    request = make_request("/", fragment=True, post={})
    request.META["HTTP_HX_CURRENT_URL"] = "http://testserver/accounts/?page=2"
    away = json.loads(responses.done(request, "/accounts/7/")["HX-Location"])
    here = json.loads(responses.done(request, "/accounts/")["HX-Location"])
    assert ("push" in away, away["swap"]) == (False, "outerHTML show:window:top")
    assert (here["push"], here["swap"]) == ("false", "outerHTML show:none")


def test_done_without_script_is_a_redirect() -> None:
    assert responses.done(make_request("/", post={}), "/accounts/7/").url == "/accounts/7/"


def test_a_message_of_another_app_is_a_toast_without_undo() -> None:
    from django.contrib import messages

    request = make_request()
    messages.error(request, "No.", extra_tags="safe")
    assert list(toasts.waiting(request)) == [toasts.Toast("No.", "bad", "")]


def test_a_toast_never_lets_markup_through() -> None:
    request = make_request()
    toasts.toast(request, "<b>x</b>")
    assert "&lt;b&gt;x&lt;/b&gt;" in render_to_string("ui/toasts.html", {}, request)


def test_a_component_does_not_take_what_its_page_happens_to_name_alike() -> None:
    html = draw('<c-panel title="Mine">body</c-panel>', actions="stray", footer="stray")
    assert "stray" not in html


def test_a_field_ties_its_error_to_its_input() -> None:
    form = gallery.PaymentForm({"amount": ""})
    html = draw('<c-field :field="form.amount" />', form=form)
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described
    for one in described.group(1).split():
        assert f'id="{one}"' in html


def test_finished_progress_stops_asking() -> None:
    assert 'hx-trigger="every 1s"' in content("/?part=progress&done=100")
    assert "hx-trigger" not in content("/?part=progress&done=2000")


def test_an_unknown_part_is_not_found() -> None:
    with pytest.raises(Http404):
        views.gallery(make_request("/?part=secret"))


def test_every_icon_named_in_a_template_exists() -> None:
    named = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r'\b(?:error_)?icon="([a-z0-9-]+)"', path.read_text())
    }
    named |= {
        name for path in TEMPLATES.rglob("*.html") for name in re.findall(r'{% icon "([a-z0-9-]+)"', path.read_text())
    }
    for name in named:
        assert "<svg" in draw(f'{{% icon "{name}" %}}')
    assert named
