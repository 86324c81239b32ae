"""The rules of schemes as collecting asks for them: on which day, told by when, again when, and until when."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from billwright.kernel.errors import NotFound, Refusal
from billwright.org.queries import is_holiday
from billwright.payments.rules import Answer, CodeMeaning, ask
from billwright.payments.rules.book import in_force, scheme_named
from billwright.payments.rules.days import business_days_after, is_business_day


def scheme_name(name: str) -> str:
    """The name under which a scheme's rules are kept. Raises NotFound `scheme.not_found`."""
    return scheme_named(name).scheme


def rules_of_cards(currency: str) -> str:
    """The scheme whose rules hold for debits of kept cards and wallets in a currency; none: only their networks'.

    India's e-mandate framework rules recurring debits in INR: the table `in-emandate` names its sources.
    """
    return {"INR": "in-emandate"}.get(currency, "")


def needs_authentication(scheme: str, *, on: date) -> bool:
    """Whether the customer confirms a mandate with his bank before anything is collected."""
    return any(rule.authenticated for rule in in_force(scheme_named(scheme).mandate, on=on))


def settles_on(day: date, *, scheme: str, country: str) -> bool:
    """Whether the scheme settles on a day, our own holidays apart too."""
    return is_business_day(day, calendar=scheme_named(scheme).calendar) and not is_holiday(country=country, day=day)


def next_settling_day(day: date, *, scheme: str, country: str) -> date:
    """The day itself, or the first one after it on which the scheme settles."""
    while not settles_on(day, scheme=scheme, country=country):
        day += timedelta(days=1)
    return day


def submission_rule(scheme: str, *, on: date) -> Answer | None:
    """By when the file for an action day is with the bank, where the scheme's rules say it."""
    return _deadline(scheme, "submission", of=on)


def submit_by(scheme: str, *, action_day: date, lead_days: int | None) -> date:
    """The last day on which the file goes out: as agreed with the bank in business days, else by the rules."""
    if lead_days is not None:
        return business_days_after(action_day, -lead_days, calendar=scheme_named(scheme).calendar)
    rule = submission_rule(scheme, on=action_day)
    return date.fromisoformat(str(rule.answer)) if rule is not None else action_day


def told_by(scheme: str, *, action_day: date, notice_days: int | None) -> date | None:
    """The last day on which the customer is told of a debit: as agreed, else by the rules; none: never."""
    if notice_days is not None:
        return action_day - timedelta(days=notice_days)
    rule = _deadline(scheme, "pre-notification", of=action_day)
    return date.fromisoformat(str(rule.answer)) if rule is not None else None


def _deadline(scheme: str, what: str, *, of: date) -> Answer | None:
    try:
        return ask("deadline", {"scheme": scheme, "what": what, "from": of.isoformat()}, today=of)
    except Refusal as refusal:
        if refusal.code == "deadline.not_known":
            return None
        raise


def mandate_answer(
    scheme: str, *, on: date, last: date | None, amount: Decimal | None = None, category: str = "", code: str = ""
) -> Answer | None:
    """Whether a mandate may be collected on; none: the tables say nothing of this scheme's mandates."""
    words = {"scheme": scheme, "on": on.isoformat()}
    if last is not None:
        words["last"] = last.isoformat()
    if amount is not None:
        words["amount"] = str(amount)
    if category:
        words["category"] = category
    if code:
        words["code"] = code
    try:
        return ask("mandate", words, today=on)
    except Refusal as refusal:
        if refusal.code in ("rule.not_known", "return_code.not_found"):
            return None
        raise


def code_answer(scheme: str, code: str, *, on: date) -> tuple[CodeMeaning, str]:
    """The kind of a code and what it says. A code that nobody knows needs the customer: nothing is tried again.

    So does one of which nobody said whose it is: not every gateway names the network of a card.
    """
    if not scheme:
        return CodeMeaning.NEEDS_CUSTOMER, _("The gateway does not say by which network's rules it failed.")
    try:
        answer = ask("return-code", {"scheme": scheme, "code": code}, today=on)
    except NotFound as unknown:
        return CodeMeaning.NEEDS_CUSTOMER, unknown.message
    return CodeMeaning(str(answer.answer)), answer.says


def retry_window_days(scheme: str, *, on: date) -> int:
    """Over how many days the rules of a network count declined debits; zero where none of them counts."""
    try:
        rules = in_force(scheme_named(scheme).retry, on=on)
    except NotFound:
        return 0
    return max((rule.window_days or 0 for rule in rules), default=0)


def retry_answer(
    scheme: str, code: str, *, on: date, attempts: int, first: date, mandated: date | None, today: int = 0
) -> Answer | None:
    """Whether a debit may be tried again and when at the earliest; none: nobody knows, so it may not.

    `attempts` counts the first too; `today` those of the day itself.
    """
    words = {
        "scheme": scheme,
        "code": code,
        "attempts": str(attempts),
        "on": on.isoformat(),
        "first": first.isoformat(),
    }
    if mandated is not None:
        words["mandated"] = mandated.isoformat()
    if today:
        words["today"] = str(today)
    try:
        return ask("retry", words, today=on)
    except Refusal:
        return None
