"""The questions: may a debit be tried again, what does a code mean, does a mandate hold, by when, how many returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.payments.rules.book import (
    CodeMeaning,
    DatedRule,
    DeadlineRule,
    MandateRule,
    RateRule,
    RetryRule,
    Scheme,
    code_of,
    in_force,
    nothing_known,
    scheme_named,
)
from billwright.payments.rules.days import business_days_after, months_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the rules say. `answer` is yes or no, or a value: a kind of code, a day, a share in percent.

    `earliest` is the first day on which it is allowed, where the rules name one. `in_force_since` none: the source
    does not say.
    """

    question: str
    answer: bool | str
    earliest: date | None
    rule: str
    in_force_since: date | None
    source: str
    says: str


class _Given:
    """The words of a question, each asked for once; what nobody asked for is refused."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = dict(words)
        self._used: set[str] = set()

    def text(self, name: str, default: str | None = None) -> str:
        self._used.add(name)
        value = self._words.get(name, default)
        if value is None or (value == "" and default is None):
            raise Refusal(
                "question.incomplete",
                _("The question needs %(name)s.") % {"name": name},
                field=name,
                cure=_("Write %(name)s=….") % {"name": name},
            )
        return value

    def day(self, name: str, default: date | None = None) -> date | None:
        text = self.text(name, "")
        if not text:
            return default
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise _wrong(name, text, _("Write a day as 2026-03-31.")) from error

    def number(self, name: str, default: int | None = None) -> int | None:
        text = self.text(name, "")
        if not text:
            return default
        if not text.isascii() or not text.isdigit() or len(text) > 12:
            raise _wrong(name, text, _("Write a whole number."))
        return int(text)

    def amount(self, name: str) -> Decimal | None:
        text = self.text(name, "")
        if not text:
            return None
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or value < 0:
            raise _wrong(name, text, _("Write an amount as 1500.00."))
        return value

    def refuse_rest(self) -> None:
        for name in self._words:
            if name not in self._used:
                raise Refusal(
                    "question.unknown_word",
                    _("The question knows no %(name)s.") % {"name": repr(name)},
                    field=name,
                    cure=_("It knows: %(names)s.") % {"names": ", ".join(sorted(self._used))},
                )


def _wrong(name: str, text: str, cure: str) -> Refusal:
    return Refusal(
        "question.unreadable",
        _("%(name)s=%(text)s cannot be read.") % {"name": name, "text": text[:40]},
        field=name,
        cure=cure,
    )


def ask(question: str, words: Mapping[str, str], *, today: date) -> Answer:
    """Answer a question out of the tables. `on` is the day that it is about, by default `today`.

    Raises Refusal naming the word that is missing or wrong, NotFound for a scheme or code that is not known.
    """
    answer_of = QUESTIONS.get(question)
    if answer_of is None:
        raise Refusal(
            "question.unknown",
            _("There is no question %(name)s.") % {"name": repr(question)},
            field="question",
            cure=_("Ask one of: %(names)s.") % {"names": ", ".join(QUESTIONS)},
        )
    given = _Given(words)
    scheme = scheme_named(given.text("scheme"))
    on = given.day("on", today)
    assert on is not None, "a default is given"
    shown = f"{question} " + " ".join(f"{name}={value}" for name, value in words.items())
    answer = answer_of(scheme, given, on, shown)
    given.refuse_rest()
    return answer


def _answer(shown: str, rule: DatedRule, answer: bool | str, *, earliest: date | None = None, more: str = "") -> Answer:
    return Answer(
        question=shown,
        answer=answer,
        earliest=earliest,
        rule=rule.rule,
        in_force_since=rule.valid_from,
        source=rule.source,
        says=f"{rule.says} {more}".strip(),
    )


def _retry(scheme: Scheme, given: _Given, on: date, shown: str) -> Answer:
    """May a debit that failed be tried again, and when at the earliest."""
    code = given.text("code", "").upper()
    tried, tried_today = given.number("attempts", 1), given.number("today", 0)
    first, mandated = given.day("first"), given.day("mandated")
    rule = _retry_rule(scheme, code, on)
    assert tried is not None, "a default is given"
    assert tried_today is not None, "a default is given"
    if not rule.allowed:
        return _answer(shown, rule, False)
    if rule.attempts_max is not None and tried >= rule.attempts_max:
        free = (first or on) + timedelta(days=rule.window_days) if rule.window_days else None
        return _answer(shown, rule, False, earliest=free, more=_tried(tried, rule.attempts_max))
    if rule.within_days is not None and first is not None and on > first + timedelta(days=rule.within_days):
        last = first + timedelta(days=rule.within_days)
        return _answer(shown, rule, False, more=_("The last day for it was %(day)s.") % {"day": last})
    if rule.attempts_a_day_max is not None and tried_today >= rule.attempts_a_day_max:
        return _answer(
            shown, rule, False, earliest=on + timedelta(days=1), more=_tried(tried_today, rule.attempts_a_day_max)
        )
    if rule.on_mandated_day:
        return _answer(shown, rule, True, earliest=mandated)
    earliest = on + timedelta(days=rule.wait_days)
    if rule.business_days:
        earliest = business_days_after(on, rule.business_days, calendar=scheme.calendar)
    return _answer(shown, rule, True, earliest=earliest)


def _tried(count: int, most: int) -> str:
    return _("It was tried %(count)d times, %(most)d are allowed with the first.") % {"count": count, "most": most}


def _retry_rule(scheme: Scheme, code: str, on: date) -> RetryRule:
    """The rule for a code, else the one for every other code of the scheme."""
    rules = in_force(scheme.retry, on=on)
    bare = code.lstrip("0")
    named = [rule for rule in rules if bare and bare in {known.upper().lstrip("0") for known in rule.codes}]
    general = [rule for rule in rules if not rule.codes]
    if not named and general and code and scheme.codes and not general[-1].allowed:
        # A code that nobody knows is refused by name: whether it may be tried again is not known either.
        code_of(scheme, code)
    found = named or general
    if not found:
        raise nothing_known(scheme, _("trying again"), on)
    return found[-1]


def _return_code(scheme: Scheme, given: _Given, on: date, shown: str) -> Answer:
    """What a code means, in the one vocabulary."""
    row = code_of(scheme, given.text("code"))
    rule = _retry_rule(scheme, row.code.upper(), on)
    return Answer(
        question=shown,
        answer=row.kind.value,
        earliest=None,
        rule=f"{scheme.scheme}.code.{row.code}",
        in_force_since=rule.valid_from,
        source=rule.source,
        says=f"{row.says} {_KINDS[row.kind]}",
    )


_KINDS: Final = {
    CodeMeaning.RETRY_LATER: "The same debit may succeed later.",
    CodeMeaning.NEEDS_CUSTOMER: "Only the customer can put it right.",
    CodeMeaning.NEVER_AGAIN: "It must not be tried again.",
    CodeMeaning.DISPUTED: "The customer disputes it: stop, and answer.",
}


def _mandate(scheme: Scheme, given: _Given, on: date, shown: str) -> Answer:
    """May a mandate be collected on: by its age, by the code of the last return, by the amount."""
    last, is_new = given.day("last"), given.text("new", "no") in ("yes", "true", "1")
    code, amount, category = given.text("code", ""), given.amount("amount"), given.text("category", "")
    rules = in_force(scheme.mandate, on=on)
    if not rules:
        raise nothing_known(scheme, _("mandates"), on)
    for rule in rules:
        reason = _ends_mandate(scheme, rule, on=on, last=last, is_new=is_new, code=code)
        if reason is not None:
            return _answer(shown, rule, False, more=reason)
    if amount is not None:
        limits = [rule for rule in rules if rule.amount_max is not None and rule.category in ("", category)]
        if limits:
            limit = next((rule for rule in limits if rule.category == category), limits[-1])
            assert limit.amount_max is not None, "looked for above"
            return _answer(shown, limit, amount <= Decimal(limit.amount_max))
    telling = next((rule for rule in rules if _tells(rule, last=last, code=code)), rules[0])
    earliest = months_after(last, telling.lapse_months) if telling.lapse_months and last else None
    more = _("It lapses on %(day)s.") % {"day": earliest} if earliest else ""
    return _answer(shown, telling, True, more=more)


def _tells(rule: MandateRule, *, last: date | None, code: str) -> bool:
    """Whether a rule is about what the question names."""
    return (rule.lapse_months is not None and last is not None) or (
        rule.ended_by_codes_except is not None and bool(code)
    )


def _ends_mandate(
    scheme: Scheme, rule: MandateRule, *, on: date, last: date | None, is_new: bool, code: str
) -> str | None:
    """Why a rule ends the mandate, or None."""
    if rule.ended or (rule.no_new and is_new):
        return ""
    if rule.lapse_months is not None and last is not None and on >= months_after(last, rule.lapse_months):
        return _("It lapsed on %(day)s.") % {"day": months_after(last, rule.lapse_months)}
    if rule.ended_by_codes_except is not None and code:
        row = code_of(scheme, code)
        if row.code not in rule.ended_by_codes_except:
            return row.says
    return None


def _deadline(scheme: Scheme, given: _Given, on: date, shown: str) -> Answer:
    """By which day: the return, the dispute, the notice, of what happened or falls due on a day."""
    code = given.text("code", "").upper()
    what = given.text("what", "return" if code else None).lower().replace("_", "-")
    start = given.day("from", on)
    assert start is not None, "a default is given"
    rules = [rule for rule in in_force(scheme.deadline, on=on) if rule.what == what]
    named = [rule for rule in rules if code and code in {known.upper() for known in rule.codes}]
    found = named or [rule for rule in rules if not rule.codes]
    if not found:
        known = sorted({rule.what for rule in scheme.deadline})
        raise Refusal(
            "deadline.not_known",
            _("%(scheme)s has no deadline %(what)s.") % {"scheme": scheme.title, "what": f"{what} {code}".strip()},
            field="what",
            cure=_("It has: %(names)s.") % {"names": ", ".join(known)},
        )
    rule = found[-1]
    return _answer(shown, rule, _moved(scheme, rule, start).isoformat())


def _moved(scheme: Scheme, rule: DeadlineRule, start: date) -> date:
    day = months_after(start, rule.months) if rule.months else start
    day += timedelta(days=rule.days)
    return business_days_after(day, rule.business_days, calendar=scheme.calendar) if rule.business_days else day


def _return_rate(scheme: Scheme, given: _Given, on: date, shown: str) -> Answer:
    """Is a share of returns within the limit; without counts, what the limit is."""
    kind, code = given.text("kind", ""), given.text("code", "").upper()
    returned, sent = given.number("returned"), given.number("debits")
    rules = in_force(scheme.return_rate, on=on)
    if code:
        rules = [rule for rule in rules if code in rule.codes] or [rule for rule in rules if not rule.codes]
    if kind:
        rules = [rule for rule in rules if rule.kind == kind.lower()]
    if not rules:
        raise nothing_known(scheme, _("rates of returns"), on)
    rule = rules[-1] if kind or code else next((one for one in rules if not one.codes), rules[0])
    if returned is None or not sent:
        return _answer(shown, rule, f"{rule.percent_max}%")
    percent = Decimal(returned * 100) / Decimal(sent)
    more = _("%(returned)d of %(sent)d are %(percent)s%%.") % {
        "returned": returned,
        "sent": sent,
        "percent": f"{percent:.3f}".rstrip("0").rstrip("."),
    }
    return _answer(shown, rule, _within(rule, percent), more=more)


def _within(rule: RateRule, percent: Decimal) -> bool:
    return percent <= Decimal(rule.percent_max)


QUESTIONS: Final[dict[str, Callable[[Scheme, _Given, date, str], Answer]]] = {
    "retry": _retry,
    "return-code": _return_code,
    "mandate": _mandate,
    "deadline": _deadline,
    "return-rate": _return_rate,
}
