"""The doors through which duties are played: a browser, a token, the command line, and a post office."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.test import Client
from django.urls import reverse
from typer import Typer
from typer.testing import CliRunner

from billwright.access.operations.tokens import issue_token
from billwright.access.states import Role
from billwright.access.tests.builders import make_user
from billwright.comms import ports
from billwright.comms.ports import Mail
from billwright.kernel import clock
from billwright.kernel.tests.builders import make_act


def on(day: str, hour: int = 9) -> Any:
    """``with on("2026-03-10"):`` plays a day, at an hour of UTC."""
    return clock.standing_at(datetime.fromisoformat(f"{day}T{hour:02}:00:00").replace(tzinfo=UTC))


@dataclass
class Person:
    """Somebody with a job: works in the browser, and has a token of their own for programs."""

    name: str
    roles: tuple[Role, ...]
    user: Any = field(init=False)
    browser: Client = field(init=False)

    def __post_init__(self) -> None:
        self.user = make_user(self.name, *self.roles)
        self.browser = Client()
        self.browser.force_login(self.user)

    @property
    def actor(self) -> str:
        """The key by which the audit trail names the person."""
        return str(self.user.actor)

    def reads(self, page: str, /, *args: Any, **query: Any) -> str:
        """The words of a page, which must open."""
        answer = self.opens(page, *args, **query)
        assert answer.status_code == 200, answer.content[:800]
        return str(answer.content.decode())

    def opens(self, page: str, /, *args: Any, **query: Any) -> Any:
        """The answer of a page, whatever it is."""
        return self.browser.get(reverse(f"web:{page}", args=args), query)

    def sends(self, page: str, /, *args: Any, expecting: int = 302, **given: Any) -> Any:
        """What becomes of a form: done leads on (302), refused shows it again (422) or says who may (403)."""
        answer = self.browser.post(reverse(f"web:{page}", args=args), given)
        assert answer.status_code == expecting, (answer.status_code, answer.content[:2000].decode(errors="replace"))
        return answer

    def api(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        """The answer of the API to a program of this person's, as JSON (None when it is a file)."""
        token = issue_token(act=make_act(), user_id=self.user.pk, name=uuid.uuid4().hex, scopes=("read", "write"))
        headers = {"Authorization": f"Bearer {token.secret}", "Idempotency-Key": uuid.uuid4().hex}
        call = getattr(Client(), method)
        answer = (
            call(f"/api/v1{path}", body or {}, headers=headers)
            if method == "get"
            else call(f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers)
        )
        assert answer.status_code == status, answer.content[:2000].decode(errors="replace")
        return answer.json() if "json" in answer["Content-Type"] else answer

    def uploads(self, path: str, *, status: int = 201, **form: Any) -> Any:
        """The answer of the API to a form with a file."""
        token = issue_token(act=make_act(), user_id=self.user.pk, name=uuid.uuid4().hex, scopes=("read", "write"))
        headers = {"Authorization": f"Bearer {token.secret}", "Idempotency-Key": uuid.uuid4().hex}
        answer = Client().post(f"/api/v1{path}", form, headers=headers)
        assert answer.status_code == status, answer.content[:2000].decode(errors="replace")
        return answer.json()


def person(name: str, *roles: Role) -> Person:
    """A person with a job."""
    return Person(name, roles)


def type_in(app: Typer, *words: object, exit_code: int = 0) -> Any:
    """What a command prints as JSON."""
    result = CliRunner().invoke(app, [*(str(word) for word in words), "--json"], catch_exceptions=False)
    assert result.exit_code == exit_code, result.output
    return json.loads(result.output)


def say(app: Typer, *words: object) -> str:
    """What a command that has no JSON says."""
    result = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


class PostOffice:
    """Takes every mail, as a mail server would."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    def send(self, mail: Mail) -> None:
        """Take it."""
        self.mails.append(mail)


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """Mail leaves the house as the product has wired it, and lands here."""
    before, office = ports.carrier(), PostOffice()
    ports.wire_mail(carrier=office, files=ports.files(), from_address=ports.from_address())
    yield office
    ports.wire_mail(carrier=before, files=ports.files(), from_address=ports.from_address())
