"""The addresses of the bank inbox and of the rules."""

from django.urls import path

from billwright.interfaces.web.bank import entries, files, rules

urlpatterns = [
    path("bank/", entries.inbox, name="bank"),
    path("bank/receive/", entries.receive, name="bank-receive"),
    path("bank/entries/<int:entry_id>/ignore/", entries.ignore, name="bank-entry-ignore"),
    path("bank/entries/<int:entry_id>/reopen/", entries.reopen, name="bank-entry-reopen"),
    path("bank/files/", files.file_list, name="bank-files"),
    path("bank/files/new/", files.upload, name="bank-file-new"),
    path("bank/files/<int:file_id>/", files.file, name="bank-file"),
    path("bank/statements/<int:statement_id>/", files.statement, name="bank-statement"),
    path("rules/", rules.ask_page, name="rules"),
]
