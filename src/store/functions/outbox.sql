-- Handing out messages to send.

-- The messages of a class that are due, locked. An array, not a list: a planner that does not know the limit expects to need a
-- tenth of the outbox, and would read all of it for the sake of a few rows.
create or replace function store.due_messages(
  p_class text, p_contact_kinds text, p_limit integer, p_now timestamptz
) returns uuid[] language plpgsql as $$
begin
  return array(
    select due.message_id
    from unnest(string_to_array(p_contact_kinds, ',')) kinds (contact_kind)
    cross join lateral (
      select o.message_id, o.next_attempt_at from outbox o
      where o.contact_kind = kinds.contact_kind and o.class = p_class
        and o.next_attempt_at <= p_now and o.expires_at > p_now
      order by o.next_attempt_at limit greatest(p_limit, 0) for update skip locked
    ) due
    order by due.next_attempt_at limit greatest(p_limit, 0)
  );
end $$;

-- Claims wait for each other.
create or replace function store.lock_claims()
returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock(53324, 0);
end $$;

-- Adds to the count of messages that were handed to senders.
create or replace function store.count_messages(p_class text, p_count integer, p_now timestamptz)
returns void language plpgsql as $$
begin
  insert into message_count (minute, class, count) values (date_trunc('minute', p_now), p_class, p_count)
  on conflict (minute, class) do update set count = message_count.count + excluded.count;
end $$;

-- How many messages any hour that ends now can have had. It begins with a whole minute, so it is up to a minute longer.
create or replace function store.messages_of_hour(p_now timestamptz)
returns integer language plpgsql stable as $$
begin
  return coalesce(
    (select sum(count) from message_count where minute > p_now - interval '61 minutes' and class <> 'decoy'), 0
  );
end $$;

-- When the first messages of the hour are no longer of it.
create or replace function store.hour_is_over_at(p_now timestamptz)
returns timestamptz language plpgsql stable as $$
begin
  return (
    select min(minute) + interval '61 minutes' from message_count
    where minute > p_now - interval '61 minutes' and class <> 'decoy' and count > 0
  );
end $$;

-- Takes messages to these kinds of contacts that are due, for `p_lease_seconds`: so many codes, notices and decoys at most,
-- and of each class only while all messages of the hour are fewer than its maximum. A sender that dies leaves them to the
-- next one, so a message may go out twice but is not lost.
--
-- `hour_total` says how many messages the hour has had then, exactly: see lock_claims.
create or replace function store.claim_messages(
  p_now timestamptz, p_contact_kinds text, p_codes integer, p_notices integer, p_decoys integer,
  p_lease_seconds integer, p_max_transfers integer, p_max_validations integer, p_max_notices integer
) returns table (
  message_id text, class text, topic text, account bytea, contact_hmac bytea, contact_ciphertext bytea,
  contact_kind text, secret_ciphertext bytea, times integer, created_at timestamptz, expires_at timestamptz,
  attempts integer, hour_total integer
) language plpgsql security definer set search_path = store, pg_temp as $$
declare
  v_total integer;
  v_taken uuid[];
  v_all uuid[] := '{}';
  v_class text;
  v_limit integer;
  v_maximum integer;
begin
  perform lock_claims();
  v_total := messages_of_hour(p_now);
  for v_class, v_limit, v_maximum in
    values ('transfer', p_codes, p_max_transfers), ('validation', p_codes, p_max_validations),
      ('notice', p_notices, p_max_notices), ('decoy', p_decoys, null)
  loop
    -- Codes of both purposes share the senders, which transfers come first to.
    if v_class = 'validation' then
      v_limit := v_limit - cardinality(v_taken);
    end if;
    v_taken := due_messages(v_class, p_contact_kinds, least(v_limit, v_maximum - v_total), p_now);
    if cardinality(v_taken) > 0 then
      perform count_messages(v_class, cardinality(v_taken), p_now);
      v_all := v_all || v_taken;
      v_total := v_total + case v_class when 'decoy' then 0 else cardinality(v_taken) end;
    end if;
  end loop;
  return query
    update outbox o
    set attempts = o.attempts + 1, next_attempt_at = p_now + make_interval(secs => p_lease_seconds)
    where o.message_id = any (v_all)
    returning o.message_id::text, o.class, o.topic, o.xid, o.contact_hmac, o.contact_ciphertext, o.contact_kind,
      o.secret_ciphertext, o.times, o.created_at, o.expires_at, o.attempts, v_total;
end $$;

-- Sent, or given up: nothing of it stays.
create or replace function store.finish_message(p_message_id text)
returns void language plpgsql security definer set search_path = store, pg_temp as $$
begin
  delete from outbox where message_id = p_message_id::uuid;
end $$;

-- Not sent, and due again later.
create or replace function store.fail_message(
  p_message_id text, p_next_attempt_at timestamptz, p_now timestamptz
) returns void language plpgsql security definer set search_path = store, pg_temp as $$
declare
  v_class text;
begin
  update outbox set next_attempt_at = p_next_attempt_at where message_id = p_message_id::uuid returning class into v_class;
  if found then
    perform count_messages(v_class, -1, p_now);
  end if;
end $$;
