"""The addresses of the start page."""

from django.urls import path

from billwright.interfaces.web.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("act-for/", views.act_for, name="act-for"),
]
