"""The addresses of usage."""

from django.urls import path

from billwright.interfaces.web.usage import views

urlpatterns = [
    path("import/", views.import_file, name="subscription-usage-import"),
    path("subscriptions/<int:subscription_id>/", views.usage_of, name="subscription-usage"),
]
