"""Tables of files and imports."""

from __future__ import annotations

from django.db import models

from billwright.files.states import IMPORT_JOB, ImportKind, ImportState, RetentionClass
from billwright.kernel.triggers import append_only, state_machine


class StoredFile(models.Model):
    """Bytes that never change, with their SHA-256. `about` is the opaque key of what they belong to."""

    append_only = True

    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    content = models.BinaryField()
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    retention_class = models.CharField(max_length=14, choices=RetentionClass.choices)
    about = models.CharField(max_length=120, default="")
    stored_by = models.CharField(max_length=80)
    stored_at = models.DateTimeField()

    class Meta:
        db_table = "files_stored_file"
        indexes = [
            models.Index(fields=["about", "-id"], name="file_about"),
            models.Index(fields=["sha256"], name="file_by_hash"),
        ]
        triggers = [append_only()]


class ImportMapping(models.Model):
    """How the columns of a kind of file become ours: the text of a mapping file, by name and version."""

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=14, choices=ImportKind.choices)
    version = models.SmallIntegerField()
    text = models.TextField()
    saved_by = models.CharField(max_length=80)
    saved_at = models.DateTimeField()

    class Meta:
        db_table = "files_import_mapping"
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="mapping_version_once")]


class ImportJob(models.Model):
    """One run of a file through a mapping, with its counts and its tie-out (theirs, ours, difference)."""

    kind = models.CharField(max_length=14, choices=ImportKind.choices)
    state = models.CharField(max_length=9, choices=ImportState.choices, default=ImportState.UPLOADED)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    mapping = models.ForeignKey(ImportMapping, on_delete=models.PROTECT, related_name="+")
    error_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    row_count = models.IntegerField(default=0)
    done_count = models.IntegerField(default=0)
    created_count = models.IntegerField(default=0)
    repeated_count = models.IntegerField(default=0)
    error_count = models.IntegerField(default=0)
    tie_out = models.JSONField(null=True)
    failure = models.TextField(default="")
    started_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "files_import_job"
        triggers = [state_machine(IMPORT_JOB)]


class ImportedRow(models.Model):
    """A row of the outside that is in: its identity within a source, and the opaque key of what it became."""

    append_only = True

    source = models.CharField(max_length=80)
    identity = models.CharField(max_length=140)
    subject = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    job_id = models.BigIntegerField()

    class Meta:
        db_table = "files_imported_row"
        constraints = [models.UniqueConstraint(fields=["source", "identity"], name="row_imported_once")]
        triggers = [append_only()]
