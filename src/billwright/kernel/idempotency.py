"""Doing it twice changes nothing: a key, the hash of its input, and the stored answer."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import connection

from billwright.kernel.errors import Conflict
from billwright.kernel.locking import assert_in_transaction

# Raised when the meaning of a stored input changes: old keys then no longer answer for new inputs.
KEY_VERSION = "v1"


def digest(value: object) -> str:
    """A hash of JSON-able input that does not depend on the order of its keys."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def semantic_key(effect: str, **parts: object) -> str:
    """A key for our own effects, such as `v1|charge|period=2026-01-01|subscription=7`."""
    return "|".join([KEY_VERSION, effect, *(f"{name}={parts[name]}" for name in sorted(parts))])


def claim(*, scope: str, key: str, input_digest: str, at: datetime) -> tuple[bool, Any]:
    """Take the key, or find who took it: (True, None) for the first, (False, answer) for a repeat.

    A concurrent repeat waits on the unique key until the first has committed. Raises Conflict
    `idempotency.other_input` when the key was used for something else.
    """
    assert_in_transaction()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into kernel_idempotency_key (scope, key, input_digest, recorded_at) values (%s, %s, %s, %s)"
            " on conflict (scope, key) do nothing returning id",
            [scope, key, input_digest, at],
        )
        if cursor.fetchone() is not None:
            return True, None
        cursor.execute(
            "select input_digest, answer::text from kernel_idempotency_key where scope = %s and key = %s", [scope, key]
        )
        row = cursor.fetchone()
    if row[0] != input_digest:
        raise Conflict(
            "idempotency.other_input",
            f"The key {key!r} was already used for another request.",
            field="Idempotency-Key",
            cure="Send a new key with a new request, or repeat the first one unchanged.",
        )
    return False, None if row[1] is None else json.loads(row[1])


def store_answer(*, scope: str, key: str, answer: Any) -> None:
    """Keep the answer beside its key, for the repeats."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update kernel_idempotency_key set answer = %s::jsonb where scope = %s and key = %s",
            [json.dumps(answer), scope, key],
        )
