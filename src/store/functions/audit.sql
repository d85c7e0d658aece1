-- The audit: writing down what happens to accounts, for the operator's log and command.

-- Writes an event down in the transaction of what it tells. `p_subject` is the account, which is locked; or what stands in its
-- place, in a row that looks and costs the same: the contact of a decoy. The last thing that a transaction locks.
create or replace function store.audit(p_subject bytea, p_event text, p_now timestamptz)
returns void language plpgsql as $$
begin
  insert into audit_event (account, event, hour, first_at, last_at, times)
  values (
    coalesce(left(encode(sha256(p_subject), 'hex'), 16), ''), p_event, date_bin('1 hour', p_now, to_timestamp(0)),
    p_now, p_now, 1
  )
  on conflict (account, event, hour) do update set times = audit_event.times + 1, last_at = excluded.last_at;
end $$;

-- The same for a limit that was hit, once a second: a flood hits it all the time. Null subject: whoever hit it has no account.
-- All those share a row, and whoever finds another at it goes on without.
create or replace function store.audit_limit(p_subject bytea, p_event text, p_now timestamptz)
returns void language plpgsql as $$
begin
  perform 1 from audit_event
  where account = coalesce(left(encode(sha256(p_subject), 'hex'), 16), '') and event = p_event
    and hour = date_bin('1 hour', p_now, to_timestamp(0)) and last_at > p_now - interval '1 second';
  if not found and (p_subject is not null or pg_try_advisory_xact_lock(53326, hashtext(p_event))) then
    perform audit(p_subject, p_event, p_now);
  end if;
end $$;

-- Events that the log has not told yet, which count as told from now on. `times`: how often since it was last told.
create or replace function store.claim_audit(p_limit integer)
returns table (account text, event text, happened_at timestamptz, times integer)
language plpgsql security definer set search_path = store, pg_temp as $$
begin
  return query
    with untold as (
      select e.account, e.event, e.hour, e.logged from audit_event e
      where e.times > e.logged order by e.last_at limit p_limit for update skip locked
    )
    update audit_event e set logged = e.times from untold u
    where e.account = u.account and e.event = u.event and e.hour = u.hour
    returning e.account, e.event, e.last_at, e.times - u.logged;
end $$;
