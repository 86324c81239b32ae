"""The addresses of the portal."""

from django.urls import path

from billwright.interfaces.portal import paying

app_name = "portal"

urlpatterns = [
    path("<str:token>/", paying.page, name="pay"),
    path("<str:token>/begin/", paying.begin, name="pay-begin"),
    path("<str:token>/kept/<int:stored_method_id>/", paying.stop, name="pay-stop"),
]
