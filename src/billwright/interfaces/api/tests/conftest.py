"""Doors for the tests of the API: a token, and a client that sends it."""

from __future__ import annotations

import itertools
import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from billwright.access.operations.roles import grant_role
from billwright.access.operations.tokens import issue_token
from billwright.access.operations.users import create_user
from billwright.kernel.acts import Act
from billwright.kernel.tests.builders import OPERATOR


@dataclass
class ApiClient:
    """Speaks JSON with a token; each POST gets a fresh key unless one is given."""

    secret: str

    def get(self, path: str, **query: Any) -> Any:
        return Client().get(f"/api/v1{path}", query, headers={"Authorization": f"Bearer {self.secret}"})

    def post(self, path: str, body: Any, *, key: str | None = None) -> Any:
        return self._write("post", path, body, key)

    def put(self, path: str, body: Any, *, key: str | None = None) -> Any:
        return self._write("put", path, body, key)

    def patch(self, path: str, body: Any) -> Any:
        return self._write("patch", path, body, "")

    def _write(self, method: str, path: str, body: Any, key: str | None) -> Any:
        headers = {"Authorization": f"Bearer {self.secret}", "Idempotency-Key": key or str(uuid.uuid4())}
        if key == "":
            del headers["Idempotency-Key"]
        call = getattr(Client(), method)
        return call(f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers)


_names = itertools.count(1)


def make_client(
    role: str, *, scopes: tuple[str, ...] = ("read", "write"), legal_entity_id: int | None = None
) -> ApiClient:
    """The token of a fresh user who holds one role, for all legal entities or one."""
    act = Act(actor=OPERATOR, at=datetime.now(UTC))
    with transaction.atomic():
        user = create_user(
            act=act,
            username=f"api-{role}-{next(_names)}",
            display_name=f"Api {role} (invented)",
            email="api@example.invalid",
            password="a long enough pass-phrase 91",
        )
        grant_role(act=act, user_id=user.id, role=role, legal_entity_id=legal_entity_id)
        return ApiClient(issue_token(act=act, user_id=user.id, name="test", scopes=scopes).secret)


@pytest.fixture
def client_as(db):
    """`client_as("FINANCE_MANAGER", scopes=("read",), legal_entity_id=7)`."""
    return make_client
