"""What an act is told, as people read it: things by their names and pages, choices, money and days as words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any, Final

from django.utils.translation import gettext as _
from pydantic import ValidationError

from billwright.access.masking import mask_bank_account
from billwright.access.queries import display_names
from billwright.access.states import ROLE_LABELS
from billwright.accounts.queries import account_names
from billwright.interfaces.web.context import address_of
from billwright.interfaces.web.subjects import url_of
from billwright.invoicing.queries import get_invoices
from billwright.kernel.acts import VERBS
from billwright.kernel.money import Money
from billwright.org.queries import list_legal_entities
from billwright.receivables.queries import get_items
from billwright.subscriptions.queries import subscription_names

# What a value is to a template: `text`, `money` or `day`.
Name = tuple[str, str]
# A bank account is told to nobody who merely decides.
BANK_NUMBERS: Final = frozenset({"account_number", "iban"})
CONSTANT: Final = re.compile(r"[A-Z]+(_[A-Z]+)+")


@dataclass(frozen=True, slots=True)
class Word:
    """One thing of a line: its label, where the line has several, its value, and the page of what it names."""

    label: str
    value: Any
    url: str = ""

    @property
    def kind(self) -> str:
        if isinstance(self.value, Money):
            return "money"
        return "day" if isinstance(self.value, date) else "text"


Line = tuple[Word, ...]


def told(verb: str, arguments: Mapping[str, Any], *, amount: Money | None) -> list[tuple[str, list[Line]]]:
    """The arguments of an act, frozen as a request keeps them, as labels and lines.

    What was not told is left out, and so is the act's amount, which stands apart.
    """
    thawed = _thawed(verb, arguments)
    if amount is not None and thawed.get("amount") == amount:
        del thawed["amount"]
    names = _names(thawed)
    rows = ((label_of(name), list(_lines(name, value, names))) for name, value in thawed.items())
    return [(label, lines) for label, lines in rows if lines]


def _thawed(verb: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """As the act takes them; as they were kept where the act of an old request takes others by now."""
    try:
        return VERBS[verb].thaw(arguments)
    except (KeyError, ValidationError):
        return dict(arguments)


def label_of(name: str) -> str:
    return name.removesuffix("_ids").removesuffix("_id").replace("_", " ").capitalize()


def _lines(name: str, value: Any, names: Mapping[str, Mapping[int, Name]]) -> Iterator[Line]:
    """A line for one value, and for each of several; what has fields is one line, and more for what they hold."""
    inner = _fields_of(value)
    if inner is not None:
        simple = {key: held for key, held in inner.items() if not _is_many(held)}
        words = tuple(_word(key, held, names, label=label_of(key)) for key, held in simple.items() if _is_told(held))
        if words:
            yield words
        for key in inner.keys() - simple.keys():
            yield from _lines(key, inner[key], names)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _lines(name, one, names)
    elif _is_told(value):
        yield (_word(name, value, names),)


def _word(name: str, value: Any, names: Mapping[str, Mapping[int, Name]], *, label: str = "") -> Word:
    argument = name.removesuffix("s") if name.endswith("_ids") else name
    if argument.endswith("_id"):
        noun = argument.removesuffix("_id")
        text, url = names.get(argument, {}).get(value) or (_("No. %s") % value, url_of(f"{noun}:{value}"))
        return Word(label, text, url)
    return Word(label, _in_words(name, value))


def _in_words(name: str, value: Any) -> Any:
    if isinstance(value, Money | date):
        return value
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name in BANK_NUMBERS:
        return mask_bank_account(str(value))
    if name == "role":
        return ROLE_LABELS.get(value, value)
    text = str(value.value if isinstance(value, Enum) else value)
    is_constant = isinstance(value, Enum) or CONSTANT.fullmatch(text)
    return text.replace("_", " ").capitalize() if is_constant else text


def _fields_of(value: Any) -> dict[str, Any] | None:
    """What a row holds by name; None for what is one value."""
    if isinstance(value, Money):
        return None
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: getattr(value, one.name) for one in fields(value)}
    return dict(value) if isinstance(value, Mapping) else None


def _is_many(value: Any) -> bool:
    return _fields_of(value) is not None or isinstance(value, list | tuple | set | frozenset)


def _is_told(value: Any) -> bool:
    return value is not None and value != ""


def _names(arguments: Mapping[str, Any]) -> dict[str, dict[int, Name]]:
    """Names and pages of the things that arguments name, with one question a kind."""
    ids: dict[str, set[int]] = defaultdict(set)
    _gather(arguments, ids)
    return {argument: NAMED[argument](ids[argument]) for argument in ids.keys() & NAMED.keys()}


def _gather(value: Any, ids: dict[str, set[int]], name: str = "") -> None:
    inner = _fields_of(value)
    if inner is not None:
        for key, held in inner.items():
            _gather(held, ids, key.removesuffix("s") if key.endswith("_ids") else key)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            _gather(one, ids, name)
    elif isinstance(value, int) and name.endswith("_id"):
        ids[name].add(value)


def _accounts(ids: set[int]) -> dict[int, Name]:
    found = account_names(ids)
    return {id_: (f"{name.number} · {name.shown_name}", address_of("web:account", id_)) for id_, name in found.items()}


def _items(ids: set[int]) -> dict[int, Name]:
    """An item by its document, with the account that it is open on."""
    items = get_items(ids)
    accounts = account_names({item.account_id for item in items.values()})
    found = {}
    for id_, item in items.items():
        account = accounts[item.account_id]
        text = f"{item.document_number} · {account.number} · {account.shown_name}"
        found[id_] = (text, address_of("web:invoice", item.invoice_id))
    return found


def _documents(ids: set[int]) -> dict[int, Name]:
    found = get_invoices(ids)
    return {id_: (row.number or _("a draft"), address_of("web:invoice", id_)) for id_, row in found.items()}


def _subscriptions(ids: set[int]) -> dict[int, Name]:
    return {id_: (name, address_of("web:subscription", id_)) for id_, name in subscription_names(ids).items()}


def _companies(ids: set[int]) -> dict[int, Name]:
    return {row.id: (f"{row.code} · {row.name}", "") for row in list_legal_entities() if row.id in ids}


def _people(ids: set[int]) -> dict[int, Name]:
    names = display_names([f"user:{id_}" for id_ in ids])
    return {id_: (names[f"user:{id_}"], url_of(f"user:{id_}")) for id_ in ids}


NAMED: Final[Mapping[str, Callable[[set[int]], dict[int, Name]]]] = {
    "account_id": _accounts,
    "child_id": _accounts,
    "credit_item_id": _items,
    "invoice_id": _documents,
    "legal_entity_id": _companies,
    "open_item_id": _items,
    "parent_id": _accounts,
    "payer_id": _accounts,
    "subscription_id": _subscriptions,
    "user_id": _people,
}
