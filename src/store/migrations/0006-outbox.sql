-- Handing out messages to send, and forgetting what is over.

-- Takes messages that are due, for `p_lease_seconds`. A sender that dies leaves them to the next one, so a
-- message may go out twice but is not lost. (An array, not a list: a planner that does not know the limit expects to need a
-- tenth of the outbox, and would read all of it for the sake of a few rows.)
create function store.claim_messages(p_now timestamptz, p_limit integer, p_lease_seconds integer)
returns table (
  message_id text, kind text, account bytea, contact_hmac bytea, contact_ciphertext bytea, contact_kind text,
  secret_ciphertext bytea, created_at timestamptz, expires_at timestamptz, attempts integer
) language sql security definer set search_path = store, pg_temp as $$
  update outbox o
  set attempts = o.attempts + 1, next_attempt_at = p_now + make_interval(secs => p_lease_seconds)
  where o.message_id = any (array(
    select d.message_id from outbox d where d.next_attempt_at <= p_now and d.expires_at > p_now
    order by d.next_attempt_at limit p_limit for update skip locked
  ))
  returning o.message_id::text, o.kind, o.xid, o.contact_hmac, o.contact_ciphertext, o.contact_kind,
    o.secret_ciphertext, o.created_at, o.expires_at, o.attempts
$$;

-- Sent: nothing of it stays.
create function store.finish_message(p_message_id text)
returns void language sql security definer set search_path = store, pg_temp as $$
  delete from outbox where message_id = p_message_id::uuid
$$;

create function store.fail_message(p_message_id text, p_next_attempt_at timestamptz)
returns void language sql security definer set search_path = store, pg_temp as $$
  update outbox set next_attempt_at = p_next_attempt_at where message_id = p_message_id::uuid
$$;

-- Forgets, at most `p_limit` of each kind at a time, what is over: requests outside their date window,
-- messages and challenges. Challenges stay for a day after their end, because the limits per contact count
-- them. Transfers that nobody has looked at since they fell due take effect.
create function store.prune(p_now timestamptz, p_limit integer)
returns table (requests integer, challenges integer, messages integer, transfers integer)
language plpgsql security definer set search_path = store, pg_temp as $$
begin
  transfers := settle_transfers(null, p_now, p_limit);
  delete from seen_request where request_key in (
    select s.request_key from seen_request s where s.expires_at < p_now
    order by s.expires_at limit p_limit for update skip locked
  );
  get diagnostics requests = row_count;
  delete from challenge where token_hash in (
    select c.token_hash from challenge c
    where c.expires_at < p_now - interval '1 day' and c.state <> 'confirmed'
    order by c.expires_at limit p_limit for update skip locked
  );
  get diagnostics challenges = row_count;
  delete from outbox where message_id in (
    select o.message_id from outbox o where o.expires_at < p_now
    order by o.expires_at limit p_limit for update skip locked
  );
  get diagnostics messages = row_count;
  return next;
end $$;
