-- step: note_visit
-- owner: payments
-- reads: none
-- writes: payments_page_visit
-- why: how often an address asked within a minute, counted for all web processes together; the row is the counter.
insert into payments_page_visit as v (whence, minute, visit_count)
values (%(whence)s, %(minute)s, 1)
on conflict (whence, minute) do update set visit_count = v.visit_count + 1
returning v.visit_count
