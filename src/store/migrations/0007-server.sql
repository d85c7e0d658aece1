-- What ties a database to its server, and which role may call what.

-- One row: which storage key the ciphertexts in here were made with. The fingerprint tells nothing about the key.
create table store.server (
  one boolean primary key default true check (one),
  storage_key_fingerprint bytea not null check (octet_length(storage_key_fingerprint) = 32)
);

-- Remembers the first key, and says of every key whether it is that one.
create function store.claim_storage_key(p_fingerprint bytea)
returns boolean language plpgsql security definer set search_path = store, pg_temp as $$
begin
  if not exists (select from server) then
    insert into server (storage_key_fingerprint) values (p_fingerprint) on conflict do nothing;
  end if;
  return (select storage_key_fingerprint = p_fingerprint from server);
end $$;

-- Gives a role what a server needs: the functions that run with their owner's rights, which are those that a
-- server calls. No table, and none of the functions that those are made of. To be called after each migration,
-- since new functions are anybody's.
create function store.admit(p_role text)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_function regprocedure;
begin
  -- The lock that migrations take, too: two that change the rights of one function at once fail.
  perform pg_advisory_xact_lock(53320, 0);
  revoke execute on all functions in schema store from public;
  execute format('grant usage on schema store to %I', p_role);
  for v_function in
    select oid from pg_proc where pronamespace = 'store'::regnamespace and prosecdef
  loop
    execute format('grant execute on function %s to %I', v_function, p_role);
  end loop;
end $$;
