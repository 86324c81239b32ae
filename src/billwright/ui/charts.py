"""Pictures of figures: pure functions from frozen facts to frozen geometry. Templates in `ui/charts/` draw it as SVG.

Lengths are units of the view box, which the browser scales. Values are plain numbers for lengths and ready words for
labels: a chart never formats money, its caller does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

Value = Decimal | int | float

WIDTH = 720.0
BAR_HEIGHT = 92.0
BAR_TOP = 18.0
BAR_HEIGHT_MIN = 2.0
LINE_HEIGHT = 140.0
MARGIN_LEFT = 8.0
AXIS_ROOM = 22.0
TONES = 5


@dataclass(frozen=True, slots=True)
class Point:
    """One figure: its label, its value, the value in words, and where a click leads."""

    label: str
    value: Value
    words: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """A named row of values, as many as the chart has labels."""

    name: str
    values: Sequence[Value]
    words: Sequence[str]


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle with its label under it and its words above it."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    words_y: float
    label: str
    words: str
    tone: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """A line and the area under it, as SVG path data."""

    name: str
    line: str
    area: str
    tone: int
    last_x: float
    last_y: float
    words_y: float
    last_words: str


@dataclass(frozen=True, slots=True)
class AxisLabel:
    """A word on an axis."""

    x: float
    y: float
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A row of the table of figures."""

    label: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The same figures as a table, for readers and for those who do not see the picture."""

    heads: tuple[str, ...]
    rows: tuple[FigureRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What every picture has: a title, a sentence, a size, its figures, the template that draws it."""

    template: str
    title: str
    description: str
    width: float
    height: float
    figures: Figures
    baseline: float = 0.0
    label_y: float = 0.0
    bars: tuple[Bar, ...] = ()
    paths: tuple[Path, ...] = ()
    axis: tuple[AxisLabel, ...] = ()
    grid: tuple[float, ...] = ()
    legend: tuple[tuple[str, int], ...] = ()


def ageing(points: Sequence[Point], *, title: str) -> Chart:
    """Ageing bars, youngest first; the tone goes from not due to oldest over however many buckets there are."""
    highest = max((float(point.value) for point in points), default=0.0)
    slot = WIDTH / max(len(points), 1)
    width = slot * 0.78
    baseline = BAR_TOP + BAR_HEIGHT
    bars = []
    for position, point in enumerate(points):
        height = _height(point.value, highest=highest)
        x = position * slot + (slot - width) / 2
        top = baseline - height
        bars.append(
            Bar(
                x=_short(x),
                y=_short(top),
                width=_short(width),
                height=_short(height),
                middle=_short(x + width / 2),
                words_y=_short(top - 6),
                label=point.label,
                words=point.words,
                tone=_spread(position, len(points)),
                url=point.url,
            )
        )
    return Chart(
        template="ui/charts/bars.html",
        title=title,
        description=_sentence((point.label, point.words) for point in points),
        width=WIDTH,
        height=baseline + AXIS_ROOM,
        baseline=baseline,
        label_y=baseline + AXIS_ROOM - 5,
        bars=tuple(bars),
        figures=Figures(heads=("", title), rows=tuple(FigureRow(point.label, (point.words,)) for point in points)),
    )


def trend(labels: Sequence[str], series: Sequence[Series], *, title: str) -> Chart:
    """Lines over time. The scale starts at zero unless a value is below it: a cut axis makes hills of nothing."""
    low, high = _bounds([value for one in series for value in one.values])
    step = (WIDTH - 2 * MARGIN_LEFT) / max(len(labels) - 1, 1)
    baseline = _y(0.0, low, high)
    paths = []
    for tone, one in enumerate(series):
        assert len(one.values) == len(labels), "a series has a value a label"
        places = [(MARGIN_LEFT + step * n, _y(float(value), low, high)) for n, value in enumerate(one.values)]
        paths.append(_path(one, places, baseline=baseline, tone=tone % TONES))
    highest = min((path.last_y for path in paths), default=0.0)
    return Chart(
        template="ui/charts/trend.html",
        title=title,
        description=_sentence((one.name, f"{one.words[0]} → {one.words[-1]}") for one in series if one.words),
        width=WIDTH,
        height=BAR_TOP + LINE_HEIGHT + AXIS_ROOM,
        baseline=_short(baseline),
        paths=tuple(_worded(path, highest=highest) for path in paths),
        axis=_axis(labels, step=step, y=BAR_TOP + LINE_HEIGHT + AXIS_ROOM - 5),
        grid=tuple(_short(_y(low + (high - low) * share, low, high)) for share in (0.5, 1.0)),
        legend=tuple((one.name, tone % TONES) for tone, one in enumerate(series)),
        figures=_figures(labels, series),
    )


