-- The contact of an account, and what it can confirm: that it is the account's (a validation), or that the
-- account moves to another key (a transfer).
--
-- A challenge goes  open -> done  (validation, or transfer without delay),  open -> confirmed -> done  (with
-- delay), and from open or confirmed to void. A decoy is a transfer without account: it ages, counts wrong
-- tries and ends like any other, so that asking tells nobody whether a contact is known.

-- Serialises what is asked of one contact, by one key and from one place, and says whether any of them has been too
-- often. Per contact, transfers are counted apart from validations: else the first refusal would tell whether the
-- contact was validated lately. Null origin: the place is not counted.
create function store.asked_too_often(
  p_purpose text, p_contact_hmac bytea, p_key_id bytea, p_origin_hmac bytea, p_now timestamptz,
  p_window_seconds integer, p_max_per_contact integer, p_max_per_key integer, p_max_per_origin integer
) returns boolean language plpgsql set search_path = store, pg_temp as $$
declare
  v_since timestamptz := p_now - make_interval(secs => p_window_seconds);
begin
  perform pg_advisory_xact_lock(53321, hashtext(encode(p_contact_hmac, 'hex')));
  perform pg_advisory_xact_lock(53322, hashtext(encode(p_key_id, 'hex')));
  if p_origin_hmac is not null then
    perform pg_advisory_xact_lock(53323, hashtext(encode(p_origin_hmac, 'hex')));
  end if;
  return (
      select count(*) from challenge
      where contact_hmac = p_contact_hmac and purpose = p_purpose and created_at > v_since
    ) >= p_max_per_contact
    or (select count(*) from challenge where key_id = p_key_id and created_at > v_since) >= p_max_per_key
    or (select count(*) from challenge where origin_hmac = p_origin_hmac and created_at > v_since)
      >= p_max_per_origin;
end $$;

-- Puts a confirmed transfer into effect; the account and the challenge are locked. The request that asked for
-- the transfer gets its outcome moved, since asking it again tells how the transfer stands.
create function store.finish_transfer(p_challenge store.challenge, p_now timestamptz)
returns text language plpgsql set search_path = store, pg_temp as $$
declare
  v_outcome text := 'ok';
begin
  if not change_key(p_challenge.xid, p_challenge.key_id, true, p_now) then
    v_outcome := 'key-in-use';
  end if;
  update challenge set state = case v_outcome when 'ok' then 'done' else 'void' end
  where token_hash = p_challenge.token_hash;
  update seen_request set outcome = v_outcome where request_key = p_challenge.request_key;
  return v_outcome;
end $$;

-- Transfers whose waiting time is over take effect when somebody next looks: with a key id, those that
-- concern it. Returns how many took effect.
create function store.settle_transfers(p_key_id bytea, p_now timestamptz, p_limit integer default 100)
returns integer language plpgsql set search_path = store, pg_temp as $$
declare
  v_due challenge;
  v_count integer := 0;
begin
  for v_due in
    select * from challenge c
    where c.state = 'confirmed' and c.effective_at <= p_now
      and (
        p_key_id is null or c.key_id = p_key_id
        or c.xid = (select k.xid from account_key k where k.key_id = p_key_id)
      )
    order by c.effective_at limit p_limit
  loop
    perform from account where xid = v_due.xid for update;
    -- Locked now; another session may have settled or cancelled it meanwhile.
    select * into v_due from challenge
    where token_hash = v_due.token_hash and state = 'confirmed' and xid is not null
    for update;
    if found and finish_transfer(v_due, p_now) = 'ok' then
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end $$;

-- Confirms a challenge, if it is still open: 'ok', or why not.
create function store.confirm_challenge(
  p_token_hash bytea, p_now timestamptz, p_transfer_delay_seconds integer
) returns text language plpgsql set search_path = store, pg_temp as $$
declare
  v_challenge challenge;
