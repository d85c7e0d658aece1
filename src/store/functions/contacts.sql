-- The contact of an account: setting it, reading it, and telling it what happens.

-- The account whose validated contact has this name, or had it under the former data key. Null: nobody's.
create or replace function store.account_of_contact(p_contact_hmac bytea, p_former_contact_hmac bytea)
returns bytea language plpgsql stable as $$
begin
  return (select xid from contact where contact_hmac in (p_contact_hmac, p_former_contact_hmac) and validated limit 1);
end $$;

-- Locks the contact that goes and the one that comes, if another account has it, in an order that two accounts which take each
-- other's contact share.
create or replace function store.lock_contacts(p_xid bytea, p_contact_hmac bytea)
returns void language plpgsql as $$
begin
  perform 1 from contact
  where validated and (xid = p_xid or contact_hmac = p_contact_hmac)
  order by contact_hmac for update;
end $$;

-- Locks the contacts of these accounts, and what they claim. The accounts are locked.
create or replace function store.lock_contacts_of(p_xids bytea[])
returns void language plpgsql as $$
begin
  perform 1 from contact where xid = any (p_xids) order by contact_hmac for update;
end $$;

-- Gives a contact other names: its own, and for as long as a rekey is under way the one under the former data key. The contact
-- is locked.
create or replace function store.name_contact(p_xid bytea, p_validated boolean, p_contact_hmac bytea, p_former_hmac bytea)
returns void language plpgsql as $$
begin
  update contact set contact_hmac = p_contact_hmac, former_hmac = p_former_hmac
  where xid = p_xid and validated = p_validated;
end $$;

-- Makes what the account claims its contact, instead of the one it had. Fails as a `unique_violation` if another account has it.
create or replace function store.validate_contact(p_xid bytea, p_contact_hmac bytea, p_now timestamptz)
returns void language plpgsql as $$
begin
  delete from contact where xid = p_xid and validated;
  update contact set validated = true, since = p_now where xid = p_xid and p_contact_hmac in (contact_hmac, former_hmac);
end $$;

-- Removes an account's contact and what it claims. False: it had neither.
create or replace function store.remove_contacts(p_xid bytea)
returns boolean language plpgsql as $$
begin
  delete from contact where xid = p_xid;
  return found;
end $$;

-- Tells the account's validated contact that something has changed. No contact, no message. What the contact is about to
-- be told already is told once, with its number. The account is locked.
create or replace function store.notify_contact(p_xid bytea, p_topic text, p_now timestamptz)
returns void language plpgsql as $$
declare
  v_contact contact;
  v_message_id uuid := gen_random_uuid();
  v_due_at timestamptz;
begin
  select * into v_contact from contact where xid = p_xid and validated;
  if not found then
    return;
  end if;
  update outbox set times = times + 1
  where xid = p_xid and class = 'notice' and topic = p_topic and contact_hmac = v_contact.contact_hmac
    and attempts = 0 and expires_at > p_now;
  if found then
    return;
  end if;
  v_due_at := next_notice_at(p_xid, v_contact.mailbox_hmac, p_now);
  insert into outbox (
    message_id, xid, class, topic, contact_hmac, contact_ciphertext, contact_kind, created_at, expires_at, next_attempt_at
  ) values (
    v_message_id, p_xid, 'notice', p_topic, v_contact.contact_hmac, v_contact.ciphertext, v_contact.kind, p_now,
    v_due_at + interval '7 days', v_due_at
  );
  insert into notice (message_id, xid, mailbox_hmac, due_at)
  values (v_message_id, p_xid, v_contact.mailbox_hmac, v_due_at);
end $$;

-- An account causes six notices an hour at most, and a mailbox gets six at most. The seventh waits for the first to be an
-- hour old.
create or replace function store.next_notice_at(p_xid bytea, p_mailbox_hmac bytea, p_now timestamptz)
returns timestamptz language plpgsql stable as $$
begin
  return greatest(
    p_now,
    (select due_at from notice where xid = p_xid order by due_at desc offset 5 limit 1) + interval '1 hour',
    (select due_at from notice where mailbox_hmac = p_mailbox_hmac order by due_at desc offset 5 limit 1)
      + interval '1 hour'
  );
end $$;

-- Null contact: removes it. Any request that gets this far cancels a pending transfer. `retry_after`: when a contact may be
-- asked again, beside 'rate-limited'.
create or replace function store.update_fallback(
  p_key_id bytea, p_sender_xid bytea, p_request_key bytea, p_request_digest bytea, p_expires_at timestamptz,
  p_now timestamptz,
  p_contact_hmac bytea, p_contact_ciphertext bytea, p_contact_kind text, p_mailbox_hmac bytea,
  p_token_hash bytea, p_code_hash bytea, p_secret_ciphertext bytea, p_challenge_expires_at timestamptz,
  p_network_hmac bytea,
  p_window_seconds integer, p_max_per_contact integer, p_max_per_contact_and_network integer, p_max_per_key integer,
  p_max_per_network integer, p_max_messages integer,
  p_newcomer_networks bytea default null, p_max_newcomers integer default null, p_dated_at timestamptz default null,
  p_data_key integer default 0, p_former_contact_hmac bytea default null,
  out outcome text, out account bytea, out transfer_pending boolean, out retry_after timestamptz
) language plpgsql security definer set search_path = store, pg_temp as $$
declare
  v_seen text;
  v_too_often_until timestamptz;
  v_caller caller;
  v_former_hmac bytea;
