-- The transfer of an account to another key, from the challenge that asks for it to its effect.
--
-- A challenge goes  open -> done  (validation, or transfer without delay),  open -> confirmed -> done  (with
-- delay), and from open or confirmed to void. A decoy is a transfer without account: it ages, counts wrong
-- tries and ends like any other, so that asking tells nobody whether a contact is known.

create or replace function store.transfer_pending(p_xid bytea, p_now timestamptz)
returns boolean language plpgsql stable as $$
begin
  return exists (
    select 1 from challenge
    where xid = p_xid and purpose = 'transfer'
      and (state = 'confirmed' or state = 'open' and expires_at > p_now)
  );
end $$;

-- The same, for the account whose current key this is; for everybody else false.
create or replace function store.is_transfer_pending(p_key_id bytea, p_now timestamptz)
returns boolean language plpgsql stable security definer set search_path = store, pg_temp as $$
begin
  return transfer_pending(account_of(p_key_id), p_now);
end $$;

-- Puts a confirmed transfer into effect; its account is locked. The request that asked for
-- the transfer gets its outcome moved, since asking it again tells how the transfer stands.
create or replace function store.finish_transfer(p_challenge store.challenge, p_now timestamptz)
returns text language plpgsql as $$
declare
  v_outcome text := 'ok';
begin
  -- First, since a change of the key voids all transfers that are under way.
  update challenge set state = 'done' where token_hash = p_challenge.token_hash;
  if not change_key(p_challenge.xid, p_challenge.key_id, true, p_now) then
    v_outcome := 'key-in-use';
    update challenge set state = 'void' where token_hash = p_challenge.token_hash;
  end if;
  perform audit(p_challenge.xid, case v_outcome when 'ok' then 'transfer-done' else 'transfer-cancelled' end, p_now);
  perform record_outcome(p_challenge.key_id, p_challenge.request_key, v_outcome);
  return v_outcome;
end $$;

-- Whether the waiting time of a transfer is over that concerns this key, or the account that it belongs to.
create or replace function store.is_due(p_key_id bytea, p_xid bytea, p_now timestamptz)
returns boolean language plpgsql stable as $$
begin
  return exists (
    select 1 from challenge
    where state = 'confirmed' and effective_at <= p_now and xid is not null and (key_id = p_key_id or xid = p_xid)
  );
end $$;

-- The same for whoever does not know the account.
create or replace function store.transfer_due(p_key_id bytea, p_now timestamptz)
returns boolean language plpgsql stable as $$
begin
  return exists (
    select 1 from challenge
    where state = 'confirmed' and effective_at <= p_now and xid is not null
      and (key_id = p_key_id or xid = (select k.xid from account_key k where k.key_id = p_key_id))
  );
end $$;

-- Lets the due transfers of locked accounts take effect, of each account the earliest. Returns how many did.
create or replace function store.finish_due_transfers(p_xids bytea[], p_now timestamptz)
returns integer language plpgsql as $$
declare
  v_due challenge;
  v_count integer := 0;
begin
  perform lock_challenges_of(xid) from unnest(p_xids) xid;
  for v_due in
    select * from challenge where state = 'confirmed' and effective_at <= p_now and xid = any (p_xids)
    order by effective_at for update
  loop
    -- One that takes effect voids the others of its account, which were read before.
    perform 1 from challenge where token_hash = v_due.token_hash and state = 'confirmed';
    if found and finish_transfer(v_due, p_now) = 'ok' then
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end $$;

-- The store calls it when a function has answered 'transfer-due': transfers take effect when somebody next looks.
create or replace function store.settle_transfers(p_key_id bytea, p_now timestamptz)
returns void language plpgsql security definer set search_path = store, pg_temp as $$
declare
  v_xid bytea := (select xid from account_key where key_id = p_key_id);
  v_xids bytea[] := array(
    select xid from challenge
    where state = 'confirmed' and effective_at <= p_now and (key_id = p_key_id or xid = v_xid)
  );
