-- What operators watch of the database.

-- Rows, as Postgres last estimated them, and bytes of each table, with its indexes.
create or replace function store.table_sizes()
returns table (name text, tuples double precision, bytes double precision) language plpgsql stable as $$
begin
  return query
    select c.relname::text, greatest(c.reltuples, 0)::double precision, pg_total_relation_size(c.oid)::double precision
    from pg_class c where c.relnamespace = 'store'::regnamespace and c.relkind = 'r';
end $$;

-- Messages that wait, by class, and how old the oldest is; table_sizes; when a server last pruned; when all shares were last
-- read, and how many were damaged then; and whether there is no room. Decoys wait for nobody. In the functions' own types:
-- drivers read counts in different ways.
create or replace function store.measures(p_now timestamptz)
returns table (measure text, label text, value double precision)
language plpgsql stable security definer set search_path = store, pg_temp as $$
begin
  return query
    with waiting as (
      select k.class, count(o.message_id) as messages, min(o.created_at) as oldest
      from unnest(array['transfer', 'validation', 'notice']) k (class)
      left join outbox o on o.class = k.class and o.expires_at > p_now
      group by k.class
    )
    select 'messages_waiting', w.class, w.messages::double precision from waiting w
    union all
    select 'oldest_message_seconds', w.class, coalesce(extract(epoch from p_now - w.oldest), 0)::double precision
    from waiting w;
  return query
    select sizes.* from table_sizes() s
    cross join lateral (values ('table_rows', s.name, s.tuples), ('table_bytes', s.name, s.bytes)) sizes;
  return query
    select 'last_prune', '', extract(epoch from pruned_at)::double precision from server where pruned_at is not null
    union all select 'last_check', '', coalesce(extract(epoch from checked_at), 0)::double precision from server
    union all select 'damaged_shares', '', damaged_shares::double precision from server where damaged_shares is not null
    union all select 'full', '', is_full()::integer::double precision;
end $$;
