from django.apps import AppConfig


class CommsConfig(AppConfig):
    name = "billwright.comms"
    label = "comms"
    default_auto_field = "django.db.models.BigAutoField"
