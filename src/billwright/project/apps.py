"""The composition root as Django sees it."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Has no tables; joins the parts when all models are known."""

    name = "billwright.project"
    label = "project"

    def ready(self) -> None:
        """Wire ports to implementations."""
        from billwright.project.wiring import wire

        wire()
