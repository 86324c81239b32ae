from django.apps import AppConfig


class WebConfig(AppConfig):
    """One app for all areas of the staff workspace; an area is a package with views, forms, urls and pages."""

    name = "billwright.interfaces.web"
    label = "web"
