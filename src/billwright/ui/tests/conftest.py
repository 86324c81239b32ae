"""The design system is tested alone: the product's navigation stays outside."""

from __future__ import annotations

import pytest

from billwright.ui import navigation


@pytest.fixture(autouse=True)
def _empty_navigation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_entries", {})
    monkeypatch.setattr(navigation, "_allows", [])
