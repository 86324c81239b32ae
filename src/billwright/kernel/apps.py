from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "billwright.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import billwright.kernel.lookups  # noqa: F401 registers the lookup
