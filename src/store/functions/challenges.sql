-- Asking a contact, and what it answers: by the code that a person types, or by the link in the message.

-- Serialises the challenges to one mailbox, by one key and from one network. Taken before everything else. Null network: it is
-- not counted.
create or replace function store.lock_challenges(p_mailbox_hmac bytea, p_key_id bytea, p_network_hmac bytea)
returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock(53321, hashtext(encode(p_mailbox_hmac, 'hex')));
  perform pg_advisory_xact_lock(53322, hashtext(encode(p_key_id, 'hex')));
  if p_network_hmac is not null then
    perform pg_advisory_xact_lock(53323, hashtext(encode(p_network_hmac, 'hex')));
  end if;
end $$;

-- Null: there were not too many challenges of late; else this is until when there were. The caller has lock_challenges.
-- Strangers may know an owner's contact: so each network has fewer challenges to a mailbox than there may be in all. Per
-- mailbox, transfers are counted apart from validations: else the first refusal would tell whether the contact was validated
-- lately. And no challenge begins whose message would have to wait for an hour with fewer messages.
create or replace function store.challenged_too_often_until(
  p_purpose text, p_mailbox_hmac bytea, p_key_id bytea, p_network_hmac bytea, p_now timestamptz,
  p_window_seconds integer, p_max_per_contact integer, p_max_per_contact_and_network integer, p_max_per_key integer,
  p_max_per_network integer, p_max_messages integer
) returns timestamptz language plpgsql as $$
declare
  v_window interval := make_interval(secs => p_window_seconds);
  v_since timestamptz := p_now - v_window;
  v_hour_is_over_at timestamptz := case when messages_of_hour(p_now) >= p_max_messages then hour_is_over_at(p_now) end;
begin
  return greatest(
    v_hour_is_over_at,
    v_window + (
      select created_at from challenge
      where mailbox_hmac = p_mailbox_hmac and purpose = p_purpose and created_at > v_since
      order by created_at desc offset p_max_per_contact - 1 limit 1
    ),
    v_window + (
      select created_at from challenge
      where mailbox_hmac = p_mailbox_hmac and purpose = p_purpose and created_at > v_since
        and network_hmac = p_network_hmac
      order by created_at desc offset p_max_per_contact_and_network - 1 limit 1
    ),
    v_window + (
      select created_at from challenge where key_id = p_key_id and created_at > v_since
      order by created_at desc offset p_max_per_key - 1 limit 1
    ),
    v_window + (
      select created_at from challenge where network_hmac = p_network_hmac and created_at > v_since
      order by created_at desc offset p_max_per_network - 1 limit 1
    )
  );
end $$;

-- Until it is over, nobody else who has the account locked sees its challenges: on one node the account's own lock is as good.
-- Among several, a change becomes visible on one after the other, and the account's may be the first. It is locked.
create or replace function store.lock_challenges_of(p_xid bytea)
returns void language plpgsql as $$
begin
end $$;

-- Takes down in the account's own row whether there are open or confirmed challenges of it. On one node nobody needs that:
-- the challenges are as near as the account. It is locked.
create or replace function store.note_challenges(p_xid bytea)
returns void language plpgsql as $$
begin
end $$;

-- Writes down the challenge, and the message that puts it to the contact. Null account: a decoy.
create or replace function store.ask_contact(
  p_xid bytea, p_purpose text, p_key_id bytea, p_request_key bytea, p_now timestamptz,
  p_contact_hmac bytea, p_contact_ciphertext bytea, p_contact_kind text, p_mailbox_hmac bytea,
  p_token_hash bytea, p_code_hash bytea, p_secret_ciphertext bytea, p_challenge_expires_at timestamptz,
  p_network_hmac bytea, p_data_key integer
) returns void language plpgsql as $$
begin
  perform lock_challenges_of(p_xid) where p_xid is not null;
  insert into challenge (
    token_hash, code_hash, xid, purpose, key_id, contact_hmac, mailbox_hmac, network_hmac, request_key, created_at,
    expires_at, data_key
  ) values (
    p_token_hash, p_code_hash, p_xid, p_purpose, p_key_id, p_contact_hmac, p_mailbox_hmac, p_network_hmac,
    p_request_key, p_now, p_challenge_expires_at, p_data_key
  );
  insert into outbox (
    xid, class, topic, contact_hmac, contact_ciphertext, contact_kind, token_hash, secret_ciphertext,
    created_at, expires_at, next_attempt_at
  ) values (
    p_xid, case when p_xid is null then 'decoy' else p_purpose end, p_purpose, p_contact_hmac,
    p_contact_ciphertext, p_contact_kind, p_token_hash, p_secret_ciphertext, p_now, p_challenge_expires_at, p_now
  );
  perform note_challenges(coalesce(p_xid, p_contact_hmac));