def stacked(labels: Sequence[str], series: Sequence[Series], *, title: str) -> Chart:
    """Stacked bars: each label one bar, the series on top of one another. No value is below zero."""
    assert all(value >= 0 for one in series for value in one.values), "a stack has no parts below zero"
    totals = [sum(float(one.values[n]) for one in series) for n in range(len(labels))]
    highest = max(totals, default=0.0)
    slot = WIDTH / max(len(labels), 1)
    width = min(slot * 0.7, 64.0)
    baseline = BAR_TOP + LINE_HEIGHT
    bars = []
    for n, label in enumerate(labels):
        top = baseline
        x = n * slot + (slot - width) / 2
        for tone, one in enumerate(series):
            height = LINE_HEIGHT * float(one.values[n]) / highest if highest else 0.0
            top -= height
            if height:
                place = (_short(x), _short(top), _short(width), _short(height), _short(x + width / 2), _short(top - 6))
                bars.append(Bar(*place, f"{label}, {one.name}", one.words[n], tone % TONES))
    return Chart(
        template="ui/charts/stacked.html",
        title=title,
        description=_sentence((one.name, one.words[-1]) for one in series if one.words),
        width=WIDTH,
        height=baseline + AXIS_ROOM,
        baseline=baseline,
        bars=tuple(bars),
        axis=_axis(labels, step=slot, y=baseline + AXIS_ROOM - 5, first=slot / 2),
        legend=tuple((one.name, tone % TONES) for tone, one in enumerate(series)),
        figures=_figures(labels, series),
    )


def sparkline(values: Sequence[Value], *, title: str, words: str) -> Chart:
    """A small line without axes, for a key figure or a cell; `words` say what it shows."""
    width, height = 120.0, 24.0
    low, high = min(map(float, values), default=0.0), max(map(float, values), default=0.0)
    step = width / max(len(values) - 1, 1)
    span = (high - low) or 1.0
    places = [(step * n, height - 2 - (float(value) - low) / span * (height - 4)) for n, value in enumerate(values)]
    one = Series(title, values, [words] * len(values))
    return Chart(
        template="ui/charts/sparkline.html",
        title=title,
        description=words,
        width=width,
        height=height,
        paths=(_path(one, places, baseline=height, tone=0),) if places else (),
        figures=Figures(heads=(), rows=()),
    )


def _height(value: Value, *, highest: float) -> float:
    """A bar's height: what is not nothing is seen, what is nothing is not."""
    if highest <= 0 or value <= 0:
        return 0.0
    return max(BAR_HEIGHT * float(value) / highest, BAR_HEIGHT_MIN)


def _spread(position: int, count: int) -> int:
    """Tone 0 for the first bucket, the last tone for the last, evenly between."""
    return 0 if count < 2 else round(position * (TONES - 1) / (count - 1))


def _bounds(values: Sequence[Value]) -> tuple[float, float]:
    low = min(0.0, *map(float, values)) if values else 0.0
    high = max(0.0, *map(float, values)) if values else 0.0
    return (low, high) if high > low else (low, low + 1.0)


def _y(value: float, low: float, high: float) -> float:
    return BAR_TOP + LINE_HEIGHT * (1 - (value - low) / (high - low))


def _path(one: Series, places: Sequence[tuple[float, float]], *, baseline: float, tone: int) -> Path:
    if not places:
        return Path(one.name, "", "", tone, 0.0, 0.0, 0.0, "")
    line = "M" + " L".join(f"{_short(x)} {_short(y)}" for x, y in places)
    (first_x, _), (last_x, last_y) = places[0], places[-1]
    area = f"{line} L{_short(last_x)} {_short(baseline)} L{_short(first_x)} {_short(baseline)} Z"
    last_words = one.words[-1] if one.words else ""
    return Path(one.name, line, area, tone, _short(last_x), _short(last_y), _short(last_y - 8), last_words)


def _worded(path: Path, *, highest: float) -> Path:
    """The topmost line has its last value above it, the others below theirs, so that two close ends stay readable."""
    return path if path.last_y <= highest else replace(path, words_y=_short(path.last_y + 16))


def _axis(labels: Sequence[str], *, step: float, y: float, first: float = MARGIN_LEFT) -> tuple[AxisLabel, ...]:
    """At most seven words on the axis, evenly spaced so that they never touch, counted back from the last."""
    last = len(labels) - 1
    every = max(1, -(-len(labels) // 7))
    inside = first > MARGIN_LEFT
    return tuple(
        AxisLabel(_short(first + step * n), _short(y), label, "middle" if inside else _anchor(n, last))
        for n, label in enumerate(labels)
        if (last - n) % every == 0
    )


def _anchor(n: int, last: int) -> str:
    """Words at the ends of the axis stay within the picture."""
    return {0: "start", last: "end"}.get(n, "middle")


def _figures(labels: Sequence[str], series: Sequence[Series]) -> Figures:
    rows = tuple(FigureRow(label, tuple(one.words[n] for one in series)) for n, label in enumerate(labels))
    return Figures(heads=("", *(one.name for one in series)), rows=rows)


def _sentence(pairs: Iterable[tuple[str, str]]) -> str:
    return "; ".join(f"{label}: {words}" for label, words in pairs)


def _short(length: float) -> float:
    """Two places are finer than any screen."""
    return round(length, 2)
