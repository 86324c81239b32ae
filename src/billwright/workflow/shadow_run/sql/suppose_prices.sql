-- step: suppose_prices
-- owner: catalog
-- reads: catalog_price, catalog_price_withdrawal
-- writes: none
-- uses: run_price, run_other_price
-- why: the price that the second draft takes in place of each: the newest version of the same charge and currency, on the
-- price list asked for or, when none is named, on its own.
with

newest as (
    select distinct on (old.id) old.id as price_id, new.id as other_price_id
    from run_price as known
    inner join catalog_price as old on old.id = known.price_id
    inner join catalog_price as new
        on new.plan_charge_id = old.plan_charge_id
        and new.currency_id = old.currency_id
        and new.scope = coalesce(nullif(%(price_list)s, ''), old.scope)
        and not new.lapses
        and not exists (select 1 from catalog_price_withdrawal as w where w.price_id = new.id)
    order by old.id, new.valid_from desc, new.version desc
)

insert into run_other_price (price_id, other_price_id)
select newest.price_id, newest.other_price_id
from newest
where newest.price_id <> newest.other_price_id
