"""Calls that leave the house by HTTP: a time-out always, no redirect followed, answers of bounded size."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from billwright.kernel.errors import Refusal

TIMEOUT_SECONDS = 20.0
ANSWER_BYTES_MAX = 8 * 1024 * 1024


class Unreachable(Refusal):
    """Nobody answered: what was asked has not happened."""

    http_status = 502


class NoAnswer(Refusal):
    """It was asked, and no answer came in time: whether it happened is not known."""

    http_status = 504


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")


def send(
    *,
    method: str,
    url: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT_SECONDS,
) -> Answer:
    """Ask another system once. Raises Unreachable when the question never left, NoAnswer when no answer came."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unreachable("outgoing.address", f"{url} is no address of the web.", field="url")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=timeout)
    try:
        try:
            connection.connect()
        except OSError as error:
            raise Unreachable("outgoing.unreachable", f"{parts.hostname} cannot be reached: {error}.") from error
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target, body=body or None, headers=dict(headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(ANSWER_BYTES_MAX))
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer("outgoing.no_answer", f"{parts.hostname} did not answer: {error}.") from error
    finally:
        connection.close()
