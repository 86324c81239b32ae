"""Methods of payment as this installation has them: each by a plug-in, wired by the project.

A new method is a new entry here and, where money moves by machine, a connector behind the port of its kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise

from billwright.payments.states import PaymentMethod


class MethodWay(StrEnum):
    """How money of a method reaches us."""

    COUNTER = "COUNTER"
    """Handed over."""
    BANK = "BANK"
    """Sent by the payer to our bank account."""
    COLLECTED = "COLLECTED"
    """Taken by us with a mandate."""
    ONLINE = "ONLINE"
    """On the page of a gateway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodPlugin:
    """One method: its name, what people read, what it counts as in the books, and how it reaches us."""

    code: str
    title: str | Promise
    method: PaymentMethod
    way: MethodWay


class _Wiring:
    methods: tuple[MethodPlugin, ...] = ()


def wire_methods(methods: Sequence[MethodPlugin]) -> None:
    """Install the methods at start."""
    codes = [method.code for method in methods]
    assert len(set(codes)) == len(codes), "two methods of one name"
    _Wiring.methods = tuple(methods)


def method_plugins() -> tuple[MethodPlugin, ...]:
    """Every method of this installation."""
    return _Wiring.methods
