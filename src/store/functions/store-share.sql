-- Storing a share.

-- Adds a share where all is as usual: the account that the sender names has this key for its current one, the share fits,
-- there is room, and nobody asks to transfer the account. False, and nothing has happened: it is to be looked at closely.
--
-- Whoever takes the key away changes the account's own row. So an update that had to wait for them does not find its
-- account, and no lock is needed beforehand. An update that waited keeps the account locked even if it changes nothing, so
-- its caller must not wait for a key any more.
create or replace function store.add_usual_share(
  p_key_id bytea, p_sender_xid bytea, p_now timestamptz, p_share_id bytea, p_data bytea, p_size integer,
  p_max_share_bytes integer, p_max_shares integer, p_max_account_bytes integer, p_data_key integer, p_former_share_id bytea
) returns boolean language plpgsql as $$
declare
  v_ordinal integer;
begin
  update account
  set key_proven = true, share_count = share_count + 1, share_bytes = share_bytes + p_size,
    last_ordinal = last_ordinal + 1
  where xid = p_sender_xid and key_id = p_key_id
    and p_size <= p_max_share_bytes and share_count < p_max_shares and share_bytes + p_size <= p_max_account_bytes
    and not exists (select 1 from server s where s.is_full or s.data_key <> p_data_key)
    and not exists (
      select 1 from challenge c where c.xid = p_sender_xid and c.purpose = 'transfer' and c.state in ('open', 'confirmed')
    )
  returning last_ordinal into v_ordinal;
  if not found then
    return false;
  end if;
  if p_former_share_id is null then
    insert into share (xid, share_id, ordinal, data, size, stored_at)
    values (p_sender_xid, p_share_id, v_ordinal, p_data, p_size, p_now)
    on conflict do nothing;
  else
    insert into share (xid, share_id, ordinal, data, size, stored_at)
    select p_sender_xid, p_share_id, v_ordinal, p_data, p_size, p_now
    where not exists (select 1 from share where xid = p_sender_xid and share_id = p_former_share_id)
    on conflict do nothing;
  end if;
  if not found then
    -- It is there already, which costs no quota. Written anew, it is whole again if the disk had damaged it.
    perform rewrite_share(p_sender_xid, p_share_id, p_former_share_id, p_data);
    update account
    set share_count = share_count - 1, share_bytes = share_bytes - p_size, last_ordinal = last_ordinal - 1
    where xid = p_sender_xid;
  end if;
  return true;
end $$;

-- Writes a share anew that is there already, under its newest name. False: it is not there. The account is locked.
create or replace function store.rewrite_share(
  p_xid bytea, p_share_id bytea, p_former_share_id bytea, p_data bytea
) returns boolean language plpgsql as $$
begin
  update share set share_id = p_share_id, data = p_data
  where xid = p_xid and share_id in (p_share_id, p_former_share_id);
  return found;
end $$;

-- The same for a key that nobody knows: opens its account with the share.
create or replace function store.add_first_share(
  p_key_id bytea, p_sender_xid bytea, p_now timestamptz, p_share_id bytea, p_data bytea, p_size integer,
  p_max_share_bytes integer, p_max_shares integer, p_max_account_bytes integer, p_data_key integer, p_former_share_id bytea
) returns boolean language plpgsql as $$
begin
  if p_key_id <> p_sender_xid or p_size > least(p_max_share_bytes, p_max_account_bytes)
    -- A transfer to this key may be due.
    or exists (select 1 from challenge where key_id = p_key_id and state = 'confirmed')
    or exists (select 1 from server s where s.data_key <> p_data_key)
  then
    return false;
  end if;
  if not open_account(p_key_id, p_now) then
    return false;
  end if;
  return add_usual_share(
    p_key_id, p_sender_xid, p_now, p_share_id, p_data, p_size, p_max_share_bytes, p_max_shares, p_max_account_bytes,
    p_data_key, p_former_share_id
  );
end $$;

