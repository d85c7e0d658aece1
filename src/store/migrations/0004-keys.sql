-- Changing an account's key, and deleting an account.

-- Tells the account's validated contact that something has changed. No contact, no message.
create function store.notify_contact(p_xid bytea, p_kind text, p_now timestamptz)
returns void language sql set search_path = store, pg_temp as $$
  insert into outbox (
    xid, kind, contact_hmac, contact_ciphertext, contact_kind, created_at, expires_at, next_attempt_at
  )
  select xid, p_kind, contact_hmac, ciphertext, kind, p_now, p_now + interval '7 days', p_now
  from contact where xid = p_xid and validated
$$;

-- Voids the account's unanswered questions, and takes back the messages that would ask them.
create function store.void_challenges(p_xid bytea, p_purpose text)
returns void language sql set search_path = store, pg_temp as $$
  with voided as (
    update challenge set state = 'void'
    where xid = p_xid and purpose = p_purpose and state in ('open', 'confirmed')
    returning token_hash
  )
  delete from outbox where token_hash in (select token_hash from voided)
$$;

-- Gives a locked account another key. False, and nothing changed: an account uses or has retired that key.
-- Whatever the old key had asked its contact is void: it may have been in a thief's hands. An old key that was never
-- proven is forgotten: else anybody could have a stranger's key retired, and so keep that stranger out for good.
create function store.change_key(p_xid bytea, p_new_key_id bytea, p_is_proven boolean, p_now timestamptz)
returns boolean language plpgsql set search_path = store, pg_temp as $$
declare
  v_old_key_id bytea;
begin
  update account_key set retired_at = p_now where xid = p_xid and retired_at is null
  returning key_id into v_old_key_id;
  insert into account_key (key_id, xid, since, proven) values (p_new_key_id, p_xid, p_now, p_is_proven)
  on conflict (key_id) do nothing;
  if not found then
    update account_key set retired_at = null where key_id = v_old_key_id;
    return false;
  end if;
  delete from account_key where key_id = v_old_key_id and not proven;
  perform void_challenges(p_xid, 'transfer');
  perform void_challenges(p_xid, 'validation');
  perform notify_contact(p_xid, 'key-changed', p_now);
  return true;
end $$;

create function store.update_public_key(
  p_key_id bytea, p_sender_xid bytea, p_request_key bytea, p_request_digest bytea, p_expires_at timestamptz,
  p_now timestamptz, p_new_key_id bytea
) returns store.answer language plpgsql security definer set search_path = store, pg_temp as $$
declare
  v_seen text := begin_request(p_request_key, p_request_digest, p_expires_at);
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
    return refuse(p_request_key, v_caller.refusal, v_caller.xid, p_now);
  end if;
  perform void_challenges(v_caller.xid, 'transfer');
  -- By this the caller's key is proven, whichever XID it names.
  update account_key set proven = true where key_id = p_key_id and not proven;
  if p_new_key_id <> p_key_id and not change_key(v_caller.xid, p_new_key_id, false, p_now) then
    return refuse(p_request_key, 'key-in-use', v_caller.xid, p_now);
  end if;
  return accept(v_caller.xid, p_now);
end $$;

-- Everything goes, a pending transfer too, but the IDs of past requests, which hold no personal data, and what the contact is
-- still to be told: else a thief could remove the contact and delete at once, and nobody would hear of it.
-- A key that no account knows has nothing to delete, which is fine.
create function store.delete_account(
  p_key_id bytea, p_sender_xid bytea, p_request_key bytea, p_request_digest bytea, p_expires_at timestamptz,
  p_now timestamptz
) returns store.answer language plpgsql security definer set search_path = store, pg_temp as $$
declare
  v_seen text := begin_request(p_request_key, p_request_digest, p_expires_at);
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
    return refuse(p_request_key, v_caller.refusal, v_caller.xid, p_now);
  end if;
  perform void_challenges(v_caller.xid, 'transfer');
  perform void_challenges(v_caller.xid, 'validation');
  perform notify_contact(v_caller.xid, 'account-deleted', p_now);
  delete from account where xid = v_caller.xid;
  return row('ok', v_caller.xid, false)::answer;
end $$;
