"""The schema that clients were built against: a change to it is seen in review, as a difference of one file."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from django.test import Client
from ninja import Schema

from billwright.interfaces.api.reference import schema_text
from billwright.interfaces.api.v1 import api
from billwright.project.middleware import POLICY

SNAPSHOT = Path(__file__).with_name("openapi.json")


def test_the_snapshot_is_the_schema():
    stale = SNAPSHOT.read_text(encoding="utf-8") != schema_text(api)
    assert not stale, "the API changed: run `make docs`, read the difference of openapi.json, and commit it"


def test_every_write_declares_its_key_and_every_refusal_its_problem():
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            headers = {one["name"] for one in operation.get("parameters", []) if one["in"] == "header"}
            assert (method in ("post", "put")) == ("Idempotency-Key" in headers), f"{method} {path}"
            assert "application/problem+json" in operation["responses"][422]["content"], f"{method} {path}"


def test_every_list_that_may_grow_pages_by_at_most_200():
    paged = [
        {one["name"]: one["schema"] for one in operation["parameters"] if one["in"] == "query"}
        for methods in api.get_openapi_schema()["paths"].values()
        for operation in methods.values()
        if "Page" in str(operation["responses"].get(200, {}))
    ]
    assert len(paged) > 15
    assert all(parameters["limit"]["maximum"] == 200 and "cursor" in parameters for parameters in paged)


def test_no_two_shapes_share_a_name():
    """The schema has one place a name: it would describe two shapes by either."""
    named = defaultdict(set)
    shapes = list(Schema.__subclasses__())
    while shapes:
        shape = shapes.pop()
        shapes.extend(shape.__subclasses__())
        if shape.__module__.startswith("billwright.interfaces"):
            named[shape.__name__].add(
                str(sorted((name, str(field.annotation)) for name, field in shape.model_fields.items()))
            )
    described = api.get_openapi_schema()["components"]["schemas"]
    assert sorted(name for name in described if len(named[name]) > 1) == []


@pytest.mark.django_db
def test_the_reference_page_needs_nothing_from_elsewhere():
    answer = Client().get("/api/v1/docs")
    html = answer.content.decode()
    assert (answer.status_code, answer["Content-Security-Policy"]) == (200, POLICY)
    assert "POST /api/v1/invoices/{invoice_id}/issue" in html
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', html)
    assert "<style" not in html
    assert not re.findall(r"<script(?![^>]* src=)", html)
