-- Has it been asked before, and what is answered? The first and the last lines of every function that changes something:
-- begin_change -> identify -> its own work -> accept | refuse.
--
-- Locks are always taken in this order, so that no two transactions can wait for each other:
--
-- 1. For challenges only, the advisory locks of the mailbox, the key and the network.
-- 2. What is a key's, from the lowest key to the highest: its requests in `seen_request`; the right to open an account with it
--    (`key_lock`); the account whose current key it is. Calls that share a statement have one key each and come in this
--    order, so `gather.ts` is a part of the rule.
-- 3. Challenges. Whoever changes one holds its account, or is the key that it is about and waits for no account any more.
-- 4. Contacts in the order of `contact_hmac`, then messages and their counts.
-- 5. Events of the audit (`audit.sql`). Whoever writes one of an account's holds the account, and one of a decoy's comes last.
--
-- Hence nobody locks an account whose key is no longer what they looked for. Nobody waits for a key with an account locked:
-- change_key fails instead. A function that needs the accounts of other keys locks those below its own key before its request.
-- And no function settles a transfer that is due, because it may need any accounts: it takes back its request and answers
-- 'transfer-due'; the store then settles in a transaction of its own, and calls again (answer.ts). Pruning waits for no lock.

-- `p_place` is by what a request lies where the tables are spread over several nodes: the XID that the sender names; for what is
-- about a transfer, the key. One node has no use for it.

-- Takes the ID for this request. Null: it is ours, run the function. Else: the outcome to give instead. Of
-- two sessions with one ID the second waits in the insert until the first has committed, and then reads its
-- outcome. What waits for pruning to remove its own row sees afterwards how far the horizon has moved by that, because each
-- statement sees what was committed before it.
create or replace function store.begin_request(
  p_place bytea, p_request_key bytea, p_request_digest bytea, p_expires_at timestamptz, p_dated_at timestamptz
) returns text language plpgsql as $$
declare
  v_seen seen_request;
  v_closed_until timestamptz;
begin
  loop
    insert into seen_request (request_key, digest, outcome, expires_at, dated_at)
    values (p_request_key, p_request_digest, 'ok', p_expires_at, p_dated_at)
    on conflict do nothing;
    exit when found;
    select * into v_seen from seen_request where request_key = p_request_key;
    -- Not found: pruned between the two statements, so it is free after all.
    if found then
      return case when v_seen.digest = p_request_digest then v_seen.outcome else 'id-reused' end;
    end if;
  end loop;
  select h.closed_until into v_closed_until from horizon h;
  -- The release before tells no date, see prune.
  if v_closed_until >= coalesce(p_dated_at, p_expires_at - interval '24 hours 5 minutes') then
    perform forget_request(p_place, p_request_key);
    return 'expired';
  end if;
  return null;
end $$;

-- The same for all functions but storeShare. Undated requests are remembered for good, so a key without an account may have
-- only so many: 'missing-date'. So is every one after a restore that may have undone an earlier run of it.
create or replace function store.begin_change(
  p_place bytea, p_key_id bytea, p_request_key bytea, p_request_digest bytea, p_expires_at timestamptz,
  p_dated_at timestamptz, p_now timestamptz, p_newcomer_networks bytea, p_max_newcomers integer
) returns text language plpgsql as $$
declare
  v_seen text := begin_request(p_place, p_request_key, p_request_digest, p_expires_at, p_dated_at);
begin
  if v_seen is not null or p_expires_at is not null then
    return v_seen;
  end if;
  if exists (select 1 from horizon h where not h.takes_undated) then
    perform forget_request(p_place, p_request_key);
    return 'missing-date';
  end if;
  perform 1 from account_key where key_id = p_key_id;
  if found or transfer_due(p_key_id, p_now) then
    return null;
  end if;
  if newcomers_until(p_newcomer_networks, p_max_newcomers, p_now) is not null then
    perform forget_request(p_place, p_request_key);
    perform audit_limit(null, 'limit-newcomers', p_now);
    return 'missing-date';
  end if;
  perform count_newcomer(p_newcomer_networks, p_now);
  return null;
end $$;

-- Closes the past: no request that is dated `p_closed_until` or before runs from now on. It never opens again. Null
-- `p_takes_undated`: as it was. For the owner of the schema, and for pruning.
create or replace function store.close_until(p_closed_until timestamptz, p_takes_undated boolean)
returns void language plpgsql set search_path = store, pg_temp as $$
begin
  insert into horizon as h (closed_until, takes_undated) values (p_closed_until, coalesce(p_takes_undated, true))
  on conflict (one) do update
  set closed_until = greatest(h.closed_until, excluded.closed_until),
    takes_undated = coalesce(p_takes_undated, h.takes_undated);
end $$;

create or replace function store.accept(p_xid bytea, p_now timestamptz)
returns store.answer language plpgsql as $$
begin
  return row('ok', p_xid, transfer_pending(p_xid, p_now))::answer;
end $$;

-- Records the refusal, unless it is not for good. `p_xid` is null unless the account's current key asks: nobody
-- else learns of a transfer.
create or replace function store.refuse(
  p_place bytea, p_request_key bytea, p_outcome text, p_xid bytea, p_now timestamptz
) returns store.answer language plpgsql as $$
begin
  if p_outcome in ('too-many-shares', 'account-full') and p_xid is not null then
    perform audit_limit(p_xid, 'limit-shares', p_now);
  elsif p_outcome = 'server-full' then
    perform audit_limit(null, 'limit-room', p_now);
  end if;
  if p_outcome in ('transfer-due', 'server-full', 'other-data-key') then
    perform forget_request(p_place, p_request_key);
  else
    perform record_outcome(p_place, p_request_key, p_outcome);
  end if;
  return row(p_outcome, p_xid, p_xid is not null and transfer_pending(p_xid, p_now))::answer;
end $$;

-- The request was refused for a time: sent again after it, it is carried out. Until then the ID is free.
create or replace function store.forget_request(p_place bytea, p_request_key bytea)
returns void language plpgsql as $$
begin
  delete from seen_request where request_key = p_request_key;
end $$;

-- What the request is answered from now on.
create or replace function store.record_outcome(p_place bytea, p_request_key bytea, p_outcome text)
returns void language plpgsql as $$
begin
  update seen_request set outcome = p_outcome where request_key = p_request_key;
end $$;

-- What the request was answered. Null: it has not been asked.
create or replace function store.recorded_outcome(p_place bytea, p_request_key bytea, p_request_digest bytea)
returns text language plpgsql stable as $$
begin
  return (select outcome from seen_request where request_key = p_request_key and digest = p_request_digest);
end $$;

-- The first outcome again. The account is the one that has or had the key, if it still exists.
create or replace function store.replay(p_outcome text, p_key_id bytea, p_now timestamptz)
returns store.answer language plpgsql as $$
declare
  v_pending boolean := transfer_pending(account_of(p_key_id), p_now);
begin
  return row(p_outcome, (select xid from account_key where key_id = p_key_id), v_pending)::answer;
end $$;
