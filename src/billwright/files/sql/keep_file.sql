-- step: keep_file
-- owner: files
-- reads: none
-- writes: files_stored_file
-- why: bytes go beside the statement, as they are: written into it as letters a file was held eight times over.
insert into files_stored_file (
    name, media_type, content, size_bytes, sha256, retention_class, about, stored_by, stored_at
)
values (
    %(name)s,
    %(media_type)s,
    %(content)s,
    %(size_bytes)s,
    %(sha256)s,
    %(retention_class)s,
    %(about)s,
    %(stored_by)s,
    %(stored_at)s
)
returning id
