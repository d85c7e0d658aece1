-- Accounts, and what belongs to them, where they lie on several nodes.
--
-- The functions of this folder replace those of the same names. All others are the same on one node and on several: each of
-- their statements asks one shard, by the column that its table is distributed by, or tables that every node has whole.

create or replace function store.account_of(p_key_id bytea)
returns bytea language plpgsql stable as $$
declare
  v_xid bytea := (select xid from account_key where key_id = p_key_id);
begin
  return (select xid from account where xid = v_xid and key_id = p_key_id);
end $$;

-- Advisory locks are a node's own. So those of a key are taken on the node where the key's row lies, or would lie: wherever
-- this file counts rows of account_key beside a lock, the count is there to send the call to that node.

-- A change that is decided becomes visible on one node after the other; where a node has crashed, only once it has come back and
-- settled what it had prepared. Until then the change keeps its locks there: the one of a key that is given, and the account's
-- row. The account may have a key that comes before this one in the order of locks, so nothing is waited for here. The key's lock is
-- let go at once: else whoever gives the key to an account would find it taken.
create or replace function store.is_change_under_way(p_key_id bytea, p_xid bytea)
returns boolean language plpgsql as $$
declare
  v_lock bigint := key_lock(p_key_id);
begin
  if not (
    select pg_try_advisory_lock_shared(v_lock) and pg_advisory_unlock_shared(v_lock)
    from (select count(*) from account_key where key_id = p_key_id) there
  ) then
    return true;
  end if;
  if p_xid is null then
    return false;
  end if;
  perform 1 from account where xid = p_xid for update skip locked;
  return not found and exists (select 1 from account where xid = p_xid);
end $$;

-- For a transaction that holds nothing else.
create or replace function store.await_change(p_key_id bytea, p_xid bytea)
returns void language plpgsql as $$
declare
  v_lock bigint := key_lock(p_key_id);
begin
  perform pg_advisory_lock_shared(v_lock), pg_advisory_unlock_shared(v_lock)
  from (select count(*) from account_key where key_id = p_key_id) there;
  perform 1 from account where xid = p_xid for update;
end $$;

-- One statement cannot lock rows of several nodes, and one that names several accounts may ask all shards. So this looks for
-- one account after the other, and locks them in the order of their keys.
create or replace function store.lock_accounts(p_xids bytea[], p_from_key_id bytea, p_below_key_id bytea)
returns bytea[] language plpgsql as $$
declare
  v_account account;
  v_found account[] := '{}';
  v_xid bytea;
  v_locked bytea[] := '{}';
begin
  foreach v_xid in array array_remove(p_xids, null) loop
    select * into v_account from account where xid = v_xid;
    if found then
      v_found := v_found || v_account;
    end if;
  end loop;
  for v_account in
    select * from unnest(v_found)
    where (p_from_key_id is null or key_id >= p_from_key_id) and (p_below_key_id is null or key_id < p_below_key_id)
    order by key_id
  loop
    -- Its key may have changed meanwhile.
    perform 1 from account
    where xid = v_account.xid and (p_from_key_id is null or key_id >= p_from_key_id)
      and (p_below_key_id is null or key_id < p_below_key_id)
    for update;
    if found then
      v_locked := v_locked || v_account.xid;
    end if;
  end loop;
  return v_locked;
end $$;

-- A key that opens an account may have asked for another's transfer.
create or replace function store.open_account(p_key_id bytea, p_now timestamptz)
returns boolean language plpgsql as $$
declare
  v_lock bigint := key_lock(p_key_id);
  v_has_challenges boolean := exists (
    select 1 from challenge where key_id = p_key_id and state in ('open', 'confirmed')
  );
begin
  perform pg_advisory_xact_lock(v_lock) from (select count(*) from account_key where key_id = p_key_id) there;
  insert into account_key (key_id, xid, since) values (p_key_id, p_key_id, p_now) on conflict do nothing;
  if not found then
    return false;
  end if;
  insert into account (xid, key_id, key_proven, opened_at, has_challenges)
  values (p_key_id, p_key_id, true, p_now, v_has_challenges);
  perform audit(p_key_id, 'account-opened', p_now);
  return true;
end $$;

create or replace function store.try_lock_key(p_key_id bytea)
returns boolean language plpgsql as $$
declare
  v_lock bigint := key_lock(p_key_id);
begin
  return (
    select pg_try_advisory_xact_lock(v_lock) from (select count(*) from account_key where key_id = p_key_id) there
  );
end $$;

create or replace function store.add_key(p_key_id bytea, p_xid bytea, p_now timestamptz)
returns boolean language plpgsql as $$
begin
  insert into account_key (key_id, xid, since) values (p_key_id, p_xid, p_now) on conflict do nothing;
  if not found then
    return false;
  end if;
  insert into later_key (xid, key_id) values (p_xid, p_key_id) on conflict do nothing;
  return true;
end $$;

create or replace function store.remove_key(p_key_id bytea, p_xid bytea)
returns void language plpgsql as $$
begin
  delete from account_key where key_id = p_key_id;
  delete from later_key where xid = p_xid and key_id = p_key_id;
end $$;

-- What lies on the account's own node goes with it by itself.
create or replace function store.forget_references(p_xid bytea)
returns void language plpgsql as $$
declare
  v_key_id bytea;
begin
  update challenge set xid = null where xid = p_xid;
  perform release_contact(p_xid);
  foreach v_key_id in array p_xid || array(select key_id from later_key where xid = p_xid) loop
    delete from account_key where key_id = v_key_id and xid = p_xid;
  end loop;
end $$;
