"""A list page: filters, a page of rows that keeps its place, and the same rows as a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from billwright.interfaces.web.acting import may
from billwright.interfaces.web.exports import RIGHT, wants_export
from billwright.interfaces.web.forms import FilterForm
from billwright.interfaces.web.paging import PAGE_SIZE, chunks, forward_page, place
from billwright.ui import tables
from billwright.ui.tables import Column, Table, Text, Totals


class Keyed(Protocol):
    """A row with the key that pages go by."""

    @property
    def id(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """What makes one list different from another.

    `wanted` reads rows in the order of their keys: it takes `limit`, and by the name `key` the last id of the page
    before; by `after` the day and id, of rows in the order of their days, which `day_of` tells. `listed` makes of a
    chunk of rows what the columns show, in a fixed number of queries.
    """

    title: Text
    template: str
    filters: FilterForm
    wanted: Callable[..., Sequence[Keyed]]
    listed: Callable[[Any], Sequence[Any]]
    columns: Sequence[Column]
    key: Literal["before_id", "after_id", "after"] = "before_id"
    day_of: Callable[[Any], date] | None = None
    totals: Sequence[Totals] = ()
    count: int | None = None
    context: Mapping[str, Any] = field(default_factory=dict)

    def shown(self, request: HttpRequest) -> HttpResponse:
        """The page that the address asks for, or all its rows as a spreadsheet."""
        last = place(request.GET.get("cursor", ""))
        fetched = self._read(last, limit=PAGE_SIZE + 1)
        page = forward_page(fetched, size=PAGE_SIZE, key=self._place)
        table = Table(
            request,
            columns=self.columns,
            rows=self.listed(page.rows),
            page=page,
            totals=self.totals,
            count=self.count,
            chips=tables.chips_of(request, self.filters),
            label=self.title,
        )
        if wants_export(request):
            return tables.export(table, title=str(self.title), rows=self._all())
        context = {
            "table": table,
            "filters": self.filters,
            "narrowed": bool(table.chips),
            "may_export": may(request, RIGHT),
            **self.context,
        }
        return render(request, self.template, context)

    def _place(self, row: Keyed) -> tuple[int, int]:
        return (self.day_of(row).toordinal() if self.day_of else row.id), row.id

    def _read(self, last: tuple[int, int] | None, *, limit: int) -> Sequence[Keyed]:
        if last is None:
            return self.wanted(limit=limit)
        value, last_id = last
        return self.wanted(limit=limit, **{self.key: (date.fromordinal(value), last_id) if self.day_of else last_id})

    def _all(self) -> Iterator[Any]:
        for rows in chunks(lambda last, limit: self._read(last, limit=limit), key=self._place):
            yield from self.listed(rows)
