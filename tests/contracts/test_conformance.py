"""Whatever is sent, the API answers as its own schema says and never with an error of the server.

Bounded: a few examples an operation, the same ones each time; half of them point to what exists. A refusal is an
answer like any other: the rules of the books are stricter than any schema.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.contracts.conftest import Book
from tests.contracts.test_openapi import SNAPSHOT

pytestmark = pytest.mark.django_db
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
BOUNDED = settings(
    max_examples=4,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
# The snapshot is the schema, as test_openapi.py sees to; to make the schema takes seconds in each process.
SCHEMA = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
TAGS = sorted({operation["tags"][0] for path in SCHEMA["paths"].values() for operation in path.values()})


@pytest.fixture(scope="module")
def operations() -> BaseSchema:
    """The schema as schemathesis reads it, with the application that answers."""
    schema = schemathesis.openapi.from_dict(SCHEMA)
    schema.app = get_wsgi_application()
    return schema


@pytest.mark.parametrize("tag", TAGS)
def test_every_answer_is_as_the_schema_says(tag: str, operations: BaseSchema, book: Book) -> None:
    found = [one.ok() for one in operations.include(tag=tag).get_all_operations()]
    faults = [fault for operation in found for fault in faults_of(operation, book)]
    assert found
    assert not faults, "\n\n".join(faults)


def faults_of(operation: Any, book: Book) -> list[str]:
    """What was wrong with the answers of one operation, one fault a kind."""
    faults: dict[str, str] = {}

    @BOUNDED
    @given(case=operation.as_strategy(), is_real=st.booleans())
    def call(case: Any, is_real: bool) -> None:
        if is_real:
            case.path_parameters, case.query, case.body = (
                pointing(part, book.ids) for part in (case.path_parameters, case.query, case.body)
            )
        try:
            # What one example wrote is gone before the next one comes.
            with transaction.atomic():
                response = case.call(headers={"Authorization": f"Bearer {book.token}"})
                transaction.set_rollback(True)
            case.validate_response(response, checks=CHECKS)
        except (Exception, FailureGroup) as error:
            kind = str(error).splitlines()[0] if str(error) else type(error).__name__
            faults.setdefault(kind, f"{operation.label}: {type(error).__name__}: {error}")

    call()
    return list(faults.values())


def pointing(part: Any, ids: dict[str, int]) -> Any:
    """The same input, pointing to what exists wherever it names something of ours."""
    if isinstance(part, dict):
        return {
            name: ids[name] if name in ids and isinstance(value, int) else pointing(value, ids)
            for name, value in part.items()
        }
    return [pointing(one, ids) for one in part] if isinstance(part, list) else part
