-- Deleting shares.

-- Null ids: all shares. Former ids: the same shares under the former data key. An id that this account does not have is
-- passed over, whoever else may have it.
create or replace function store.delete_shares(
  p_key_id bytea, p_sender_xid bytea, p_request_key bytea, p_request_digest bytea, p_expires_at timestamptz,
  p_now timestamptz, p_share_ids bytea,
  p_newcomer_networks bytea default null, p_max_newcomers integer default null, p_dated_at timestamptz default null,
  p_data_key integer default 0, p_former_share_ids bytea default null
) returns store.answer language plpgsql security definer set search_path = store, pg_temp as $$
declare
  v_seen text := begin_change(
    p_sender_xid, p_key_id, p_request_key, p_request_digest, p_expires_at, p_dated_at, p_now, p_newcomer_networks,
    p_max_newcomers
  );
  v_caller caller;
begin
  if v_seen is not null then
    return replay(v_seen, p_key_id, p_now);
  end if;
  if not is_newest_data_key(p_data_key) then
    return refuse(p_sender_xid, p_request_key, 'other-data-key', null, p_now);
  end if;
  v_caller := identify(p_key_id, p_sender_xid, p_now, true);
  if v_caller.refusal is not null then
    return refuse(p_sender_xid, p_request_key, v_caller.refusal, v_caller.xid, p_now);
  end if;
  perform remove_shares(v_caller.xid, p_share_ids, p_former_share_ids);
  return accept(v_caller.xid, p_now);
end $$;

-- The account is locked.
create or replace function store.remove_shares(p_xid bytea, p_share_ids bytea, p_former_share_ids bytea)
returns void language plpgsql as $$
declare
  -- An array, not a list: a row that a rekey renames meanwhile is compared with all names again.
  v_names bytea[] := array(select id from split_ids(p_share_ids)) || array(select id from split_ids(p_former_share_ids));
begin
  with gone as (
    delete from share
    where xid = p_xid and (p_share_ids is null or share_id = any (v_names))
    returning size
  ), freed as (
    select count(*)::integer as shares, coalesce(sum(size), 0)::integer as bytes from gone
  )
  update account set share_count = share_count - freed.shares, share_bytes = share_bytes - freed.bytes
  from freed where xid = p_xid;
end $$;