begin
  select * into v_challenge from challenge where token_hash = p_token_hash;
  perform from account where xid = v_challenge.xid for update;
  select * into v_challenge from challenge
  where token_hash = p_token_hash and state = 'open' and expires_at > p_now and xid is not null
  for update;
  if not found then
    return 'challenge-void';
  end if;
  delete from outbox where token_hash = p_token_hash;

  if v_challenge.purpose = 'transfer' then
    if p_transfer_delay_seconds = 0 then
      return finish_transfer(v_challenge, p_now);
    end if;
    update challenge
    set state = 'confirmed', effective_at = p_now + make_interval(secs => p_transfer_delay_seconds)
    where token_hash = p_token_hash;
    perform notify_contact(v_challenge.xid, 'transfer-confirmed', p_now);
    return 'ok';
  end if;

  -- The contact that goes and the one that comes, if another account has it, in an order that two accounts which take
  -- each other's contact share.
  perform from contact
  where validated and (xid = v_challenge.xid or contact_hmac = v_challenge.contact_hmac)
  order by contact_hmac for update;
  begin
    perform void_challenges(v_challenge.xid, 'transfer');
    perform notify_contact(v_challenge.xid, 'contact-replaced', p_now);
    delete from contact where xid = v_challenge.xid and validated;
    update contact set validated = true, since = p_now
    where xid = v_challenge.xid and contact_hmac = v_challenge.contact_hmac;
  exception when unique_violation then
    -- Another account validated it first: this one keeps the contact it had.
    update challenge set state = 'void' where token_hash = p_token_hash;
    return 'fallback-in-use';
  end;
  update challenge set state = 'done' where token_hash = p_token_hash;
  return 'ok';
end $$;

-- Null contact: removes it. Any request that gets this far cancels a pending transfer.
create function store.update_fallback(
  p_key_id bytea, p_sender_xid bytea, p_request_key bytea, p_request_digest bytea, p_expires_at timestamptz,
  p_now timestamptz,
  p_contact_hmac bytea, p_contact_ciphertext bytea, p_contact_kind text,
  p_token_hash bytea, p_code_hash bytea, p_secret_ciphertext bytea, p_challenge_expires_at timestamptz,
  p_origin_hmac bytea,
  p_window_seconds integer, p_max_per_contact integer, p_max_per_key integer, p_max_per_origin integer
) returns store.answer language plpgsql security definer set search_path = store, pg_temp as $$
declare
  v_seen text := begin_request(p_request_key, p_request_digest, p_expires_at);
  v_too_often boolean := false;
  v_caller caller;
begin
  if v_seen is not null then
    return replay(v_seen, p_key_id, p_now);
  end if;
  if p_contact_hmac is not null then
    v_too_often := asked_too_often(
      'validation', p_contact_hmac, p_key_id, p_origin_hmac, p_now,
      p_window_seconds, p_max_per_contact, p_max_per_key, p_max_per_origin
    );
  end if;
  v_caller := identify(p_key_id, p_sender_xid, p_now, true);
  if v_caller.refusal is not null then
    return refuse(p_request_key, v_caller.refusal, v_caller.xid, p_now);
  end if;
  perform void_challenges(v_caller.xid, 'transfer');

  if p_contact_hmac is null then
    perform void_challenges(v_caller.xid, 'validation');
    perform notify_contact(v_caller.xid, 'contact-removed', p_now);
    delete from contact where xid = v_caller.xid;
    return accept(v_caller.xid, p_now);
  end if;
  perform from contact where xid = v_caller.xid and validated and contact_hmac = p_contact_hmac;
  if found then
    perform void_challenges(v_caller.xid, 'validation');
    delete from contact where xid = v_caller.xid and not validated;
    return accept(v_caller.xid, p_now);
  end if;
  if v_too_often then
    return refuse(p_request_key, 'rate-limited', v_caller.xid, p_now);
  end if;

  perform void_challenges(v_caller.xid, 'validation');
  insert into contact (xid, validated, contact_hmac, ciphertext, kind, since)
  values (v_caller.xid, false, p_contact_hmac, p_contact_ciphertext, p_contact_kind, p_now)
  on conflict (xid, validated) do update
  set contact_hmac = excluded.contact_hmac, ciphertext = excluded.ciphertext, kind = excluded.kind,
    since = excluded.since;
  insert into challenge (
    token_hash, code_hash, xid, purpose, key_id, contact_hmac, origin_hmac, request_key, created_at, expires_at
  ) values (
    p_token_hash, p_code_hash, v_caller.xid, 'validation', p_key_id, p_contact_hmac, p_origin_hmac, p_request_key,
    p_now, p_challenge_expires_at
  );
  insert into outbox (
    xid, kind, contact_hmac, contact_ciphertext, contact_kind, token_hash, secret_ciphertext,
    created_at, expires_at, next_attempt_at
  ) values (
    v_caller.xid, 'validation', p_contact_hmac, p_contact_ciphertext, p_contact_kind, p_token_hash,
    p_secret_ciphertext, p_now, p_challenge_expires_at, p_now
  );
  return accept(v_caller.xid, p_now);
end $$;

