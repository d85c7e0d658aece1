-- Calls as they usually are, carried out by the node where the account lies that the sender names. Citus hands them there as a
-- whole, whichever node was asked. Nothing of them lies elsewhere: so the node commits them by itself, and needs no connection
-- to others, of which it keeps none for what it is handed.
--
-- No row, and nothing has happened: it is to be looked at closely, by the function of the same name without `_at_node`
-- (delegate.ts).

create or replace function store.store_share_at_node(
  p_key_id bytea, p_sender_xid bytea, p_request_key bytea, p_request_digest bytea, p_expires_at timestamptz,
  p_now timestamptz,
  p_share_id bytea, p_data bytea, p_size integer,
  p_max_share_bytes integer, p_max_shares integer, p_max_account_bytes integer,
  p_newcomer_networks bytea, p_max_newcomers integer, p_dated_at timestamptz, p_data_key integer, p_former_share_id bytea
) returns setof store.answer language plpgsql security definer set search_path = store, pg_temp as $$
begin
  if begin_request(p_sender_xid, p_request_key, p_request_digest, p_expires_at, p_dated_at) is not null then
    return;
  end if;
  if add_usual_share(
    p_key_id, p_sender_xid, p_now, p_share_id, p_data, p_size, p_max_share_bytes, p_max_shares, p_max_account_bytes,
    p_data_key, p_former_share_id
  ) then
    return next row('ok', p_sender_xid, false)::answer;
  else
    perform forget_request(p_sender_xid, p_request_key);
  end if;
end $$;

create or replace function store.retrieve_shares_at_node(
  p_key_id bytea, p_sender_xid bytea, p_now timestamptz, p_share_ids bytea, p_lenient boolean,
  p_data_key integer, p_former_share_ids bytea
) returns table (outcome text, account bytea, transfer_pending boolean, share_id bytea, data bytea)
language plpgsql security definer set search_path = store, pg_temp as $$
begin
  if p_former_share_ids is null then
    return query
      select 'ok', u.account, false, u.share_id, u.data
      from retrieve_usual_shares(p_key_id, p_sender_xid, p_share_ids, p_lenient, p_data_key) u;
  end if;
end $$;

-- An undated request may be a newcomer's.
create or replace function store.delete_shares_at_node(
  p_key_id bytea, p_sender_xid bytea, p_request_key bytea, p_request_digest bytea, p_expires_at timestamptz,
  p_now timestamptz, p_share_ids bytea,
  p_newcomer_networks bytea, p_max_newcomers integer, p_dated_at timestamptz, p_data_key integer, p_former_share_ids bytea
) returns setof store.answer language plpgsql security definer set search_path = store, pg_temp as $$
begin
  if p_expires_at is null or p_former_share_ids <> '' then
    return;
  end if;
  if begin_request(p_sender_xid, p_request_key, p_request_digest, p_expires_at, p_dated_at) is not null then
    return;
  end if;
  update account set key_proven = true
  where xid = p_sender_xid and key_id = p_key_id and not has_challenges
    and not exists (select 1 from server s where s.data_key <> p_data_key);
  if found then
    perform remove_shares(p_sender_xid, p_share_ids, null);
    return next row('ok', p_sender_xid, false)::answer;
  else
    perform forget_request(p_sender_xid, p_request_key);
  end if;
end $$;

create or replace function store.delegate_calls()
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_function regprocedure;
begin
  for v_function in
    select oid from pg_proc where pronamespace = 'store'::regnamespace and proname like '%\_at\_node'
  loop
    perform create_distributed_function(v_function, 'p_sender_xid', colocate_with => 'store.account');
  end loop;
end $$;
