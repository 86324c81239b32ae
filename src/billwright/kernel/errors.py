"""Refusals: every *expected* failure. Anything else that is raised is a bug."""

from __future__ import annotations


class Refusal(Exception):
    """A request that the product understands and will not carry out.

    `code` is stable and dotted (`allocation.exceeds_open`), `message` says what is wrong, `field` and `row` say
    where, `cure` says what to do about it. Nothing has been changed when a refusal leaves a verb: the caller's
    transaction is rolled back.
    """

    http_status = 422

    def __init__(
        self,
        code: str,
        message: str,
        *,
        field: str | None = None,
        row: int | None = None,
        cure: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.row = row
        self.cure = cure

    def __str__(self) -> str:
        where = f"{self.field}: " if self.field else ""
        place = f"row {self.row}: " if self.row is not None else ""
        cure = f" {self.cure}" if self.cure else ""
        return f"{place}{where}{self.message}{cure}"


class NotFound(Refusal):
    """The subject does not exist, or this person may not know that it does."""

    http_status = 404


class Conflict(Refusal):
    """The subject has moved on since the person looked at it, or a key was used for something else."""

    http_status = 409


class NotAllowed(Refusal):
    """Authority is missing; `rule` names the rule that refused and `who_may` the roles that may approve."""

    http_status = 403

    def __init__(self, code: str, message: str, *, rule: str, who_may: tuple[str, ...] = (), cure: str | None = None):
        super().__init__(code, message, cure=cure)
        self.rule = rule
        self.who_may = who_may
        # Where the person can ask for it instead; the door that knows its own addresses fills it in.
        self.ask_url = ""
