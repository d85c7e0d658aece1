-- Forgetting what is over.

-- The accounts whose transfers are due, those of them that nobody has locked. They are locked from now on.
create or replace function store.due_accounts(p_now timestamptz, p_limit integer)
returns bytea[] language plpgsql as $$
begin
  return array(
    select a.xid from challenge c join account a on a.xid = c.xid
    where c.state = 'confirmed' and c.effective_at <= p_now
    order by c.effective_at limit p_limit for update of a skip locked
  );
end $$;

-- Requests whose time is over: how many, and up to which date the past is to be closed for it. They are deleted where they lie,
-- which was found by the index of ends: by their keys, which are random, each would be looked up all over an index as large as
-- all that is remembered. A row that has moved meanwhile stays for the next time.
create or replace function store.prune_requests(
  p_now timestamptz, p_limit integer, out requests integer, out closed_until timestamptz
) language plpgsql as $$
begin
  with gone as (
    delete from seen_request where ctid = any (array(
      select s.ctid from seen_request s where s.expires_at < p_now
      order by s.expires_at limit p_limit for update skip locked
    )) returning coalesce(dated_at, expires_at - interval '24 hours 5 minutes') as dated_at
  )
  select count(*), max(dated_at) into requests, closed_until from gone;
end $$;

create or replace function store.prune_challenges(p_now timestamptz, p_limit integer)
returns integer language plpgsql as $$
declare
  v_count integer;
begin
  delete from challenge where token_hash in (
    select c.token_hash from challenge c
    where c.expires_at < p_now - interval '1 day' and c.state <> 'confirmed'
    order by c.expires_at limit p_limit for update skip locked
  );
  get diagnostics v_count = row_count;
  return v_count;
end $$;

-- Closes the past for all requests whose time is over, before they are forgotten. Here prune does both at once.
create or replace function store.close_over(p_now timestamptz)
returns void language plpgsql security definer set search_path = store, pg_temp as $$
begin
end $$;

-- When a server last forgot what is over.
create or replace function store.note_pruning(p_now timestamptz)
returns void language plpgsql as $$
begin
  update server s set pruned_at = p_now where s.one in (
    select r.one from server r where r.pruned_at is null or r.pruned_at < p_now for update skip locked
  );
end $$;

-- Forgets, at most `p_limit` of each kind at a time, what is over: requests outside their date window,
-- messages and challenges. Challenges stay for a day after their end, because the limits per contact count
-- them. Transfers that nobody has looked at since they fell due take effect. Requests that are forgotten stay over: the horizon
-- moves with them, and no request of their dates runs again, also when the clock turns out to have been fast. What the release
-- before has remembered tells no date; that release forgot after a day and five minutes, unless it was told otherwise. Null
-- seconds: the audit is kept.
create or replace function store.prune(p_now timestamptz, p_limit integer, p_audit_keep_seconds integer default null)
returns table (requests integer, challenges integer, messages integer, transfers integer, events integer)
language plpgsql security definer set search_path = store, pg_temp as $$
declare
  v_closed_until timestamptz;
begin
  transfers := finish_due_transfers(due_accounts(p_now, p_limit), p_now);
  select p.requests, p.closed_until into requests, v_closed_until from prune_requests(p_now, p_limit) p;
  challenges := prune_challenges(p_now, p_limit);
  delete from outbox where message_id in (
    select o.message_id from outbox o where o.expires_at < p_now
    order by o.expires_at limit p_limit for update skip locked
  );
  get diagnostics messages = row_count;
  delete from notice where message_id in (
    select n.message_id from notice n where n.due_at < p_now - interval '1 hour'
    order by n.due_at limit p_limit for update skip locked
  );
  delete from newcomer where newcomer_id in (
    select n.newcomer_id from newcomer n where n.came_at < p_now - interval '1 hour'
    order by n.came_at limit p_limit for update skip locked
  );
  delete from message_count where (minute, class) in (
    select m.minute, m.class from message_count m where m.minute < p_now - interval '2 hours' for update skip locked
  );
  delete from audit_event where (account, event, hour) in (
    select e.account, e.event, e.hour from audit_event e
    where e.last_at < p_now - make_interval(secs => p_audit_keep_seconds)
    order by e.last_at limit p_limit for update skip locked
  );
  get diagnostics events = row_count;
  perform note_pruning(p_now);
  -- The last lock: others who prune wait for it, and nobody who waits for anything has it.
  perform close_until(v_closed_until, null) where v_closed_until is not null;
  return next;
end $$;
