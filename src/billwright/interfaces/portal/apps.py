from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The pages of customers."""

    name = "billwright.interfaces.portal"
    label = "portal"