-- Beside 'rate-limited', newcomers_until tells until when. Neither this nor 'server-full' and 'missing-date' is for good, so they
-- leave nothing.
create or replace function store.store_share(
  p_key_id bytea, p_sender_xid bytea, p_request_key bytea, p_request_digest bytea, p_expires_at timestamptz,
  p_now timestamptz,
  p_share_id bytea, p_data bytea, p_size integer,
  p_max_share_bytes integer, p_max_shares integer, p_max_account_bytes integer,
  p_newcomer_networks bytea default null, p_max_newcomers integer default null, p_dated_at timestamptz default null,
  p_data_key integer default 0, p_former_share_id bytea default null
) returns store.answer language plpgsql security definer set search_path = store, pg_temp as $$
declare
  v_seen text := begin_request(p_sender_xid, p_request_key, p_request_digest, p_expires_at, p_dated_at);
  v_answer answer;
  v_caller caller;
  v_account account;
  v_opens boolean;
  v_refusal text;
begin
  if v_seen is not null then
    v_answer := replay(v_seen, p_key_id, p_now);
    if v_seen = 'ok' then
      v_answer.account := coalesce(v_answer.account, p_sender_xid);
    end if;
    return v_answer;
  end if;
  if add_usual_share(
    p_key_id, p_sender_xid, p_now, p_share_id, p_data, p_size, p_max_share_bytes, p_max_shares, p_max_account_bytes,
    p_data_key, p_former_share_id
  ) then
    return row('ok', p_sender_xid, false)::answer;
  end if;
  perform 1 from account_key where key_id = p_key_id;
  if not found and not transfer_due(p_key_id, p_now) then
    v_opens := p_key_id = p_sender_xid and p_size <= least(p_max_share_bytes, p_max_account_bytes);
    v_refusal := case
      when not v_opens and p_expires_at is not null then null
      when newcomers_until(p_newcomer_networks, p_max_newcomers, p_now) is not null
        then case when p_expires_at is null then 'missing-date' else 'rate-limited' end
      when v_opens and is_full() then 'server-full'
    end;
    if v_refusal is not null then
      perform forget_request(p_sender_xid, p_request_key);
      perform audit_limit(null, case v_refusal when 'server-full' then 'limit-room' else 'limit-newcomers' end, p_now);
      return row(v_refusal, null, false)::answer;
    end if;
    if v_opens or p_expires_at is null then
      perform count_newcomer(p_newcomer_networks, p_now);
    end if;
    if add_first_share(
      p_key_id, p_sender_xid, p_now, p_share_id, p_data, p_size, p_max_share_bytes, p_max_shares, p_max_account_bytes,
      p_data_key, p_former_share_id
    ) then
      return row('ok', p_sender_xid, false)::answer;
    end if;
  end if;
  if not is_newest_data_key(p_data_key) then
    return refuse(p_sender_xid, p_request_key, 'other-data-key', null, p_now);
  end if;

  v_caller := find_or_open_account(
    p_key_id, p_sender_xid, p_size <= least(p_max_share_bytes, p_max_account_bytes), p_now
  );
  if v_caller.refusal = 'unknown-account' then
    -- No account was opened, because it could not hold the share.
    v_refusal := case when p_size > p_max_share_bytes then 'share-too-large' else 'account-full' end;
    return refuse(p_sender_xid, p_request_key, v_refusal, null, p_now);
  end if;
  if v_caller.refusal is not null then
    return refuse(p_sender_xid, p_request_key, v_caller.refusal, v_caller.xid, p_now);
  end if;
  if rewrite_share(v_caller.xid, p_share_id, p_former_share_id, p_data) then
    return accept(v_caller.xid, p_now);
  end if;

  select * into v_account from account where xid = v_caller.xid;
  v_refusal := case
    when p_size > p_max_share_bytes then 'share-too-large'
    when v_account.share_count >= p_max_shares then 'too-many-shares'
    when v_account.share_bytes + p_size > p_max_account_bytes then 'account-full'
    when is_full() then 'server-full'
  end;
  if v_refusal is not null then
    return refuse(p_sender_xid, p_request_key, v_refusal, v_caller.xid, p_now);
  end if;
  update account
  set share_count = share_count + 1, share_bytes = share_bytes + p_size, last_ordinal = last_ordinal + 1
  where xid = v_caller.xid;
  insert into share (xid, share_id, ordinal, data, size, stored_at)
  values (v_caller.xid, p_share_id, v_account.last_ordinal + 1, p_data, p_size, p_now);
  return accept(v_caller.xid, p_now);
end $$;
