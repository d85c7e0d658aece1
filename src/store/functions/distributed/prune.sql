-- Forgetting what is over, on several nodes.

create or replace function store.due_accounts(p_now timestamptz, p_limit integer)
returns bytea[] language plpgsql as $$
declare
  v_xid bytea;
  v_locked bytea[] := '{}';
begin
  for v_xid in
    select xid from challenge
    where state = 'confirmed' and effective_at <= p_now and xid is not null
    order by effective_at limit p_limit
  loop
    perform 1 from account where xid = v_xid for update skip locked;
    if found then
      v_locked := v_locked || v_xid;
    end if;
  end loop;
  return v_locked;
end $$;

-- Nodes commit one after the other, so what is forgotten might be gone on one before the past is closed on another. Hence this
-- forgets only what lies in the past that is closed on all, see close_over.
create or replace function store.prune_requests(
  p_now timestamptz, p_limit integer, out requests integer, out closed_until timestamptz
) language plpgsql as $$
declare
  v_places bytea[];
  v_names bytea[];
  v_places_of_shard bytea[];
  v_names_of_shard bytea[];
  v_count integer;
begin
  requests := 0;
  select h.closed_until into closed_until from horizon h;
  select array_agg(place), array_agg(request_key) into v_places, v_names from (
    select s.place, s.request_key from seen_request s
    where s.expires_at < p_now and coalesce(s.dated_at, s.expires_at - interval '24 hours 5 minutes') <= closed_until
    order by s.expires_at limit p_limit
  ) over;
  for v_places_of_shard, v_names_of_shard in
    select array_agg(place), array_agg(name) from unnest(v_places, v_names) over(place, name)
    group by get_shard_id_for_distribution_column('store.seen_request', place)
  loop
    delete from seen_request where place = any (v_places_of_shard) and (place, request_key) in (
      select s.place, s.request_key from seen_request s
      where s.place = any (v_places_of_shard) and s.request_key = any (v_names_of_shard) for update skip locked
    );
    get diagnostics v_count = row_count;
    requests := requests + v_count;
  end loop;
  update distribution set earlier_until = null
  where earlier_until is not null and requests > 0 and not exists (select 1 from seen_request where place = request_key);
end $$;

create or replace function store.close_over(p_now timestamptz)
returns void language plpgsql security definer set search_path = store, pg_temp as $$
declare
  v_until timestamptz := (
    select max(coalesce(s.dated_at, s.expires_at - interval '24 hours 5 minutes')) from seen_request s
    where s.expires_at < p_now
  );
begin
  perform close_until(v_until, null) where v_until is not null;
end $$;

create or replace function store.prune_challenges(p_now timestamptz, p_limit integer)
returns integer language plpgsql as $$
declare
  v_count integer;
  v_xids bytea[];
  v_xid bytea;
begin
  with gone as (
    delete from challenge where token_hash in (
      select c.token_hash from challenge c
      where c.expires_at < p_now - interval '1 day' and c.state <> 'confirmed'
      order by c.expires_at limit p_limit for update skip locked
    ) returning xid
  )
  select count(*), coalesce(array_agg(distinct xid) filter (where xid is not null), '{}') into v_count, v_xids from gone;
  foreach v_xid in array v_xids loop
    -- One that is locked stays as it is: it is looked at closely for longer than it would have to be.
    perform 1 from account where xid = v_xid and has_challenges for update skip locked;
    perform note_challenges(v_xid) where found and try_lock_challenges_of(v_xid);
  end loop;
  return v_count;
end $$;

-- A table that every node has is not locked row by row.
create or replace function store.note_pruning(p_now timestamptz)
returns void language plpgsql as $$
begin
  update server set pruned_at = p_now where pruned_at is null or pruned_at < p_now;
end $$;