-- What the wallet set last, and whether it counts yet. All null: no contact.
create function store.retrieve_fallback(p_key_id bytea, p_sender_xid bytea, p_now timestamptz)
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
      select v_caller.refusal, null::bytea, store.transfer_pending(v_caller.xid, p_now),
        null::bytea, null::bytea, null::text, null::boolean;
    return;
  end if;
  select * into v_contact from contact c where c.xid = v_caller.xid order by c.validated limit 1;
  return query
    select 'ok', v_caller.xid, store.transfer_pending(v_caller.xid, p_now),
      v_contact.contact_hmac, v_contact.ciphertext, v_contact.kind, v_contact.validated;
end $$;

-- How a transfer stands, for the request that asked for it.
create function store.transfer_standing(
  p_outcome text, p_request_key bytea, p_key_id bytea, p_now timestamptz
) returns store.answer language plpgsql set search_path = store, pg_temp as $$
declare
  v_answer answer;
begin
  if p_outcome = 'processing' then
    perform from challenge
    where request_key = p_request_key and (state = 'confirmed' or state = 'open' and expires_at > p_now);
    return row(case when found then 'processing' else 'challenge-void' end, null, false)::answer;
  end if;
  v_answer := replay(p_outcome, p_key_id, p_now);
  if p_outcome = 'ok' and v_answer.account is null then
    -- Done, and the account has been deleted since.
    v_answer.outcome := 'unknown-account';
  end if;
  return v_answer;
end $$;

-- The standing of a transfer that this key has asked for. Changes nothing but what is due anyway.
create function store.look_up_transfer(
  p_key_id bytea, p_request_key bytea, p_request_digest bytea, p_now timestamptz
) returns text language plpgsql security definer set search_path = store, pg_temp as $$
declare
  v_outcome text;
begin
  perform settle_transfers(p_key_id, p_now);
  select outcome into v_outcome from seen_request where request_key = p_request_key and digest = p_request_digest;
  if not found then
    return 'challenge-void';
  end if;
  return (transfer_standing(v_outcome, p_request_key, p_key_id, p_now)).outcome;
end $$;

-- Asks the contact whether its account shall move to this key. The contact may be nobody's: then the same
-- work is done for a decoy, with the caller's own ciphertext, and whoever claims the message composes it and
-- does not send it. `contact_known` is for callers who must tell the difference; whoever answers the public must
-- not look at it.
create function store.fallback_transfer(
  p_key_id bytea, p_sender_xid bytea, p_request_key bytea, p_request_digest bytea, p_expires_at timestamptz,
  p_now timestamptz,
  p_contact_hmac bytea, p_contact_ciphertext bytea, p_contact_kind text,
  p_token_hash bytea, p_code_hash bytea, p_secret_ciphertext bytea, p_challenge_expires_at timestamptz,
  p_origin_hmac bytea,
  p_window_seconds integer, p_max_per_contact integer, p_max_per_key integer, p_max_per_origin integer,
  out outcome text, out account bytea, out contact_known boolean
) language plpgsql security definer set search_path = store, pg_temp as $$
declare
  v_seen text := begin_request(p_request_key, p_request_digest, p_expires_at);
  v_standing answer;
  v_xid bytea;
  -- The address as its owner wrote it: what a stranger writes may compare alike and be another mailbox.
  v_ciphertext bytea;
begin
  if v_seen is not null then
    if v_seen = 'processing' then
      perform settle_transfers(p_key_id, p_now);
      select s.outcome into v_seen from seen_request s where s.request_key = p_request_key;
    end if;
    v_standing := transfer_standing(v_seen, p_request_key, p_key_id, p_now);
    outcome := v_standing.outcome;
    account := v_standing.account;
    return;
  end if;
  outcome := 'processing';
  if asked_too_often(
    'transfer', p_contact_hmac, p_key_id, p_origin_hmac, p_now,
    p_window_seconds, p_max_per_contact, p_max_per_key, p_max_per_origin
  ) then
    outcome := 'rate-limited';
  end if;
  update seen_request s set outcome = fallback_transfer.outcome where s.request_key = p_request_key;
  if outcome = 'rate-limited' then
    return;
  end if;

  select c.xid into v_xid from contact c where c.contact_hmac = p_contact_hmac and c.validated;
  perform from account a where a.xid = coalesce(v_xid, p_key_id) for update;
  -- The contact may have been removed or the account deleted while we waited for the lock.
  select c.xid, c.ciphertext into v_xid, v_ciphertext from contact c
  where c.xid = v_xid and c.contact_hmac = p_contact_hmac and c.validated;
  contact_known := v_xid is not null;

  with voided as (
    update challenge c set state = 'void'
    where c.key_id = p_key_id and c.purpose = 'transfer' and c.state = 'open'
    returning c.token_hash
  )
  delete from outbox o where o.token_hash in (select token_hash from voided);
  insert into challenge (
    token_hash, code_hash, xid, purpose, key_id, contact_hmac, origin_hmac, request_key, created_at, expires_at
  ) values (
    p_token_hash, p_code_hash, v_xid, 'transfer', p_key_id, p_contact_hmac, p_origin_hmac, p_request_key, p_now,
    p_challenge_expires_at
  );
  insert into outbox (
    xid, kind, contact_hmac, contact_ciphertext, contact_kind, token_hash, secret_ciphertext,
    created_at, expires_at, next_attempt_at
  ) values (
    v_xid, 'transfer', p_contact_hmac, coalesce(v_ciphertext, p_contact_ciphertext), p_contact_kind, p_token_hash,
    p_secret_ciphertext, p_now, p_challenge_expires_at, p_now
  );
