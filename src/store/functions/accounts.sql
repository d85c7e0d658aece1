-- Whose key is it? Finding, opening and deleting accounts.

-- The account whose current key this is, or null.
create or replace function store.account_of(p_key_id bytea)
returns bytea language plpgsql stable as $$
begin
  return (select a.xid from account_key k join account a using (xid, key_id) where k.key_id = p_key_id);
end $$;

-- Whether the key or its account may be about to change on some of several nodes. Tells without waiting. On one node a change shows
-- as a whole.
create or replace function store.is_change_under_way(p_key_id bytea, p_xid bytea)
returns boolean language plpgsql immutable as $$
begin
  return false;
end $$;

-- Waits for its end.
create or replace function store.await_change(p_key_id bytea, p_xid bytea)
returns void language plpgsql immutable as $$
begin
end $$;

-- The account that the key speaks for, or why not. With `p_lock` the account stays locked until the end of
-- the transaction, and the answer holds that long. An account beside 'not-account-key' is the key's own.
-- 'transfer-due': first another transaction has to settle_transfers, see requests.sql; or to wait there for what is no transfer.
-- Whoever names the account by its XID knows that the key is the account's, and wants it so; by the key's own XID, a stranger
-- might speak who knows nothing of the account.
create or replace function store.identify(p_key_id bytea, p_sender_xid bytea, p_now timestamptz, p_lock boolean)
returns store.caller language plpgsql as $$
declare
  v_xid bytea;
  v_account account;
begin
  loop
    v_xid := (select xid from account_key where key_id = p_key_id);
    if is_due(p_key_id, v_xid, p_now) then
      return row(null, 'transfer-due')::caller;
    end if;
    select * into v_account from account where xid = v_xid;
    if v_account.key_id is distinct from p_key_id and is_change_under_way(p_key_id, v_xid) then
      return row(null, 'transfer-due')::caller;
    end if;
    if v_account.xid is null then
      return row(null, 'unknown-account')::caller;
    end if;
    if v_account.key_id <> p_key_id then
      return row(null, 'invalid-sender-key')::caller;
    end if;
    exit when not p_lock;
    select * into v_account from account where xid = v_xid and key_id = p_key_id for update skip locked;
    exit when found;
    -- Whoever holds the lock may retire the key or delete the account. So we look again.
    perform await_account(v_xid, p_key_id);
  end loop;
  if p_sender_xid not in (v_account.xid, p_key_id) then
    return row(v_account.xid, 'not-account-key')::caller;
  end if;
  if not v_account.key_proven and p_sender_xid = v_account.xid then
    update account set key_proven = true where xid = v_account.xid and key_id = p_key_id;
  end if;
  return row(v_account.xid, null)::caller;
end $$;

-- Waits for whoever has the account locked, and locks it if this is still its key. With another it comes elsewhere in the order of
-- locks, so its lock is let go: a row that a condition passes over after it was waited for would stay locked.
create or replace function store.await_account(p_xid bytea, p_key_id bytea)
returns void language plpgsql as $$
declare
  v_key_id bytea;
begin
  select key_id into v_key_id from account where xid = p_xid for update;
  if v_key_id is distinct from p_key_id then
    raise sqlstate 'SHKEY';
  end if;
exception when sqlstate 'SHKEY' then
  return;
end $$;

-- Locks those of these accounts whose keys come from the first of these keys on, and before the second, in the order of
-- locks, and tells which. Null: without a bound. One that has got another key while it was waited for may stay locked.
create or replace function store.lock_accounts(p_xids bytea[], p_from_key_id bytea, p_below_key_id bytea)
returns bytea[] language plpgsql as $$
begin
  return array(
    select xid from account
    where xid = any (p_xids) and (p_from_key_id is null or key_id >= p_from_key_id)
      and (p_below_key_id is null or key_id < p_below_key_id)
    order by key_id for update
  );
end $$;

-- What whoever gives a key to an account locks: one of two would else wait for the other's row.
create or replace function store.key_lock(p_key_id bytea)
returns bigint language plpgsql immutable as $$
begin
  return hashtextextended(encode(p_key_id, 'hex'), 53325);
end $$;

-- Whether it can be had without waiting; then it is had.
create or replace function store.try_lock_key(p_key_id bytea)
returns boolean language plpgsql as $$
begin
  return pg_try_advisory_xact_lock(key_lock(p_key_id));
end $$;

-- Opens an account named after its first key. False: the key is taken, by an account that has just been
-- opened with it or has just been moved to it.
create or replace function store.open_account(p_key_id bytea, p_now timestamptz)
returns boolean language plpgsql as $$
begin
  perform pg_advisory_xact_lock(key_lock(p_key_id));
  insert into account_key (key_id, xid, since) values (p_key_id, p_key_id, p_now) on conflict do nothing;
  if not found then
    return false;
  end if;
  insert into account (xid, key_id, key_proven, opened_at) values (p_key_id, p_key_id, true, p_now);
  perform audit(p_key_id, 'account-opened', p_now);
  return true;
end $$;

-- The account that the sender names, locked; opened if nobody knows the key and `p_may_open`. A share goes to no other:
-- anybody can make a stranger's key the key of an account of their own, and would otherwise be given that stranger's
-- first share. So the refusal tells which account the key has.
create or replace function store.find_or_open_account(
  p_key_id bytea, p_sender_xid bytea, p_may_open boolean, p_now timestamptz
) returns store.caller language plpgsql as $$
declare
  v_caller caller;
begin
  loop
    v_caller := identify(p_key_id, p_sender_xid, p_now, true);
    exit when v_caller.refusal is distinct from 'unknown-account';
    if p_sender_xid <> p_key_id then
      return row(null, 'not-account-key')::caller;
    end if;
    exit when not p_may_open;
    if open_account(p_key_id, p_now) then
      return row(p_key_id, null)::caller;
    end if;
  end loop;
  if v_caller.refusal is null and v_caller.xid <> p_sender_xid then
    v_caller.refusal := 'not-account-key';
  end if;
  return v_caller;
end $$;

-- Everything goes, a pending transfer too, but the IDs of past requests, which hold no personal data, and what the contact is
-- still to be told: else a thief could remove the contact and delete at once, and nobody would hear of it.
-- A key that no account knows has nothing to delete, which is fine.
create or replace function store.delete_account(
  p_key_id bytea, p_sender_xid bytea, p_request_key bytea, p_request_digest bytea, p_expires_at timestamptz,
  p_now timestamptz,
  p_newcomer_networks bytea default null, p_max_newcomers integer default null, p_dated_at timestamptz default null
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
  v_caller := identify(p_key_id, p_sender_xid, p_now, true);
  if v_caller.refusal = 'unknown-account' then
    return row('ok', null, false)::answer;
  end if;
  if v_caller.refusal is not null then
    return refuse(p_sender_xid, p_request_key, v_caller.refusal, v_caller.xid, p_now);
  end if;
  perform void_challenges(v_caller.xid, 'transfer', p_now);
  perform void_challenges(v_caller.xid, 'validation', p_now);
  perform notify_contact(v_caller.xid, 'account-deleted', p_now);
  perform audit(v_caller.xid, 'account-deleted', p_now);
  perform forget_references(v_caller.xid);
  delete from account where xid = v_caller.xid;
  return row('ok', v_caller.xid, false)::answer;
end $$;

-- What refers to an account goes with it by itself here: keys, shares and contacts are deleted, challenges lose its name.
create or replace function store.forget_references(p_xid bytea)
returns void language plpgsql as $$
begin
end $$;
