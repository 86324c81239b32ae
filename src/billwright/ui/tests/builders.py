"""Requests and figures for the tests of the design system."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler

from billwright.ui import charts


def make_request(path: str = "/", *, fragment: bool = False, post: dict[str, str] | None = None) -> HttpRequest:
    """A request as the middleware hands it to a view, of nobody."""
    headers = {"HX-Request": "true"} if fragment else {}
    factory = RequestFactory()
    request = factory.get(path, headers=headers) if post is None else factory.post(path, post, headers=headers)
    request.user = AnonymousUser()
    request._messages = CookieStorage(request)
    return request


def draw(source: str, **context: object) -> str:
    """Render a piece of template with the tags loaded."""
    compiled = CottonCompiler().process("{% load ui_tags %}" + source)
    return Template(compiled).render(Context(context)).strip()


def make_points(*values: int) -> list[charts.Point]:
    """Buckets named A, B, C … with these values."""
    return [charts.Point(chr(ord("A") + n), value, f"{value}.00") for n, value in enumerate(values)]


def make_series(name: str, *values: int) -> charts.Series:
    """A series whose words are its values."""
    return charts.Series(name, values, [str(value) for value in values])
