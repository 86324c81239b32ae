"""The layouts of banks' tables: what a profile says, and reading it from YAML."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from billwright.kernel.errors import Refusal

Column = str | int
"""A column by its heading, or by its place from zero where the table has no headings."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Columns(_Strict):
    """Which column says what. `credit` and `debit` are added up by their side; else `amount` carries its sign."""

    booking_date: Column
    value_date: Column | None = None
    amount: Column | None = None
    credit: tuple[Column, ...] = ()
    debit: tuple[Column, ...] = ()
    balance: Column | None = None
    account: Column | None = None
    currency: Column | None = None
    number: Column | None = None
    bank_reference: Column | None = None
    end_to_end: Column | None = None
    counterparty: Column | None = None
    counterparty_account: Column | None = None
    remittance: tuple[Column, ...] = ()
    code: Column | None = None
    mandate: Column | None = None


class Side(_Strict):
    """A column that says by a word whether an unsigned amount went out."""

    column: Column
    debit: tuple[str, ...]


class Booked(_Strict):
    """A column that says by a word whether the row is booked."""

    column: Column
    words: tuple[str, ...]


class RecordTypes(_Strict):
    """Tables without headings whose first columns say what a row is."""

    column: int
    entry: tuple[str, ...]
    opening: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    account: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    balance_at: int | None = None
    account_at: int | None = None


class Profile(_Strict):
    """One layout. `heading` are all columns of the line of headings, in order, without regard to case and blanks."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    bank: str
    country: str = ""
    delimiter: Literal[",", ";", "\t", "|"] = ","
    decimal: Literal[".", ","] = "."
    dates: tuple[str, ...]
    heading: tuple[str, ...] = ()
    types: RecordTypes | None = None
    columns: Columns
    side: Side | None = None
    booked: Booked | None = None
    currency: str | None = None
    account_label: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


def profile_of_text(text: str, *, name: str) -> Profile:
    """A profile written as YAML. Raises Refusal `bank_profile.wrong` naming what is wrong in it."""
    try:
        return Profile.model_validate(YAML(typ="safe", pure=True).load(text))
    except YAMLError as error:
        raise Refusal(
            "bank_profile.wrong", _("This is not YAML: %(problem)s") % {"problem": error}, field=name
        ) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "profile"
        raise Refusal(
            "bank_profile.wrong",
            _("%(place)s: %(problem)s.") % {"place": place, "problem": first["msg"]},
            field=name,
            cure=_("docs/connectors/csv.md shows a profile."),
        ) from error


@cache
def shipped_profiles() -> tuple[Profile, ...]:
    """The profiles that come with the product, by name."""
    folder = files("billwright.connectors.csv_statements") / "layouts"
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".yaml")), key=lambda one: one.name)
    return tuple(profile_of_text(one.read_text("utf-8"), name=one.name) for one in found)