end $$;

-- Voids the account's unanswered challenges, and takes back the messages that would put them. The account is locked.
create or replace function store.void_challenges(p_xid bytea, p_purpose text, p_now timestamptz)
returns void language plpgsql as $$
declare
  v_voided bytea[];
begin
  perform lock_challenges_of(p_xid);
  with voided as (
    update challenge set state = 'void'
    where xid = p_xid and purpose = p_purpose and state in ('open', 'confirmed')
    returning token_hash
  )
  select array_agg(token_hash) into v_voided from voided;
  if v_voided is null then
    return;
  end if;
  delete from outbox where token_hash = any (v_voided);
  if p_purpose = 'transfer' then
    perform audit(p_xid, 'transfer-cancelled', p_now);
  end if;
end $$;

-- Confirms a challenge, if it is still open: 'ok', or why not.
create or replace function store.confirm_challenge(
  p_token_hash bytea, p_now timestamptz, p_transfer_delay_seconds integer
) returns text language plpgsql as $$
declare
  v_challenge challenge;
begin
  select * into v_challenge from challenge where token_hash = p_token_hash;
  perform 1 from account where xid = v_challenge.xid for update;
  -- Also where the challenge was not there yet: by now it may be, and its account is not locked.
  if not found then
    return 'challenge-void';
  end if;
  perform lock_challenges_of(v_challenge.xid);
  select * into v_challenge from challenge
  where token_hash = p_token_hash and state = 'open' and expires_at > p_now and xid is not null
  for update;
  if not found then
    return 'challenge-void';
  end if;
  delete from outbox where token_hash = p_token_hash;

  if v_challenge.purpose = 'transfer' then
    perform audit(v_challenge.xid, 'transfer-confirmed', p_now);
    if p_transfer_delay_seconds = 0 then
      return finish_transfer(v_challenge, p_now);
    end if;
    update challenge
    set state = 'confirmed', effective_at = p_now + make_interval(secs => p_transfer_delay_seconds)
    where token_hash = p_token_hash;
    perform notify_contact(v_challenge.xid, 'transfer-confirmed', p_now);
    return 'ok';
  end if;

  perform lock_contacts(v_challenge.xid, v_challenge.contact_hmac);
  begin
    perform void_challenges(v_challenge.xid, 'transfer', p_now);
    perform notify_contact(v_challenge.xid, 'contact-replaced', p_now);
    update challenge set state = 'done' where token_hash = p_token_hash;
    perform validate_contact(v_challenge.xid, v_challenge.contact_hmac, p_now);
  exception when unique_violation then
    -- Another account validated it first: this one keeps the contact it had.
    update challenge set state = 'void' where token_hash = p_token_hash;
    return 'fallback-in-use';
  end;
  perform audit(v_challenge.xid, 'contact-confirmed', p_now);
  return 'ok';
end $$;

-- The wallet's way to confirm: a code counts for the open transfer to this key and for the validation that the account
-- with this current key has asked for. A wrong one counts against both.
create or replace function store.verify_fallback(
  p_key_id bytea, p_sender_xid bytea, p_request_key bytea, p_request_digest bytea, p_expires_at timestamptz,
  p_now timestamptz,
  p_code_hash bytea, p_max_tries integer, p_transfer_delay_seconds integer,
  p_newcomer_networks bytea default null, p_max_newcomers integer default null, p_dated_at timestamptz default null,
  p_data_key integer default 0, p_former_code_hash bytea default null
) returns store.answer language plpgsql security definer set search_path = store, pg_temp as $$
declare
  v_xids bytea[] := array(select xid from challenge where key_id = p_key_id and state = 'open' and xid is not null);
  v_locked bytea[];
  v_seen text;
  v_token_hash bytea;
  v_outcome text;
  v_own bytea;
