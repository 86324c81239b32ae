"""What the arguments of an act name: numbers of things, and whose personal values they may hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Final

from billwright.kernel.acts import Arguments

CustomersOf = Callable[[frozenset[int]], Iterable[int]]
# Whose key seals what is about no one customer.
NOBODY: Final = "approvals"

_customers_of: dict[str, CustomersOf] = {}


def ids_named(arguments: Arguments, wanted: frozenset[str]) -> dict[str, set[int]]:
    """The numbers that stand under the wanted names, also within rows and lists of rows; `_ids` means many."""
    found: dict[str, set[int]] = {}
    _collect(arguments, wanted, found)
    return found


def _collect(value: object, wanted: frozenset[str], into: dict[str, set[int]]) -> None:
    if isinstance(value, Mapping):
        pairs: Iterable[tuple[str, object]] = value.items()
    elif is_dataclass(value):
        pairs = [(field.name, getattr(value, field.name)) for field in fields(value)]
    elif isinstance(value, list | tuple):
        for one in value:
            _collect(one, wanted, into)
        return
    else:
        return
    for name, found in pairs:
        single = name.removesuffix("s") if name.endswith("_ids") else name
        if single not in wanted:
            _collect(found, wanted, into)
        elif isinstance(found, int):
            into.setdefault(single, set()).add(found)
        elif isinstance(found, Iterable):
            into.setdefault(single, set()).update(number for number in found if isinstance(number, int))


def look_up_customers(argument: str, customers_of: CustomersOf) -> None:
    """Let a name such as `account_id` tell the customers of an act; wired by the project, which knows the tables."""
    _customers_of[argument] = customers_of


def owner_of(arguments: Arguments) -> str:
    """Whose key seals the arguments of an act: that of the one customer they are about, else the shared one."""
    named = ids_named(arguments, frozenset({"customer_id", *_customers_of}))
    customers = named.pop("customer_id", set())
    for name, ids in named.items():
        customers |= set(_customers_of[name](frozenset(ids)))
    return f"customer:{customers.pop()}" if len(customers) == 1 else NOBODY
