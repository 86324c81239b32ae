"""Questions to the simulator and its replies; every page says that it is one."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl


class DropConnection(Exception):
    """The answer gets lost: the connection ends without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request, its path without the name of the gateway; `address` is where the gateway lives."""

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    address: str

    @property
    def form(self) -> dict[str, str]:
        """The body as a form."""
        return dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))

    @property
    def json(self) -> dict[str, Any]:
        """The body as JSON."""
        found = json.loads(self.body or b"{}")
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def json_reply(content: Any, *, status: int = 200) -> Reply:
    """An answer to a program."""
    return Reply(status, json.dumps(content).encode(), {"content-type": "application/json"})


def redirect(url: str) -> Reply:
    """Send the browser on."""
    return Reply(303, b"", {"location": url})


def page(title: str, lines: list[str], *, action: str = "", fields: Mapping[str, str] | None = None) -> Reply:
    """A page for people: what would be paid, and two buttons."""
    hidden = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in (fields or {}).items()
    )
    buttons = (
        f'<form method="post" action="{html.escape(action)}">{hidden}'
        '<button name="outcome" value="pay">Pay</button> <button name="outcome" value="decline">Decline</button></form>'
        if action
        else ""
    )
    return framed([f"<h2>{html.escape(title)}</h2>", *(f"<p>{html.escape(line)}</p>" for line in lines), buttons])


def framed(lines: Iterable[str]) -> Reply:
    """HTML under the head that says what this is."""
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>SIMULATOR</title><style>'
        "body{font:16px system-ui;max-width:50em;margin:3em auto;padding:0 1em}"
        "td{padding:.2em .6em}form{display:inline}"
        "h1{background:#b45309;color:#fff;padding:.4em .6em;border-radius:6px}button{font:inherit;padding:.5em 1.2em}"
        f"</style></head><body><h1>SIMULATOR: no real money</h1>{''.join(lines)}</body></html>"
    )
    return Reply(200, text.encode(), {"content-type": "text/html; charset=utf-8"})
