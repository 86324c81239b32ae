"""Whatever fails, a client of the API reads a problem document."""

import json

import pytest
from django.test import Client

from billwright.interfaces.api.tests.conftest import make_client

pytestmark = pytest.mark.django_db
JSON = "application/json"


def send(method, path, *, body=b"", content_type=JSON):
    secret = make_client("FINANCE_MANAGER").secret
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "once"}
    return Client(raise_request_exception=False).generic(method, path, body, content_type, headers=headers)


@pytest.mark.parametrize(
    ("method", "path", "body", "content_type", "status", "code"),
    [
        ("GET", "/api/v1/nowhere", b"", JSON, 404, "request.no_such_address"),
        ("GET", "/api/v9/payments", b"", JSON, 404, "request.no_such_address"),
        ("GET", "/api/v1/payments/", b"", JSON, 404, "request.no_such_address"),
        ("DELETE", "/api/v1/payments", b"", JSON, 405, "request.method_not_allowed"),
        ("POST", "/api/v1/payments", b"<a/>", "application/xml", 415, "request.media_type"),
        ("POST", "/api/v1/payments", b"a=1", "application/x-www-form-urlencoded", 415, "request.media_type"),
        ("POST", "/api/v1/payments", b'{"a":', JSON, 400, "request.malformed"),
        ("POST", "/api/v1/payments", b'{"a":"\xff"}', JSON, 400, "request.malformed"),
        ("POST", "/api/v1/payments", b"[" * 100_000 + b"]" * 100_000, JSON, 400, "request.malformed"),
        ("POST", "/api/v1/payments", b'"' + b"a" * 30_000_000 + b'"', JSON, 413, "request.too_large"),
        ("POST", "/api/v1/files", b"--x\r\nfoo", "multipart/form-data", 400, "request.malformed"),
    ],
)
def test_a_failure_outside_the_operations_is_a_problem(method, path, body, content_type, status, code):
    answer = send(method, path, body=body, content_type=content_type)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    problem = json.loads(answer.content)
    assert (problem["code"], problem["status"], problem["instance"]) == (code, status, path)
    assert answer.get("Content-Length", str(len(answer.content))) == str(len(answer.content))


def test_a_refused_method_says_which_are_allowed():
    answer = send("DELETE", "/api/v1/payments")
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}


def test_an_error_of_the_server_is_a_problem_too(monkeypatch):
    def broken(**_asked):
        raise RuntimeError("a secret")

    monkeypatch.setattr("billwright.payments.queries.list_payments", broken)
    answer = send("GET", "/api/v1/payments")
    assert (answer.status_code, answer.json()["code"]) == (500, "server.error")
    assert "secret" not in answer.content.decode()


def test_a_page_of_the_workspace_that_is_missing_stays_a_page(client):
    assert client.get("/nowhere")["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("member", "wrong"),
    [
        ("account_id", True),
        ("value_date", 86400),
        ("value_date", "86400"),
        ("value_date", "2026-01-31T00:00:00"),
        ("value_date", "2026-02-30"),
    ],
)
def test_what_only_looks_like_an_id_or_a_date_is_refused(member, wrong):
    receipt = {"source": "bank", "source_key": "1", "amount": {"amount": "1.00", "currency": "ZAR"}, "account_id": 1}
    receipt = {"value_date": "2026-01-31"} | receipt | {member: wrong}
    answer = make_client("CASH_APPLIER").post("/payments", {"receipts": [receipt]})
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [f"receipts.0.{member}"]
