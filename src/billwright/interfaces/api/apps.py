from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "billwright.interfaces.api"
    label = "api"
