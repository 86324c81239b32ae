"""A list page: filters, a page of rows that keeps its place, and the same rows as a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from billwright.interfaces.web.acting import may
from billwright.interfaces.web.exports import RIGHT, wants_export
from billwright.interfaces.web.forms import FilterForm
from billwright.interfaces.web.paging import PAGE_SIZE, forward_page, place
from billwright.ui import tables
from billwright.ui.tables import Column, Table, Text, Totals

EXPORT_CHUNK = 1000


class Keyed(Protocol):
    """A row with the key that pages go by."""

    @property
    def id(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """What makes one list different from another.

    `wanted` reads rows in the order of their keys: it takes `limit`, and by the name `key` the last key of the page
    before. `listed` makes of a chunk of rows what the columns show, in a fixed number of queries.
    """

    title: Text
    template: str
    filters: FilterForm
    wanted: Callable[..., Sequence[Keyed]]
    listed: Callable[[Any], Sequence[Any]]
    columns: Sequence[Column]
    key: Literal["before_id", "after_id"] = "before_id"
    totals: Sequence[Totals] = ()
    count: int | None = None
    context: Mapping[str, Any] = field(default_factory=dict)

    def shown(self, request: HttpRequest) -> HttpResponse:
        """The page that the address asks for, or all its rows as a spreadsheet."""
        last = place(request.GET.get("cursor", ""))
        fetched = self._read(last[1] if last else None, limit=PAGE_SIZE + 1)
        page = forward_page(fetched, size=PAGE_SIZE, key=lambda row: (row.id, row.id))
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

    def _read(self, last: int | None, *, limit: int) -> Sequence[Keyed]:
        return self.wanted(limit=limit, **({} if last is None else {self.key: last}))

    def _all(self) -> Iterator[Any]:
        last = None
        while rows := self._read(last, limit=EXPORT_CHUNK):
            yield from self.listed(rows)
            last = rows[-1].id
