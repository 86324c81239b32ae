"""Template tags of the design system: `{% load ui_tags %}`."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from django import template
from django.forms import BaseForm
from django.http import HttpRequest
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from billwright.kernel.money import Money
from billwright.ui import formats, icons, navigation, toasts

register = template.Library()

THEMES = ("light", "dark")
DASH = mark_safe('<span class="muted" aria-hidden="true">–</span>')  # a constant of ours


@register.simple_tag
def icon(name: str, **attributes: object) -> SafeString:
    """An icon of the lucide set as inline SVG, hidden from screen readers: the words beside it say what it means."""
    size_class = {"s": "icon icon-s", "l": "icon icon-l"}.get(str(attributes.pop("size", "")), "icon")
    extra = attributes.pop("class", "")
    attributes |= {"class": f"{size_class} {extra}".strip(), "aria_hidden": "true"}
    return _svg(str(name), tuple(sorted((key, str(value)) for key, value in attributes.items())))


@lru_cache(maxsize=512)
def _svg(name: str, attributes: tuple[tuple[str, str], ...]) -> SafeString:
    """A page shows the same few icons a hundred times; drawing one takes longer than the rest of its row."""
    return mark_safe(icons.draw(name, dict(attributes)))  # noqa: S308  # its attributes are escaped


@register.simple_tag
def money(amount_minor: int | None, currency: str, *, bare: bool = False, colour: bool = False) -> SafeString:
    """`1,149.00 EUR` in the reader's grouping inside <data>; `bare` leaves the currency to the column's head.

    Raises Refusal `currency.unknown`.
    """
    if amount_minor is None:
        return DASH
    return money_of(Money(amount_minor, currency), bare=bare, colour=colour)


@register.simple_tag
def money_of(value: Money | None, *, bare: bool = False, colour: bool = False) -> SafeString:
    """As `money`, for a Money."""
    if value is None:
        return DASH
    write = formats.amount if bare else formats.amount_with_currency
    negative = " negative" if colour and value.amount_minor < 0 else ""
    exact = f"{value.decimal} {value.currency}"
    return format_html(
        '<data class="money{}" value="{}">{}</data>', negative, exact, write(value, formats=formats.reader())
    )


@register.simple_tag
def number(value: Decimal | int | None) -> SafeString:
    """A quantity in the reader's grouping."""
    if value is None:
        return DASH
    return format_html('<data value="{}">{}</data>', value, formats.number(value, formats=formats.reader()))


@register.simple_tag
def price(value: Decimal | None, currency: str) -> SafeString:
    """A price per unit: at least the currency's places, and every further one that it has."""
    if value is None:
        return DASH
    return format_html(
        '<data value="{}">{}</data>', value, formats.price(value, currency=currency, formats=formats.reader())
    )


@register.simple_tag
def percent(share: Decimal | float | None, places: int = 1) -> SafeString:
    """A share of one: 0.614 is `61.4 %`."""
    if share is None:
        return DASH
    return format_html(
        '<data value="{}">{}</data>', share, formats.percent(share, places=places, formats=formats.reader())
    )


@register.simple_tag
def day(value: date | None) -> SafeString:
    """A civil date: `03 Aug 2026`. A datetime is taken in the reader's zone."""
    if value is None:
        return DASH
    civil = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return format_html('<time datetime="{}">{}</time>', civil.isoformat(), formats.day(civil, formats=formats.reader()))


@register.simple_tag
def period(starts_on: date, ends_before: date) -> SafeString:
    """Days from one up to but not including another, told by the first and the last: `01 Aug 2026 – 31 Aug 2026`."""
    return format_html("{} – {}", day(starts_on), day(ends_before - timedelta(days=1)))


@register.simple_tag
def moment(value: datetime | None) -> SafeString:
    """A date and time in the reader's zone: `03 Aug 2026 14:05`."""
    if value is None:
        return DASH
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}">{}</time>', local.isoformat(), formats.moment(local, formats=formats.reader())
    )


@register.simple_tag(takes_context=True)
def ago(context: Context, at: datetime | None) -> SafeString:
    """`5 days ago` with the exact time on hover; the present comes from the context variable `now`."""
    if at is None:
        return DASH
    exact = formats.moment(timezone.localtime(at), formats=formats.reader())
    now = context.get("now")
    shown = formats.ago(at, now=now, formats=formats.reader()) if isinstance(now, datetime) else exact
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), exact, shown)


@register.simple_tag(takes_context=True)
def qs(context: Context, **changes: object) -> str:
    """The address's query string with some values replaced; None or an empty value removes one."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        elif isinstance(value, (list, tuple)):
            query.setlist(key, [str(one) for one in value])
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def kept_parameters(context: Context, form: BaseForm) -> list[tuple[str, str]]:
    """What a filter form must send along besides its own fields so that sort and columns stay; never the place."""
    request: HttpRequest = context["request"]
    own = {form.add_prefix(name) for name in form.fields} | {"cursor", "export"}
    return [(name, value) for name, values in request.GET.lists() if name not in own for value in values]


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """`light` or `dark` when the person chose one (remembered in a cookie), else empty: the system's choice."""
    request = context.get("request")
    chosen = request.COOKIES.get("bw_theme", "") if isinstance(request, HttpRequest) else ""
    return chosen if chosen in THEMES else ""


@register.simple_tag(takes_context=True)
def nav_sections(context: Context) -> tuple[navigation.ShownSection, ...]:
    """The navigation that this person may see."""
    request = context.get("request")
    return navigation.sections(request) if isinstance(request, HttpRequest) else ()


@register.simple_tag(takes_context=True)
def waiting_toasts(context: Context) -> list[toasts.Toast]:
    """The notices not yet shown to this person."""
    request = context.get("request")
    return list(toasts.waiting(request)) if isinstance(request, HttpRequest) and hasattr(request, "_messages") else []


@register.filter
def initials(name: str) -> str:
    """Two letters for the mark of a record: `Northwind Freight` is `NF`."""
    words = [word for word in str(name).split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper()
