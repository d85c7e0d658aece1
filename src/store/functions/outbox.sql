-- Handing out messages to send.

-- Takes messages that are due, for `p_lease_seconds`. A sender that dies leaves them to the next one, so a
-- message may go out twice but is not lost. (An array, not a list: a planner that does not know the limit expects to need a
-- tenth of the outbox, and would read all of it for the sake of a few rows.)
create or replace function store.claim_messages(p_now timestamptz, p_limit integer, p_lease_seconds integer)
returns table (
  message_id text, topic text, account bytea, contact_hmac bytea, contact_ciphertext bytea, contact_kind text,
  secret_ciphertext bytea, created_at timestamptz, expires_at timestamptz, attempts integer
) language plpgsql security definer set search_path = store, pg_temp as $$
begin
  return query
    update outbox o
    set attempts = o.attempts + 1, next_attempt_at = p_now + make_interval(secs => p_lease_seconds)
    where o.message_id = any (array(
      select d.message_id from outbox d where d.next_attempt_at <= p_now and d.expires_at > p_now
      order by d.next_attempt_at limit p_limit for update skip locked
    ))
    returning o.message_id::text, o.topic, o.xid, o.contact_hmac, o.contact_ciphertext, o.contact_kind,
      o.secret_ciphertext, o.created_at, o.expires_at, o.attempts;
end $$;

-- Sent: nothing of it stays.
create or replace function store.finish_message(p_message_id text)
returns void language plpgsql security definer set search_path = store, pg_temp as $$
begin
  delete from outbox where message_id = p_message_id::uuid;
end $$;

create or replace function store.fail_message(p_message_id text, p_next_attempt_at timestamptz)
returns void language plpgsql security definer set search_path = store, pg_temp as $$
begin
  update outbox set next_attempt_at = p_next_attempt_at where message_id = p_message_id::uuid;
end $$;
