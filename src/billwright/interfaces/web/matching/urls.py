"""The addresses of matching."""

from django.urls import path

from billwright.interfaces.web.matching import deciding, queue, receipt, remittances

urlpatterns = [
    path("matching/", queue.queue, name="matching"),
    path("matching/run/", deciding.run, name="matching-run"),
    path("matching/accept/", deciding.accept_chosen, name="matching-accept"),
    path("matching/differences/", remittances.difference_list, name="matching-differences"),
    path("matching/remittances/", remittances.advice_list, name="remittances"),
    path("matching/remittances/new/", remittances.take, name="remittance-new"),
    path("matching/remittances/<int:advice_id>/", remittances.advice, name="remittance"),
    path("matching/<int:match_id>/", receipt.receipt, name="matching-receipt"),
    path("matching/<int:match_id>/accept/", deciding.accept, name="matching-accept-one"),
    path("matching/<int:match_id>/reject/", deciding.reject, name="matching-reject"),
    path("matching/<int:match_id>/take/", deciding.take, name="matching-take"),
    path("matching/<int:match_id>/other/", deciding.other, name="matching-other"),
    path("matching/<int:match_id>/choose/", deciding.choose, name="matching-choose"),
    path("matching/<int:match_id>/undo/", deciding.undo, name="matching-undo"),
]