begin
  if v_xids = '{}' then
    perform await_change(p_key_id, v_xid);
  else
    perform finish_due_transfers(lock_accounts(v_xids, null, null), p_now);
  end if;
end $$;

-- The state of a transfer, for the request that asked for it.
create or replace function store.transfer_state(
  p_outcome text, p_request_key bytea, p_key_id bytea, p_now timestamptz
) returns store.answer language plpgsql as $$
declare
  v_answer answer;
begin
  if p_outcome = 'processing' then
    perform 1 from challenge
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

-- The state of a transfer that this key has asked for. Changes nothing.
create or replace function store.look_up_transfer(
  p_key_id bytea, p_request_key bytea, p_request_digest bytea, p_now timestamptz, out outcome text
) language plpgsql stable security definer set search_path = store, pg_temp as $$
begin
  if transfer_due(p_key_id, p_now) then
    outcome := 'transfer-due';
    return;
  end if;
  outcome := recorded_outcome(p_key_id, p_request_key, p_request_digest);
  outcome := case
    when outcome is null then 'challenge-void'
    else (transfer_state(outcome, p_request_key, p_key_id, p_now)).outcome
  end;
end $$;

-- The work that an account costs, for a contact that nobody has: a row's lock, and the look whether the account exists that the
-- challenge names. Else the answer for a known contact would come some thirty microseconds later, and time would tell.
create or replace function store.feign_account(p_key_id bytea, p_request_key bytea, p_contact_hmac bytea)
returns void language plpgsql as $$
begin
  perform 1 from seen_request s where s.request_key = p_request_key for update;
  perform 1 from account a where a.xid = p_contact_hmac for key share;
  perform 1 from contact c where c.xid = p_contact_hmac and c.contact_hmac = p_request_key and c.validated;
  perform s.digest from seen_request s where s.request_key = p_request_key;
end $$;

-- Asks the contact whether its account shall move to this key. The contact may be nobody's: then the same
-- work is done for a decoy, with the caller's own ciphertext, and whoever claims the message composes it and
-- does not send it. `contact_known` is for callers who must tell the difference; whoever answers the public must
-- not look at it. A key that an account has or has retired is refused before any message, since nothing could come
-- of it; who signs with a key may know what became of it. `retry_after`: when the contact may be asked again, beside 'rate-limited'.
-- `effective_at`: from when on the key has the account, beside 'processing' once the contact has confirmed.
create or replace function store.fallback_transfer(
  p_key_id bytea, p_sender_xid bytea, p_request_key bytea, p_request_digest bytea, p_expires_at timestamptz,
  p_now timestamptz,
  p_contact_hmac bytea, p_contact_ciphertext bytea, p_contact_kind text, p_mailbox_hmac bytea,
  p_token_hash bytea, p_code_hash bytea, p_secret_ciphertext bytea, p_challenge_expires_at timestamptz,
  p_network_hmac bytea,
  p_window_seconds integer, p_max_per_contact integer, p_max_per_contact_and_network integer, p_max_per_key integer,
  p_max_per_network integer, p_max_messages integer,
  p_newcomer_networks bytea default null, p_max_newcomers integer default null, p_dated_at timestamptz default null,
  p_data_key integer default 0, p_former_contact_hmac bytea default null, p_former_secret_ciphertext bytea default null,
  out outcome text, out account bytea, out contact_known boolean, out retry_after timestamptz,
  out effective_at timestamptz
) language plpgsql security definer set search_path = store, pg_temp as $$
declare
  v_seen text;
  v_state answer;
  v_xid bytea;
  v_locked bytea[];
  v_is_locked boolean;
  -- The address as its owner wrote it: what a stranger writes may compare alike and be another mailbox.
  v_ciphertext bytea;
  -- The name that its row has: during a rekey, maybe the one under the former data key.
  v_hmac bytea;
