"""Whatever is sent, the API answers as its own schema says and never with an error of the server.

Bounded: a few examples an operation, the same ones each time; half of them point to what exists. A refusal is an
answer like any other: the rules of the books are stricter than any schema.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.contracts.conftest import Book

from billwright.interfaces.api.v1 import api

pytestmark = pytest.mark.django_db
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
BOUNDED = settings(
    max_examples=6,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
schema = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(), default=str)))
schema.app = get_wsgi_application()
BY_TAG: dict[str, list[Any]] = defaultdict(list)
for _found in schema.get_all_operations():
    BY_TAG[_found.ok().tags[0]].append(_found.ok())


@pytest.mark.parametrize("tag", sorted(BY_TAG))
def test_every_answer_is_as_the_schema_says(tag: str, book: Book) -> None:
    faults = [fault for operation in BY_TAG[tag] for fault in faults_of(operation, book)]
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
