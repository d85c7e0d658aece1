-- Who asks, and has it been asked before? The first lines of every store function.
--
-- A function that changes something runs:  begin_request -> identify -> its own work -> accept | refuse.
-- Locks are always taken in this order, so that no two functions can wait for each other: seen_request, then
-- (fallbacks only) the contact's and the key's advisory lock, then the account, then a challenge.

create type store.answer as (outcome text, account bytea, transfer_pending boolean);
create type store.caller as (xid bytea, refusal text);

-- Takes the ID for this request. Null: it is ours, run the function. Else: the outcome to give instead. Of
-- two sessions with one ID the second waits in the insert until the first has committed, and then reads its
-- outcome.
create function store.begin_request(p_request_key bytea, p_request_digest bytea, p_expires_at timestamptz)
returns text language plpgsql set search_path = store, pg_temp as $$
declare
  v_seen seen_request;
begin
  loop
    insert into seen_request (request_key, digest, outcome, expires_at)
    values (p_request_key, p_request_digest, 'ok', p_expires_at)
    on conflict do nothing;
    if found then
      return null;
    end if;
    select * into v_seen from seen_request where request_key = p_request_key;
    -- Not found: pruned between the two statements, so it is free after all.
    if found then
      return case when v_seen.digest = p_request_digest then v_seen.outcome else 'id-reused' end;
    end if;
  end loop;
end $$;

create function store.transfer_pending(p_xid bytea, p_now timestamptz)
returns boolean language sql stable set search_path = store, pg_temp as $$
  select exists (
    select from challenge
    where xid = p_xid and purpose = 'transfer'
      and (state = 'confirmed' or state = 'open' and expires_at > p_now)
  )
$$;

-- The same, for the account whose current key this is; for everybody else false.
create function store.is_transfer_pending(p_key_id bytea, p_now timestamptz)
returns boolean language sql stable security definer set search_path = store, pg_temp as $$
  select exists (
    select from account_key where key_id = p_key_id and retired_at is null and transfer_pending(xid, p_now)
  )
$$;

create function store.accept(p_xid bytea, p_now timestamptz)
returns store.answer language plpgsql set search_path = store, pg_temp as $$
begin
  return row('ok', p_xid, transfer_pending(p_xid, p_now))::answer;
end $$;

-- Records the refusal. `p_xid` is null unless the account's current key asks: nobody else learns of a
-- transfer.
create function store.refuse(p_request_key bytea, p_outcome text, p_xid bytea, p_now timestamptz)
returns store.answer language plpgsql set search_path = store, pg_temp as $$
begin
  update seen_request set outcome = p_outcome where request_key = p_request_key;
  return row(p_outcome, p_xid, p_xid is not null and transfer_pending(p_xid, p_now))::answer;
end $$;

-- The first outcome again. The account is the one that has or had the key, if it still exists.
create function store.replay(p_outcome text, p_key_id bytea, p_now timestamptz)
returns store.answer language plpgsql set search_path = store, pg_temp as $$
begin
  return row(
    p_outcome, (select xid from account_key where key_id = p_key_id), is_transfer_pending(p_key_id, p_now)
  )::answer;
end $$;

-- The account whose current key this is, or why not. With `p_lock` the account stays locked until the end of
-- the transaction, and the answer holds that long. An account beside 'not-account-key' is the key's own. Whoever
-- names the account by its XID knows that the key is the account's, and wants it so; by the key's own XID, a stranger
-- might speak who knows nothing of the account.
create function store.identify(p_key_id bytea, p_sender_xid bytea, p_now timestamptz, p_lock boolean)
returns store.caller language plpgsql set search_path = store, pg_temp as $$
declare
  v_locked bytea;
  v_key account_key;
begin
  perform settle_transfers(p_key_id, p_now);
  loop
    select * into v_key from account_key where key_id = p_key_id;
    if not found then
      return row(null, 'unknown-account')::caller;
    end if;
    exit when not p_lock or v_key.xid = v_locked;
    -- Whoever held the lock may have retired the key or deleted the account: look again once it is ours.
    select xid into v_locked from account where xid = v_key.xid for update;
  end loop;
  if v_key.retired_at is not null then
    return row(null, 'invalid-sender-key')::caller;
  end if;
  if p_sender_xid not in (v_key.xid, p_key_id) then
    return row(v_key.xid, 'not-account-key')::caller;
  end if;
  if not v_key.proven and p_sender_xid = v_key.xid then
    update account_key set proven = true where key_id = p_key_id;
  end if;
  return row(v_key.xid, null)::caller;
end $$;
