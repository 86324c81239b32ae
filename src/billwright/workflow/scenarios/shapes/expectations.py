"""The keys that a file may expect: those of the result, as docs/concepts/scenario.md lists them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from billwright.workflow.scenarios.shapes.values import misplaced

# A key with the keys of its rows; None: a single value, or rows whose keys are anything.
Keys = dict[str, "Keys | None"]


def _values(names: str) -> Keys:
    return dict.fromkeys(names.split())


_LINE: Keys = {
    **_values("subscription charge kind from to quantity billed unit share amount discount net tax"),
    "parts": _values("quantity unit amount"),
}
_DOCUMENT: Keys = {
    **_values("as number account date due currency net tax withheld total credit_applied open"),
    "taxes": _values("code rate net tax"),
    "lines": _LINE,
}
_CORRECTION: Keys = {**_DOCUMENT, "invoice": None}
EXPECTED: Keys = {
    "invoices": _DOCUMENT,
    "credit_notes": _CORRECTION,
    "debit_notes": _CORRECTION,
    "payments": _values("as account date amount unallocated"),
    "refunds": _values("as account date amount payment"),
    "allocations": _values("payment document amount"),
    "proposals": _values("payment documents write_off"),
    "write_offs": _values("document payment amount"),
    "open_items": _values("account document currency due amount open level final"),
    "notices": _values("account currency level date channel documents sent"),
    "usage": {
        **_values("key subscription meter quantity billed amount rated prefix"),
        "parts": _values("band quantity amount"),
    },
    "balances": None,
    "refused": _values("act rule says"),
    "events": None,
}


def require_known_keys(expect: Mapping[str, Any]) -> None:
    """Raises an error at the first key that no result has: asserted, it could never agree."""
    _require(expect, EXPECTED, [])
    for account, currencies in (expect.get("balances") or {}).items():
        for currency, cell in (currencies or {}).items():
            _require(cell, _values("open credit balance"), ["balances", account, currency])


def _require(found: Any, known: Keys, path: list[Any]) -> None:
    if not isinstance(found, Mapping):
        return
    for key, value in found.items():
        if key not in known:
            raise misplaced([*path, key], f"{key!r} is not a key of the result here.", f"Known are {', '.join(known)}.")
        rows = known[key]
        if rows is not None and isinstance(value, list):
            for place, row in enumerate(value):
                _require(row, rows, [*path, key, place])
