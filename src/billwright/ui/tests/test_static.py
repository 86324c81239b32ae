"""Colours that can be read, a script that stays small, fonts that are what they say."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from billwright.ui import views

STATIC = Path(views.__file__).parent / "static" / "ui"
TOKENS = dict(
    re.findall(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}, #[0-9a-f]{6})\)", (STATIC / "tokens.css").read_text())
)
TONES = ("accent", "good", "warn", "bad", "neutral")
TEXT_PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("ground", "panel", "panel-2", "raised")),
    *((tone, f"{tone}-soft") for tone in TONES),
    *((tone, ground) for tone in TONES for ground in ("panel", "panel-2")),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-hover"),
    ("ink", "accent-soft"),
]


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str, theme: int) -> float:
    """Contrast of two tokens; theme 0 is light, 1 is dark."""
    first, second = (luminance(TOKENS[name].split(", ")[theme]) for name in (one, other))
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_can_be_read(ink: str, ground: str, theme: int) -> None:
    assert contrast(ink, ground, theme) >= 4.5


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize("ground", ["panel", "panel-2", "ground"])
def test_edges_of_what_can_be_acted_on_are_seen(ground: str, theme: int) -> None:
    assert contrast("line-strong", ground, theme) >= 3


def test_each_part_of_the_script_stays_small() -> None:
    sizes = {path.name: path.stat().st_size for path in STATIC.glob("*.js")}
    assert max(sizes.values()) < 8_000
    assert sum(sizes.values()) < 16_000


def test_the_fonts_are_those_whose_source_is_written_down() -> None:
    readme = (STATIC / "fonts" / "README.md").read_text()
    fonts = sorted((STATIC / "fonts").glob("*.woff2"))
    assert len(fonts) == 3
    for font in fonts:
        assert f"| `{font.name}` " in readme
        assert hashlib.sha256(font.read_bytes()).hexdigest() in readme


def test_every_token_that_a_sheet_uses_is_defined() -> None:
    sheets = "".join(path.read_text() for path in STATIC.glob("*.css"))
    defined = set(re.findall(r"(--[a-z0-9-]+):", sheets))
    assert set(re.findall(r"var\((--[a-z0-9-]+)", sheets)) <= defined
