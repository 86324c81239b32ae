"""Terms in parts as people write and read them: `40% after 10 days; rest after 2 months 10 days on day 20`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billwright.kernel.errors import Refusal
from billwright.org.states import PartBase
from billwright.org.terms import Terms, TermsPart

_NUMBER = r"\d{1,15}(?:\.\d{1,12})?"
_AFTER = r"(?: after(?: (?P<months>\d{1,4}) months?)?(?: (?P<days>\d{1,5}) days?)?)?"
_MEASURE = rf"(?:(?P<share>{_NUMBER}) ?%(?P<of> of rest)?|(?P<rest>rest)|(?P<amount>{_NUMBER}))"
_PART = re.compile(rf"{_MEASURE}{_AFTER}(?: on day (?P<day>\d\d?))?")


def written(parts: Iterable[TermsPart]) -> str:
    """Parts as `parse` reads them, in one line."""
    return "; ".join(_written(part) for part in parts)


def _written(part: TermsPart) -> str:
    if part.share is not None:
        measure = f"{part.share.normalize():f}%" + (" of rest" if part.of == PartBase.REST else "")
    else:
        measure = "rest" if part.amount is None else f"{part.amount:f}"
    months = [f"{part.months} month{'s' * (part.months != 1)}"] if part.months else []
    days = [f"{part.days} day{'s' * (part.days != 1)}"] if part.days else []
    after = ["after", *months, *days] if months or days else []
    return " ".join([measure, *after, *([f"on day {part.day}"] if part.day is not None else [])])


def parse(text: str, *, field: str = "payment_parts") -> tuple[TermsPart, ...]:
    """Parts, one a line or parted by semicolons. Raises Refusal `terms.unreadable` naming the part's row (from 1)."""
    lines = [" ".join(line.split()).lower() for line in re.split(r"[;\n]", text)]
    return tuple(_read(line, field, row) for row, line in enumerate(filter(None, lines), start=1))


def _read(line: str, field: str, row: int) -> TermsPart:
    found = _PART.fullmatch(line)
    if found is None or line.endswith(" after"):
        raise Refusal(
            "terms.unreadable",
            _("“%(line)s” is not a part of payment terms.") % {"line": line[:80]},
            field=field,
            row=row,
            cure=_("Write it as “40% after 10 days”, “300.00 after 1 month” or “rest after 2 months on day 20”."),
        )
    share, amount, day = found["share"], found["amount"], found["day"]
    return TermsPart(
        share=Decimal(share) if share else None,
        of=PartBase.REST if found["of"] else PartBase.TOTAL,
        amount=Decimal(amount) if amount else None,
        rest=found["rest"] is not None,
        months=int(found["months"] or 0),
        days=int(found["days"] or 0),
        day=int(day) if day else None,
    )


def told(terms: Terms) -> tuple[str, ...]:
    """Terms for a reader in their own language: one line a part, or the days."""
    if not terms.parts:
        return (ngettext("%(days)d day", "%(days)d days", terms.days) % {"days": terms.days},)
    return tuple(f"{_measure_told(part)} {_day_told(part)}".strip() for part in terms.parts)


def _measure_told(part: TermsPart) -> str:
    if part.share is not None:
        values = {"share": f"{part.share.normalize():f}"}
        if part.of == PartBase.REST:
            return _("%(share)s %% of the rest") % values
        return _("%(share)s %%") % values
    return _("the rest") if part.amount is None else f"{part.amount:f}"


def _day_told(part: TermsPart) -> str:
    months = ngettext("%(count)d month", "%(count)d months", part.months) % {"count": part.months}
    days = ngettext("%(count)d day", "%(count)d days", part.days) % {"count": part.days}
    after = " ".join(words for words, count in ((months, part.months), (days, part.days)) if count)
    if part.day is not None:
        on = _("counted from day %(day)d of the month") % {"day": part.day}
        return _("after %(after)s, %(on)s") % {"after": after, "on": on} if after else on
    return _("after %(after)s") % {"after": after} if after else _("at once")