begin
  if p_contact_hmac is not null then
    perform lock_challenges(p_mailbox_hmac, p_key_id, p_network_hmac);
  end if;
  v_seen := begin_change(
    p_sender_xid, p_key_id, p_request_key, p_request_digest, p_expires_at, p_dated_at, p_now, p_newcomer_networks,
    p_max_newcomers
  );
  if v_seen is not null then
    select * into outcome, account, transfer_pending from replay(v_seen, p_key_id, p_now);
    return;
  end if;
  if not is_newest_data_key(p_data_key) then
    outcome := (refuse(p_sender_xid, p_request_key, 'other-data-key', null, p_now)).outcome;
    return;
  end if;
  if p_contact_hmac is not null then
    v_too_often_until := challenged_too_often_until(
      'validation', p_mailbox_hmac, p_key_id, p_network_hmac, p_now, p_window_seconds, p_max_per_contact,
      p_max_per_contact_and_network, p_max_per_key, p_max_per_network, p_max_messages
    );
  end if;
  v_caller := identify(p_key_id, p_sender_xid, p_now, true);
  -- As for a share: else a contact could be set in the account of whoever gave that account the caller's key.
  if v_caller.refusal is null and p_sender_xid <> v_caller.xid
    and (select not a.key_proven from account a where a.xid = v_caller.xid)
  then
    v_caller.refusal := 'not-account-key';
  end if;
  if v_caller.refusal is not null then
    select * into outcome, account, transfer_pending
    from refuse(p_sender_xid, p_request_key, v_caller.refusal, v_caller.xid, p_now);
    return;
  end if;
  perform void_challenges(v_caller.xid, 'transfer', p_now);
  select * into outcome, account, transfer_pending from accept(v_caller.xid, p_now);

  if p_contact_hmac is null then
    perform void_challenges(v_caller.xid, 'validation', p_now);
    perform notify_contact(v_caller.xid, 'contact-removed', p_now);
    if remove_contacts(v_caller.xid) then
      perform audit(v_caller.xid, 'contact-removed', p_now);
    end if;
    return;
  end if;
  perform 1 from contact
  where xid = v_caller.xid and validated and contact_hmac in (p_contact_hmac, p_former_contact_hmac);
  if found then
    perform void_challenges(v_caller.xid, 'validation', p_now);
    delete from contact where xid = v_caller.xid and not validated;
    return;
  end if;
  if v_too_often_until is not null then
    perform forget_request(p_sender_xid, p_request_key);
    perform audit_limit(v_caller.xid, 'limit-challenges', p_now);
    outcome := 'rate-limited';
    retry_after := v_too_often_until;
    return;
  end if;

  perform void_challenges(v_caller.xid, 'validation', p_now);
  if is_rekey_under_way() then
    v_former_hmac := p_former_contact_hmac;
  end if;
  insert into contact (xid, validated, contact_hmac, former_hmac, mailbox_hmac, ciphertext, kind, since)
  values (
    v_caller.xid, false, p_contact_hmac, v_former_hmac, p_mailbox_hmac,
    p_contact_ciphertext, p_contact_kind, p_now
  )
  on conflict (xid, validated) do update
  set contact_hmac = excluded.contact_hmac, former_hmac = excluded.former_hmac, mailbox_hmac = excluded.mailbox_hmac,
    ciphertext = excluded.ciphertext, kind = excluded.kind, since = excluded.since;
  perform ask_contact(
    v_caller.xid, 'validation', p_key_id, p_request_key, p_now,
    p_contact_hmac, p_contact_ciphertext, p_contact_kind, p_mailbox_hmac,
    p_token_hash, p_code_hash, p_secret_ciphertext, p_challenge_expires_at, p_network_hmac, p_data_key
  );
  perform audit(v_caller.xid, 'contact-set', p_now);
end $$;

-- What the wallet set last, and whether it counts yet. All null: no contact.
create or replace function store.retrieve_fallback(p_key_id bytea, p_sender_xid bytea, p_now timestamptz)
returns table (
  outcome text, account bytea, transfer_pending boolean,
  contact_hmac bytea, contact_ciphertext bytea, contact_kind text, validated boolean
) language plpgsql security definer set search_path = store, pg_temp as $$
declare
  v_caller caller := identify(p_key_id, p_sender_xid, p_now, false);
  v_contact contact;
begin
  if v_caller.refusal is not null then
    return query
      select v_caller.refusal, null::bytea, transfer_pending(v_caller.xid, p_now),
        null::bytea, null::bytea, null::text, null::boolean;
    return;
  end if;
  select * into v_contact from contact c where c.xid = v_caller.xid order by c.validated limit 1;
  return query
    select 'ok', v_caller.xid, transfer_pending(v_caller.xid, p_now),
      v_contact.contact_hmac, v_contact.ciphertext, v_contact.kind, v_contact.validated;
end $$;
