"""The addresses of kept files."""

from django.urls import path

from billwright.interfaces.web.files import views

urlpatterns = [
    path("<int:file_id>/", views.download, name="kept-file"),
    path("new/<slug:noun>/<int:number>/", views.keep, name="kept-file-new"),
]
