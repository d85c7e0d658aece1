-- Whether a database and a program fit together, and which role may call what.

-- `functions` says of a program's set of functions whether it is the `current` one, was `replaced` by a later one that
-- serves its calls too, or is `unknown`.
create or replace function store.schema_state(
  p_function_set text, out version integer, out functions text, out is_full boolean
)
language plpgsql stable security definer set search_path = store, pg_temp as $$
begin
  version := (select max(m.version) from migration m);
  functions := coalesce(
    (select case when is_current then 'current' else 'replaced' end from function_set where checksum = p_function_set),
    'unknown'
  );
  is_full := is_full();
end $$;

-- Remembers the first storage key, and says of every storage key whether it opens the newest data key.
create or replace function store.claim_storage_key(p_fingerprint bytea)
returns boolean language plpgsql security definer set search_path = store, pg_temp as $$
begin
  if not exists (select 1 from server) then
    insert into server (storage_key_fingerprint) values (p_fingerprint) on conflict do nothing;
  end if;
  return (
    select s.storage_key_fingerprint = p_fingerprint or exists (
      select 1 from data_key k where k.key_id = s.data_key and k.storage_key_fingerprint = p_fingerprint
    )
    from server s
  );
end $$;

-- Gives a role what a server needs: the functions that run with their owner's rights, which are those that a
-- server calls. No table, and none of the functions that those are made of.
create or replace function store.grant_execution(p_role text)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_function regprocedure;
begin
  -- The lock that migrations take, too: two that change the rights of one function at once fail.
  perform pg_advisory_xact_lock(53320, 0);
  execute format('grant usage on schema store to %I', p_role);
  for v_function in
    select oid from pg_proc where pronamespace = 'store'::regnamespace and prosecdef
  loop
    execute format('grant execute on function %s to %I', v_function, p_role);
  end loop;
end $$;
