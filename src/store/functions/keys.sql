-- Changing an account's key.

-- Makes a key one of an account's. False: it is one already, of this account or another.
create or replace function store.add_key(p_key_id bytea, p_xid bytea, p_now timestamptz)
returns boolean language plpgsql as $$
begin
  insert into account_key (key_id, xid, since) values (p_key_id, p_xid, p_now) on conflict do nothing;
  return found;
end $$;

create or replace function store.remove_key(p_key_id bytea, p_xid bytea)
returns void language plpgsql as $$
begin
  delete from account_key where key_id = p_key_id;
end $$;

-- Gives a locked account another key. False, and nothing changed: an account uses or has retired that key, or is just
-- being given it; waiting for that with an account locked would be against the order of locks.
-- Whatever the old key had asked its contact is void: it may have been in a thief's hands. An old key that was never
-- proven is forgotten: else anybody could have a stranger's key retired, and so keep that stranger out for good.
create or replace function store.change_key(p_xid bytea, p_new_key_id bytea, p_is_proven boolean, p_now timestamptz)
returns boolean language plpgsql as $$
declare
  v_before account;
begin
  if not try_lock_key(p_new_key_id) then
    return false;
  end if;
  -- We look first: else add_key would wait for whoever is just taking the key from an account.
  perform 1 from account_key where key_id = p_new_key_id;
  if found or not add_key(p_new_key_id, p_xid, p_now) then
    return false;
  end if;
  select * into v_before from account where xid = p_xid;
  perform void_challenges(p_xid, 'transfer', p_now);
  perform void_challenges(p_xid, 'validation', p_now);
  update account set key_id = p_new_key_id, key_proven = p_is_proven where xid = p_xid;
  if not v_before.key_proven then
    perform remove_key(v_before.key_id, p_xid);
  end if;
  perform note_challenges(p_xid);
  perform notify_contact(p_xid, 'key-changed', p_now);
  return true;
end $$;

create or replace function store.update_public_key(
  p_key_id bytea, p_sender_xid bytea, p_request_key bytea, p_request_digest bytea, p_expires_at timestamptz,
  p_now timestamptz, p_new_key_id bytea, p_new_key_is_proven boolean default false,
  p_newcomer_networks bytea default null, p_max_newcomers integer default null, p_dated_at timestamptz default null
) returns store.answer language plpgsql security definer set search_path = store, pg_temp as $$
declare
  v_seen text := begin_change(
    p_sender_xid, p_key_id, p_request_key, p_request_digest, p_expires_at, p_dated_at, p_now, p_newcomer_networks,
    p_max_newcomers
  );
  v_answer answer;
  v_caller caller;
begin
  if v_seen is not null then
    v_answer := replay(v_seen, p_key_id, p_now);
    v_answer.account := coalesce(v_answer.account, p_sender_xid);
    return v_answer;
  end if;
  v_caller := identify(p_key_id, p_sender_xid, p_now, true);
  if v_caller.refusal is not null then
    return refuse(p_sender_xid, p_request_key, v_caller.refusal, v_caller.xid, p_now);
  end if;
  perform void_challenges(v_caller.xid, 'transfer', p_now);
  -- By this the caller's key is proven, whichever XID it names.
  update account set key_proven = true where xid = v_caller.xid and not key_proven;
  if p_new_key_id <> p_key_id then
    if not change_key(v_caller.xid, p_new_key_id, p_new_key_is_proven, p_now) then
      return refuse(p_sender_xid, p_request_key, 'key-in-use', v_caller.xid, p_now);
    end if;
    perform audit(v_caller.xid, 'key-changed', p_now);
  end if;
  return accept(v_caller.xid, p_now);
end $$;
