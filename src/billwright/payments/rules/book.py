"""The tables of rules: one YAML file a scheme, read and checked once."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, TypeVar

from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict
from ruamel.yaml import YAML

from billwright.kernel.errors import NotFound, Refusal


class CodeMeaning(StrEnum):
    """What a code of return or decline means for what is done next, in one vocabulary for all schemes."""

    RETRY_LATER = "retry_later"
    """The money or the system was not there; the same debit may succeed."""
    NEEDS_CUSTOMER = "needs_customer"
    """Only the customer can put it right: other details, a new mandate, another means."""
    NEVER_AGAIN = "never_again"
    """It will never succeed, or must never be tried again."""
    DISPUTED = "disputed"
    """The customer says that it was not authorized: stop, and answer."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DatedRule(_Row):
    """A rule with the days on which it holds. `valid_from` none: the source does not say since when."""

    rule: str
    valid_from: date | None = None
    valid_before: date | None = None
    source: str
    says: str

    def holds(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_before is None or on < self.valid_before
        )


class CodeRow(_Row):
    """A code of the scheme: what it says, and what it means for us."""

    code: Annotated[str, BeforeValidator(str)]
    kind: CodeMeaning
    says: str


class RetryRule(DatedRule):
    """For which codes a debit may be tried again.

    `attempts_max` counts the first attempt too. `wait_days` are calendar days, `business_days` those of the scheme's
    calendar, both counted from the day of the question; `on_mandated_day`: not before the mandate's next date.
    """

    codes: tuple[Annotated[str, BeforeValidator(str)], ...] = ()
    allowed: bool
    attempts_max: int | None = None
    attempts_a_day_max: int | None = None
    within_days: int | None = None
    window_days: int | None = None
    wait_days: int = 0
    business_days: int = 0
    on_mandated_day: bool = False


class MandateRule(DatedRule):
    """What keeps a mandate alive or ends it, and what it must not exceed.

    `authenticated`: the customer confirms it with his bank before anything is collected.
    """

    lapse_months: int | None = None
    ended: bool = False
    no_new: bool = False
    ended_by_codes_except: tuple[Annotated[str, BeforeValidator(str)], ...] | None = None
    amount_max: str | None = None
    category: str = ""
    authenticated: bool = False


class DeadlineRule(DatedRule):
    """A span of time by name; negative spans lie before the day that is given."""

    what: str
    codes: tuple[Annotated[str, BeforeValidator(str)], ...] = ()
    days: int = 0
    business_days: int = 0
    months: int = 0


class RateRule(DatedRule):
    """The share of debits that may come back, in percent, by kind; `codes` none: all returns."""

    kind: str
    codes: tuple[Annotated[str, BeforeValidator(str)], ...] = ()
    percent_max: str
    over_days: int | None = None


class Scheme(_Row):
    """One scheme with all its rules, the newest last."""

    scheme: str
    names: tuple[str, ...]
    title: str
    calendar: str
    codes: tuple[CodeRow, ...] = ()
    retry: tuple[RetryRule, ...] = ()
    mandate: tuple[MandateRule, ...] = ()
    deadline: tuple[DeadlineRule, ...] = ()
    return_rate: tuple[RateRule, ...] = ()


Rule = TypeVar("Rule", bound=DatedRule)


@cache
def schemes() -> tuple[Scheme, ...]:
    """All schemes, by name."""
    folder = files("billwright.payments.rules") / "tables"
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".yaml")), key=lambda one: one.name)
    reader = YAML(typ="safe", pure=True)
    return tuple(Scheme.model_validate(reader.load(one.read_text("utf-8"))) for one in found)


def scheme_named(name: str) -> Scheme:
    """A scheme by any of its names, without regard to case and marks. Raises NotFound `scheme.not_found`."""
    wanted = _plain(name)
    for one in schemes():
        if wanted in {_plain(known) for known in (one.scheme, *one.names)}:
            return one
    raise NotFound(
        "scheme.not_found",
        _("There is no scheme %(name)s.") % {"name": repr(name)},
        field="scheme",
        cure=_("Name one of: %(names)s.") % {"names": ", ".join(one.scheme for one in schemes())},
    )


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def code_of(scheme: Scheme, code: str) -> CodeRow:
    """A code of a scheme. Raises NotFound `return_code.not_found`."""
    found = next((row for row in scheme.codes if row.code.upper().lstrip("0") == code.upper().lstrip("0")), None)
    if found is None:
        raise NotFound(
            "return_code.not_found",
            _("%(scheme)s has no code %(code)s that is known here.") % {"scheme": scheme.title, "code": repr(code)},
            field="code",
            cure=_("Look it up in the bank's own list; until it is known, nothing is tried again."),
        )
    return found


def in_force(rules: tuple[Rule, ...], *, on: date) -> list[Rule]:
    """The rules of a table that hold on a day."""
    return [rule for rule in rules if rule.holds(on)]


def nothing_known(scheme: Scheme, question: str, on: date) -> Refusal:
    """The refusal where no rule of the table holds on the day."""
    return Refusal(
        "rule.not_known",
        _("No rule of %(scheme)s on %(question)s is known for %(day)s.")
        % {"scheme": scheme.title, "question": question, "day": on},
        field="on",
        cure=_("Ask the bank or the acquirer, and add the rule to the tables."),
    )
