from django.apps import AppConfig


class WebConfig(AppConfig):
    """One app for all areas of the staff workspace; an area is a package with views, forms, urls and pages."""

    name = "billwright.interfaces.web"
    label = "web"

    def ready(self) -> None:
        """Put the pages into the navigation."""
        from billwright.interfaces.web.acting import may
        from billwright.interfaces.web.navigation import ENTRIES
        from billwright.ui import navigation

        navigation.ask_permission_of(may)
        navigation.register(*ENTRIES)