begin
  perform lock_challenges(p_mailbox_hmac, p_key_id, p_network_hmac);
  v_xid := account_of_contact(p_contact_hmac, p_former_contact_hmac);
  v_locked := lock_accounts(array[coalesce(v_xid, p_contact_hmac)], null, p_key_id);
  v_seen := begin_change(
    p_key_id, p_key_id, p_request_key, p_request_digest, p_expires_at, p_dated_at, p_now, p_newcomer_networks,
    p_max_newcomers
  );
  if v_seen is not null then
    if v_seen = 'processing' and transfer_due(p_key_id, p_now) then
      outcome := 'transfer-due';
      return;
    end if;
    v_state := transfer_state(v_seen, p_request_key, p_key_id, p_now);
    outcome := v_state.outcome;
    account := v_state.account;
    if outcome = 'processing' then
      select c.effective_at into effective_at from challenge c
      where c.request_key = p_request_key and c.state = 'confirmed';
    end if;
    return;
  end if;
  if not is_newest_data_key(p_data_key) then
    outcome := (refuse(p_key_id, p_request_key, 'other-data-key', null, p_now)).outcome;
    return;
  end if;
  perform 1 from account_key k where k.key_id = p_key_id;
  if found then
    outcome := (refuse(p_key_id, p_request_key, 'key-in-use', null, p_now)).outcome;
    return;
  end if;
  retry_after := challenged_too_often_until(
    'transfer', p_mailbox_hmac, p_key_id, p_network_hmac, p_now, p_window_seconds, p_max_per_contact,
    p_max_per_contact_and_network, p_max_per_key, p_max_per_network, p_max_messages
  );
  if retry_after is not null then
    perform forget_request(p_key_id, p_request_key);
    -- Nobody's, whoever has the contact: else the refusal would take longer for one that is known.
    perform audit_limit(null, 'limit-challenges', p_now);
    outcome := 'rate-limited';
    return;
  end if;
  outcome := 'processing';
  perform record_outcome(p_key_id, p_request_key, outcome);

  v_xid := account_of_contact(p_contact_hmac, p_former_contact_hmac);
  perform 1 from account a
  where a.xid = coalesce(v_xid, p_contact_hmac) and (a.key_id >= p_key_id or a.xid = any (v_locked)) for update;
  v_is_locked := found;
  -- The contact may have been removed or the account deleted while we waited for the lock.
  select c.xid, c.ciphertext, c.contact_hmac into v_xid, v_ciphertext, v_hmac from contact c
  where c.xid = v_xid and c.contact_hmac in (p_contact_hmac, p_former_contact_hmac) and c.validated;
  contact_known := v_xid is not null;
  if contact_known and not v_is_locked then
    -- It comes before our key, and is not what we found at first: we begin anew.
    perform forget_request(p_key_id, p_request_key);
    outcome := 'transfer-due';
    return;
  end if;
  if not contact_known then
    perform feign_account(p_key_id, p_request_key, p_contact_hmac);
  end if;

  with voided as (
    update challenge c set state = 'void'
    where c.key_id = p_key_id and c.purpose = 'transfer' and c.state = 'open'
    returning c.token_hash
  )
  delete from outbox o where o.token_hash in (select token_hash from voided);
  perform ask_contact(
    v_xid, 'transfer', p_key_id, p_request_key, p_now,
    coalesce(v_hmac, p_contact_hmac), coalesce(v_ciphertext, p_contact_ciphertext), p_contact_kind, p_mailbox_hmac,
    p_token_hash, p_code_hash,
    -- The ciphertext is bound to the name beside it.
    case when v_hmac = p_former_contact_hmac then p_former_secret_ciphertext else p_secret_ciphertext end,
    p_challenge_expires_at, p_network_hmac, p_data_key
  );
  perform audit(coalesce(v_xid, p_contact_hmac), 'transfer-asked', p_now);
end $$;
