"""The address of the page of scenarios."""

from django.urls import path

from billwright.interfaces.web.scenarios import views

urlpatterns = [path("", views.scenario, name="scenario")]
