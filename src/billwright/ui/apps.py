"""The design system as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates, components, tags and static files; no models."""

    name = "billwright.ui"
    label = "ui"
    verbose_name = "Design system"