end $$;

-- The wallet's way to confirm: by typed code, or by the token of a challenge whose key it must be. A code
-- counts for the open transfer to this key and for the validation that the account with this current key has
-- asked for. A wrong one counts against all of them.
create function store.verify_fallback(
  p_key_id bytea, p_sender_xid bytea, p_request_key bytea, p_request_digest bytea, p_expires_at timestamptz,
  p_now timestamptz,
  p_code_hash bytea, p_token_hash bytea, p_max_tries integer, p_transfer_delay_seconds integer
) returns store.answer language plpgsql security definer set search_path = store, pg_temp as $$
declare
  v_seen text := begin_request(p_request_key, p_request_digest, p_expires_at);
  v_token_hash bytea := p_token_hash;
  v_outcome text;
  v_left integer;
  v_own bytea;
begin
  if v_seen is not null then
    return replay(v_seen, p_key_id, p_now);
  end if;
  perform settle_transfers(p_key_id, p_now);
  select xid into v_own from account_key where key_id = p_key_id and retired_at is null;
  if p_token_hash is not null then
    perform from challenge where token_hash = p_token_hash and key_id <> p_key_id;
    if found then
      return refuse(p_request_key, 'invalid-sender-key', null, p_now);
    end if;
  else
    -- The accounts first, as everywhere: confirming locks them too.
    perform from account
    where xid in (select xid from challenge where key_id = p_key_id and state = 'open')
    order by xid for update;
    perform from challenge where key_id = p_key_id and state = 'open' order by token_hash for update;
    select token_hash into v_token_hash from challenge
    where key_id = p_key_id and state = 'open' and expires_at > p_now
      and code_hash = p_code_hash and xid is not null;
    if not found then
      update challenge
      set tries = tries + 1, state = case when tries + 1 >= p_max_tries then 'void' else 'open' end
      where key_id = p_key_id and state = 'open' and expires_at > p_now;
      get diagnostics v_left = row_count;
      if v_left = 0 then
        return refuse(p_request_key, 'challenge-void', v_own, p_now);
      end if;
      perform from challenge where key_id = p_key_id and state = 'open' and expires_at > p_now;
      v_outcome := case when found then 'wrong-code' else 'too-many-attempts' end;
      return refuse(p_request_key, v_outcome, v_own, p_now);
    end if;
  end if;
  v_outcome := confirm_challenge(v_token_hash, p_now, p_transfer_delay_seconds);
  if v_outcome <> 'ok' then
    return refuse(p_request_key, v_outcome, v_own, p_now);
  end if;
  return replay('ok', p_key_id, p_now);
end $$;

-- What a link would do. Changes nothing. No row: no such challenge.
create function store.look_up_token(p_token_hash bytea, p_now timestamptz)
returns table (
  account bytea, key_id bytea, purpose text, contact_kind text, contact_ciphertext bytea, contact_hmac bytea,
  state text, expires_at timestamptz, effective_at timestamptz
) language sql stable security definer set search_path = store, pg_temp as $$
  select c.xid, c.key_id, c.purpose, k.kind, k.ciphertext, c.contact_hmac,
    case when c.state = 'open' and c.expires_at <= p_now then 'void' else c.state end,
    c.expires_at, c.effective_at
  from challenge c
  left join contact k on k.xid = c.xid and k.contact_hmac = c.contact_hmac
  where c.token_hash = p_token_hash and c.xid is not null
$$;

-- The web page's way to confirm. Pressing the button twice is fine.
create function store.confirm_by_token(
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
