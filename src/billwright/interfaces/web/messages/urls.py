"""The addresses of the messages."""

from django.urls import path

from billwright.interfaces.web.messages import views

urlpatterns = [
    path("", views.messages, name="messages"),
    path("<int:message_id>/", views.message, name="message"),
    path("<int:message_id>/files/", views.files, name="message-files"),
    path("<int:message_id>/files/<int:number>/", views.file, name="message-file"),
    path("<int:message_id>/<slug:move>/", views.decide, name="message-decide"),
]
