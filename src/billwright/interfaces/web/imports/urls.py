"""The addresses of the imports."""

from django.urls import path

from billwright.interfaces.web.imports import checking, jobs, mapping

urlpatterns = [
    path("", jobs.jobs, name="imports"),
    path("new/", jobs.upload, name="import-new"),
    path("<int:job_id>/", jobs.job, name="import"),
    path("<int:job_id>/progress/", jobs.progress, name="import-progress"),
    path("<int:job_id>/errors/", jobs.error_file, name="import-errors"),
    path("files/<int:file_id>/<slug:kind>/", mapping.choose, name="import-map"),
    path("files/<int:file_id>/<slug:kind>/text/", mapping.as_text, name="import-map-text"),
    path("files/<int:file_id>/<slug:kind>/check/", checking.check, name="import-check"),
    path("files/<int:file_id>/<slug:kind>/errors/", checking.errors, name="import-check-errors"),
    path("files/<int:file_id>/<slug:kind>/run/", checking.run, name="import-run"),
    path("files/<int:file_id>/<slug:kind>/waiting/", checking.waiting, name="import-waiting"),
]
