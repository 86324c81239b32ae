"""Acts and verbs: one way to do a thing, whether a page, the API, a command or a job asks for it.

A verb is an operation wrapped by `@verb("invoice.issue")`. Before it runs it asks the one Authority; it honours
the act's idempotency key; after it ran it writes the audit row. All of it happens in the transaction that the
caller opened, so a refusal changes nothing.
"""

from __future__ import annotations

import functools
import inspect
import json
import typing
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, ParamSpec, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, create_model

from billwright.kernel import audit, idempotency
from billwright.kernel.errors import Refusal
from billwright.kernel.locking import assert_in_transaction
from billwright.kernel.money import Money

P = ParamSpec("P")
R = TypeVar("R")
Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, when, why and under which key.

    `actor` is an opaque key such as `user:7` or `system:bill-run`; `on_behalf_of` names the person who asked when an
    approver or a colleague acts for another. `at` is the instant that the interface read from its clock.
    """

    actor: str
    at: datetime
    reason: str = ""
    key: str | None = None
    on_behalf_of: str = ""

    def __post_init__(self) -> None:
        assert self.at.tzinfo is not None, "an act happens at an instant, with its zone"

    def nested(self) -> Act:
        """The same act inside another verb: the outer verb already answers for the key."""
        return replace(self, key=None)

    def require_reason(self, code: str, message: str, *, cure: str | None = None) -> None:
        """Raises Refusal when nobody said why; `cure` asks for the words that are missing."""
        if not self.reason.strip():
            raise Refusal(code, message, field="reason", cure=cure)


class Authority(Protocol):
    """Decides whether an actor may do a verb over an amount; implemented by `access`."""

    def require(self, *, act: Act, verb: str, amount: Money | None, arguments: Arguments) -> None:
        """Return, or raise NotAllowed naming the rule that refused and who may approve."""


class _Wiring:
    authority: Authority | None = None


def wire_authority(authority: Authority) -> None:
    """Install the one Authority, at start."""
    _Wiring.authority = authority


def authority() -> Authority:
    assert _Wiring.authority is not None, "no Authority is wired: the project does it at start"
    return _Wiring.authority


@dataclass(slots=True)
class _Notes:
    """What an operation tells the audit row of its act."""

    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    effective_on: date | None = None
    personal: dict[str, Any] = field(default_factory=dict)
    personal_of: str = ""


_notes: ContextVar[_Notes | None] = ContextVar("notes", default=None)


def note_change(
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    effective_on: date | None = None,
    personal: dict[str, Any] | None = None,
    personal_of: str = "",
) -> None:
    """Tell the audit row of the present act what changed. Personal values go in `personal` and are sealed."""
    notes = _notes.get()
    assert notes is not None, "note_change belongs inside a verb"
    notes.before = {**(notes.before or {}), **before} if before else notes.before
    notes.after = {**(notes.after or {}), **after} if after else notes.after
    notes.effective_on = effective_on or notes.effective_on
    notes.personal |= personal or {}
    notes.personal_of = personal_of or notes.personal_of


@contextmanager
def _noting() -> Iterator[_Notes]:
    notes = _Notes()
    token = _notes.set(notes)
    try:
        yield notes
    finally:
        _notes.reset(token)


@dataclass(frozen=True, slots=True)
class Verb:
    """A registered verb: its name, its function, and how its arguments and answer are frozen as JSON."""

    name: str
    function: Callable[..., Any]
    call: Callable[..., Any]
    subject: Callable[[Arguments, Any], str]
    amount: Callable[[Arguments], Money | None]
    did: Callable[[Any], object]

    def freeze(self, arguments: Arguments) -> dict[str, Any]:
        """The arguments as JSON, defaults included."""
        return dict(_arguments_model(self.function)(**arguments).model_dump(mode="json"))

    def thaw(self, frozen: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments back from JSON."""
        model = _arguments_model(self.function).model_validate(frozen)
        return {name: getattr(model, name) for name in type(model).model_fields}

    def answer_type(self) -> TypeAdapter[Any]:
        return _answer_adapter(self.function)


VERBS: dict[str, Verb] = {}


def verb_name(operation: Callable[..., Any]) -> str:
    """The name under which an operation was made a verb."""
    name: str = operation.verb_name  # type: ignore[attr-defined]
    return name


@functools.cache
def _arguments_model(function: Callable[..., Any]) -> type[BaseModel]:
    hints = typing.get_type_hints(function)
    fields: dict[str, Any] = {
        name: (hints[name], ... if parameter.default is inspect.Parameter.empty else parameter.default)
        for name, parameter in inspect.signature(function).parameters.items()
        if name != "act"
    }
    config = ConfigDict(extra="forbid", protected_namespaces=(), ser_json_bytes="base64", val_json_bytes="base64")
    return create_model(f"{function.__name__}_arguments", __config__=config, **fields)


@functools.cache
def _answer_adapter(function: Callable[..., Any]) -> TypeAdapter[Any]:
    return TypeAdapter(typing.get_type_hints(function)["return"])


def _no_amount(_: Arguments) -> Money | None:
    return None


def _always(_: Any) -> bool:
    return True


def verb(
    name: str,
    *,
    subject: Callable[[Arguments, Any], str],
    amount: Callable[[Arguments], Money | None] = _no_amount,
    did: Callable[[Any], object] = _always,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make an operation a verb of the closed vocabulary.

    `subject(arguments, answer)` names what the audit row is about; `amount(arguments)` says which amount the
    authority limits are asked about; `did(answer)` says whether anything was done: a sweep that met nothing leaves no
    audit row. The operation takes keyword arguments only, the first of them `act`.
    """

    def register(function: Callable[P, R]) -> Callable[P, R]:
        assert name not in VERBS or VERBS[name].function.__qualname__ == function.__qualname__, (
            f"two verbs named {name}"
        )

        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            assert not args, f"{name} takes keyword arguments only"
            act = typing.cast("Act", kwargs["act"])
            arguments = {key: value for key, value in kwargs.items() if key != "act"}
            return typing.cast("R", _perform(VERBS[name], act, arguments))

        call.verb_name = name  # type: ignore[attr-defined]
        VERBS[name] = Verb(name=name, function=function, call=call, subject=subject, amount=amount, did=did)
        return call

    return register


def _perform(verb: Verb, act: Act, arguments: dict[str, Any]) -> Any:
    assert_in_transaction()
    scope = f"{verb.name}|{act.actor}"
    if act.key is not None:
        input_digest = idempotency.digest({"arguments": verb.freeze(arguments), "reason": act.reason})
        first, answer = idempotency.claim(scope=scope, key=act.key, input_digest=input_digest, at=act.at)
        if not first:
            return verb.answer_type().validate_json(json.dumps(answer))
    authority().require(act=act, verb=verb.name, amount=verb.amount(arguments), arguments=arguments)
    with _noting() as notes:
        result = verb.function(act=act, **arguments)
    if verb.did(result):
        _record(verb, act, arguments, result, notes)
    if act.key is not None:
        idempotency.store_answer(scope=scope, key=act.key, answer=verb.answer_type().dump_python(result, mode="json"))
    return result


def _record(verb: Verb, act: Act, arguments: Arguments, result: Any, notes: _Notes) -> None:
    audit.record(
        verb=verb.name,
        actor=act.actor,
        on_behalf_of=act.on_behalf_of,
        subject=verb.subject(arguments, result),
        at=act.at,
        reason=act.reason,
        key=act.key or "",
        effective_on=notes.effective_on,
        before=notes.before,
        after=notes.after,
        personal=notes.personal or None,
        personal_of=notes.personal_of,
    )
