-- Storing, reading and deleting shares.

create or replace function store.store_share(
  p_key_id bytea, p_sender_xid bytea, p_request_key bytea, p_request_digest bytea, p_expires_at timestamptz,
  p_now timestamptz,
  p_share_id bytea, p_data bytea, p_size integer,
  p_max_share_bytes integer, p_max_shares integer, p_max_account_bytes integer
) returns store.answer language plpgsql security definer set search_path = store, pg_temp as $$
declare
  v_seen text := begin_request(p_request_key, p_request_digest, p_expires_at);
  v_answer answer;
  v_caller caller;
  v_account account;
  v_refusal text;
begin
  if v_seen is not null then
    v_answer := replay(v_seen, p_key_id, p_now);
    if v_seen = 'ok' then
      v_answer.account := coalesce(v_answer.account, p_sender_xid);
    end if;
    return v_answer;
  end if;
  v_caller := find_or_open_account(
    p_key_id, p_sender_xid, p_size <= least(p_max_share_bytes, p_max_account_bytes), p_now
  );
  if v_caller.refusal = 'unknown-account' then
    -- No account was opened, because it could not hold the share.
    v_refusal := case when p_size > p_max_share_bytes then 'share-too-large' else 'account-full' end;
    return refuse(p_request_key, v_refusal, null, p_now);
  end if;
  if v_caller.refusal is not null then
    return refuse(p_request_key, v_caller.refusal, v_caller.xid, p_now);
  end if;
  perform 1 from share where xid = v_caller.xid and share_id = p_share_id;
  if found then
    return accept(v_caller.xid, p_now);
  end if;

  select * into v_account from account where xid = v_caller.xid;
  v_refusal := case
    when p_size > p_max_share_bytes then 'share-too-large'
    when v_account.share_count >= p_max_shares then 'too-many-shares'
    when v_account.share_bytes + p_size > p_max_account_bytes then 'account-full'
  end;
  if v_refusal is not null then
    return refuse(p_request_key, v_refusal, v_caller.xid, p_now);
  end if;
  update account
  set share_count = share_count + 1, share_bytes = share_bytes + p_size, last_ordinal = last_ordinal + 1
  where xid = v_caller.xid;
  insert into share (xid, share_id, ordinal, data, size, stored_at)
  values (v_caller.xid, p_share_id, v_account.last_ordinal + 1, p_data, p_size, p_now);
  return accept(v_caller.xid, p_now);
end $$;

-- Ids travel as one run of bytes, 32 each: drivers differ in how they write arrays of bytes.
create or replace function store.split_ids(p_ids bytea)
returns table (id bytea, place integer) language plpgsql immutable set search_path = store, pg_temp as $$
begin
  return query
    select substring(p_ids from n * 32 + 1 for 32), n from generate_series(0, octet_length(p_ids) / 32 - 1) as n;
end $$;

-- The first row is the answer, with the missing id for 'unknown-receipt'; each further row is one share, in
-- the order of storing. Null ids: all shares. Lenient: ids that this account does not have are left out.
create or replace function store.retrieve_shares(
  p_key_id bytea, p_sender_xid bytea, p_now timestamptz, p_share_ids bytea, p_lenient boolean
) returns table (outcome text, account bytea, transfer_pending boolean, share_id bytea, data bytea)
language plpgsql security definer set search_path = store, pg_temp as $$
#variable_conflict use_column
declare
  v_caller caller := identify(p_key_id, p_sender_xid, p_now, false);
  v_answer answer;
begin
  if v_caller.refusal is not null then
    return query select v_caller.refusal, null::bytea, transfer_pending(v_caller.xid, p_now), null::bytea, null::bytea;
    return;
  end if;
  v_answer := accept(v_caller.xid, p_now);
  -- One statement reads the shares and finds what is missing, so a deletion in between cannot make them
  -- disagree.
  return query
    with asked as (
      select id, min(place) as place from split_ids(p_share_ids) group by id
    ), found as materialized (
      select s.share_id, s.data, s.ordinal from share s
      where s.xid = v_caller.xid and (p_share_ids is null or s.share_id in (select id from asked))
    ), missing as (
      select id from asked where not p_lenient and id not in (select f.share_id from found f)
      order by place limit 1
    ), listed as (
      select 'unknown-receipt' as outcome, id as share_id, null::bytea as data, 0 as ordinal from missing
      union all
      select 'ok', null, null, 0 where not exists (select 1 from missing)
      union all
      select 'ok', f.share_id, f.data, f.ordinal from found f where not exists (select 1 from missing)
    )
    select l.outcome, v_answer.account, v_answer.transfer_pending, l.share_id, l.data from listed l
    order by l.ordinal;
end $$;

-- Null ids: all shares. An id that this account does not have is passed over, whoever else may have it.
create or replace function store.delete_shares(
  p_key_id bytea, p_sender_xid bytea, p_request_key bytea, p_request_digest bytea, p_expires_at timestamptz,
  p_now timestamptz, p_share_ids bytea
) returns store.answer language plpgsql security definer set search_path = store, pg_temp as $$
declare
  v_seen text := begin_request(p_request_key, p_request_digest, p_expires_at);
  v_caller caller;
begin
  if v_seen is not null then
    return replay(v_seen, p_key_id, p_now);
  end if;
  v_caller := identify(p_key_id, p_sender_xid, p_now, true);
  if v_caller.refusal is not null then
    return refuse(p_request_key, v_caller.refusal, v_caller.xid, p_now);
  end if;
  with gone as (
    delete from share
    where xid = v_caller.xid and (p_share_ids is null or share_id in (select id from split_ids(p_share_ids)))
    returning size
  ), freed as (
    select count(*)::integer as shares, coalesce(sum(size), 0)::integer as bytes from gone
  )
  update account set share_count = share_count - freed.shares, share_bytes = share_bytes - freed.bytes
  from freed where xid = v_caller.xid;
  return accept(v_caller.xid, p_now);
end $$;
