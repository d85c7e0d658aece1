-- The contact of an account: setting it, reading it, and telling it what happens.

-- Tells the account's validated contact that something has changed. No contact, no message.
create or replace function store.notify_contact(p_xid bytea, p_topic text, p_now timestamptz)
returns void language plpgsql as $$
begin
  insert into outbox (
    xid, topic, contact_hmac, contact_ciphertext, contact_kind, created_at, expires_at, next_attempt_at
  )
  select xid, p_topic, contact_hmac, ciphertext, kind, p_now, p_now + interval '7 days', p_now
  from contact where xid = p_xid and validated;
end $$;

-- Null contact: removes it. Any request that gets this far cancels a pending transfer.
create or replace function store.update_fallback(
  p_key_id bytea, p_sender_xid bytea, p_request_key bytea, p_request_digest bytea, p_expires_at timestamptz,
  p_now timestamptz,
  p_contact_hmac bytea, p_contact_ciphertext bytea, p_contact_kind text,
  p_token_hash bytea, p_code_hash bytea, p_secret_ciphertext bytea, p_challenge_expires_at timestamptz,
  p_network_hmac bytea,
  p_window_seconds integer, p_max_per_contact integer, p_max_per_key integer, p_max_per_network integer
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
      'validation', p_contact_hmac, p_key_id, p_network_hmac, p_now,
      p_window_seconds, p_max_per_contact, p_max_per_key, p_max_per_network
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
  perform 1 from contact where xid = v_caller.xid and validated and contact_hmac = p_contact_hmac;
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
  perform ask_contact(
    v_caller.xid, 'validation', p_key_id, p_request_key, p_now,
    p_contact_hmac, p_contact_ciphertext, p_contact_kind,
    p_token_hash, p_code_hash, p_secret_ciphertext, p_challenge_expires_at, p_network_hmac
  );
  return accept(v_caller.xid, p_now);
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
