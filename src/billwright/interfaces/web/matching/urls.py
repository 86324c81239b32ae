"""The addresses of matching."""

from django.urls import path

from billwright.interfaces.web.matching import deciding, queue, receipt

urlpatterns = [
    path("matching/", queue.queue, name="matching"),
    path("matching/run/", deciding.run, name="matching-run"),
    path("matching/accept/", deciding.accept_chosen, name="matching-accept"),
    path("matching/<int:match_id>/", receipt.receipt, name="matching-receipt"),
    path("matching/<int:match_id>/accept/", deciding.accept, name="matching-accept-one"),
    path("matching/<int:match_id>/reject/", deciding.reject, name="matching-reject"),
    path("matching/<int:match_id>/take/", deciding.take, name="matching-take"),
    path("matching/<int:match_id>/other/", deciding.other, name="matching-other"),
    path("matching/<int:match_id>/undo/", deciding.undo, name="matching-undo"),
]