begin
  v_locked := lock_accounts(v_xids, null, p_key_id);
  v_seen := begin_change(
    p_key_id, p_key_id, p_request_key, p_request_digest, p_expires_at, p_dated_at, p_now, p_newcomer_networks,
    p_max_newcomers
  );
  if v_seen is not null then
    return replay(v_seen, p_key_id, p_now);
  end if;
  if not is_newest_data_key(p_data_key) then
    return refuse(p_key_id, p_request_key, 'other-data-key', null, p_now);
  end if;
  if transfer_due(p_key_id, p_now) then
    return refuse(p_key_id, p_request_key, 'transfer-due', null, p_now);
  end if;
  v_own := account_of(p_key_id);
  v_locked := v_locked || lock_accounts(v_xids, p_key_id, null);
  -- Not one that has been asked since, nor one of an account whose key changed in between, which voids it: another may have
  -- locked the account, and wait for the challenge.
  perform 1 from challenge
  where key_id = p_key_id and state = 'open' and (xid is null or xid = any (v_locked)) order by token_hash for update;
  select token_hash into v_token_hash from challenge
  where key_id = p_key_id and state = 'open' and expires_at > p_now
    and code_hash in (p_code_hash, p_former_code_hash) and xid = any (v_locked);
  if found then
    v_outcome := confirm_challenge(v_token_hash, p_now, p_transfer_delay_seconds);
  else
    v_outcome := count_wrong_code(p_key_id, v_locked, p_now, p_max_tries);
  end if;
  if v_outcome <> 'ok' then
    return refuse(p_key_id, p_request_key, v_outcome, v_own, p_now);
  end if;
  return replay('ok', p_key_id, p_now);
end $$;

-- Counts a wrong code against what this key may confirm of these accounts, and against decoys, and says what that means.
create or replace function store.count_wrong_code(p_key_id bytea, p_xids bytea[], p_now timestamptz, p_max_tries integer)
returns text language plpgsql as $$
declare
  v_tried integer;
  v_void bytea[];
begin
  with tried as (
    update challenge
    set tries = tries + 1, state = case when tries + 1 >= p_max_tries then 'void' else 'open' end
    where key_id = p_key_id and state = 'open' and expires_at > p_now and (xid is null or xid = any (p_xids))
    returning state, coalesce(xid, contact_hmac) as subject
  )
  select count(*), array_agg(subject order by subject) filter (where state = 'void') into v_tried, v_void from tried;
  if v_tried = 0 then
    return 'challenge-void';
  end if;
  perform audit_limit(subject, 'limit-codes', p_now) from unnest(v_void) subject;
  perform 1 from challenge where key_id = p_key_id and state = 'open' and expires_at > p_now;
  return case when found then 'wrong-code' else 'too-many-attempts' end;
end $$;

-- What a link would do. Changes nothing. No row: no such challenge.
create or replace function store.look_up_token(p_token_hash bytea, p_now timestamptz)
returns table (
  account bytea, key_id bytea, purpose text, contact_kind text, contact_ciphertext bytea, contact_hmac bytea,
  state text, expires_at timestamptz, effective_at timestamptz
) language plpgsql stable security definer set search_path = store, pg_temp as $$
declare
  v_asked challenge;
  v_contact contact;
begin
  select * into v_asked from challenge c where c.token_hash = p_token_hash and c.xid is not null;
  if not found then
    return;
  end if;
  select * into v_contact from contact k
  where k.xid = v_asked.xid and v_asked.contact_hmac in (k.contact_hmac, k.former_hmac);
  return query
    select v_asked.xid, v_asked.key_id, v_asked.purpose, v_contact.kind, v_contact.ciphertext,
      coalesce(v_contact.contact_hmac, v_asked.contact_hmac),
      case when v_asked.state = 'open' and v_asked.expires_at <= p_now then 'void' else v_asked.state end,
      v_asked.expires_at, v_asked.effective_at;
end $$;

-- The web page's way to confirm. Pressing the button twice is fine.
create or replace function store.confirm_by_token(
  p_token_hash bytea, p_now timestamptz, p_transfer_delay_seconds integer
) returns table (outcome text, account bytea, purpose text, effective_at timestamptz)
language plpgsql security definer set search_path = store, pg_temp as $$
declare
  v_outcome text := confirm_challenge(p_token_hash, p_now, p_transfer_delay_seconds);
  v_challenge challenge;
begin
  select * into v_challenge from challenge c where c.token_hash = p_token_hash;
  if v_outcome = 'challenge-void' and v_challenge.state in ('confirmed', 'done') and v_challenge.xid is not null then
    v_outcome := 'ok';
  end if;
  return query select v_outcome, v_challenge.xid, v_challenge.purpose, v_challenge.effective_at;
end $$;
