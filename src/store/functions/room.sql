-- Room: how many newcomers networks may send, and whether the database may grow.

-- Until when the caller's networks may send no further newcomer; null: they may now. Networks are 32 bytes each, the narrowest
-- first, and each counts as four of the one before it. Null networks or maximum: nobody counts.
create or replace function store.newcomers_until(p_newcomer_networks bytea, p_max_newcomers integer, p_now timestamptz)
returns timestamptz language plpgsql stable security definer set search_path = store, pg_temp as $$
begin
  return (
    select max(came.at) + interval '1 hour'
    from split_ids(p_newcomer_networks) network
    cross join lateral (
      select n.came_at as at from newcomer n
      where n.network_hmac = network.id and n.came_at > p_now - interval '1 hour'
      order by n.came_at desc offset p_max_newcomers * (4 ^ network.place)::integer - 1 limit 1
    ) came
    where p_max_newcomers is not null
  );
end $$;

-- Newcomers that come at the same time do not see each other, so there may be one more for each statement under way. To make
-- them wait for each other would let one network hold up the calls of others that share a statement.
create or replace function store.count_newcomer(p_newcomer_networks bytea, p_now timestamptz)
returns void language plpgsql as $$
begin
  insert into newcomer (network_hmac, came_at) select id, p_now from split_ids(p_newcomer_networks);
end $$;

create or replace function store.is_full()
returns boolean language plpgsql stable as $$
begin
  return exists (select 1 from server s where s.is_full);
end $$;

create or replace function store.database_bytes()
returns double precision language plpgsql stable as $$
begin
  return pg_database_size(current_database());
end $$;

-- Decides for all servers whether there is room, by what only a server knows of the disk and by the size of the database, and
-- tells both. Null maximum: any size. Sizes are no bigint, which drivers read in different ways.
create or replace function store.judge_room(
  p_max_total_bytes double precision, p_disk_is_short boolean, out is_full boolean, out total_bytes double precision
) language plpgsql security definer set search_path = store, pg_temp as $$
begin
  total_bytes := database_bytes();
  is_full := p_disk_is_short or coalesce(total_bytes >= p_max_total_bytes, false);
  update server s set is_full = judge_room.is_full where s.is_full <> judge_room.is_full;
end $$;
