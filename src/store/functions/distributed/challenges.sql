-- Challenges and messages, which all lie on one node. Their advisory locks are taken there.
--
-- Most requests leave that node alone: `account.has_challenges` is false where no challenge is open or confirmed that is the
-- account's, or that its current key has asked for. Whoever writes such a challenge has the account locked, and calls
-- note_challenges.

-- Once for all that a transaction does about an account: the setting tells that it has the lock.
create or replace function store.lock_challenges_of(p_xid bytea)
returns void language plpgsql as $$
declare
  v_name text := encode(p_xid, 'hex');
begin
  if current_setting('store.challenges_of', true) is distinct from v_name then
    perform lock_where_challenges_are(53327, v_name);
    perform set_config('store.challenges_of', v_name, true);
  end if;
end $$;

create or replace function store.try_lock_challenges_of(p_xid bytea)
returns boolean language plpgsql as $$
declare
  v_lock integer := hashtext(encode(p_xid, 'hex'));
begin
  return (
    select pg_try_advisory_xact_lock(53327, v_lock) from (select count(*) from challenge where token_hash = '') there
  );
end $$;

create or replace function store.note_challenges(p_xid bytea)
returns void language plpgsql as $$
declare
  v_key_id bytea := (select key_id from account where xid = p_xid);
  v_has_challenges boolean;
begin
  perform lock_challenges_of(p_xid);
  v_has_challenges := exists (
    select 1 from challenge where (xid = p_xid or key_id = v_key_id) and state in ('open', 'confirmed')
  );
  update account set has_challenges = v_has_challenges where xid = p_xid;
end $$;

create or replace function store.transfer_pending(p_xid bytea, p_now timestamptz)
returns boolean language plpgsql stable as $$
begin
  perform 1 from account where xid = p_xid and has_challenges;
  if not found then
    return false;
  end if;
  return exists (
    select 1 from challenge
    where xid = p_xid and purpose = 'transfer'
      and (state = 'confirmed' or state = 'open' and expires_at > p_now)
  );
end $$;

create or replace function store.is_due(p_key_id bytea, p_xid bytea, p_now timestamptz)
returns boolean language plpgsql stable as $$
begin
  -- Of what a retired key has asked for, its account's row tells nothing.
  perform 1 from account where xid = p_xid and key_id = p_key_id and not has_challenges;
  if found then
    return false;
  end if;
  return exists (
    select 1 from challenge
    where state = 'confirmed' and effective_at <= p_now and xid is not null and (key_id = p_key_id or xid = p_xid)
  );
end $$;

create or replace function store.lock_where_challenges_are(p_kind integer, p_name text)
returns void language plpgsql as $$
declare
  v_lock integer := hashtext(p_name);
begin
  -- Citus begins a transaction there with the first row that is locked or written, and not with a lock of this kind.
  perform 1 from challenge where token_hash = '' for update;
  perform pg_advisory_xact_lock(p_kind, v_lock) from (select count(*) from challenge where token_hash = '') there;
end $$;

create or replace function store.lock_challenges(p_mailbox_hmac bytea, p_key_id bytea, p_network_hmac bytea)
returns void language plpgsql as $$
begin
  perform lock_where_challenges_are(53321, encode(p_mailbox_hmac, 'hex'));
  perform lock_where_challenges_are(53322, encode(p_key_id, 'hex'));
  if p_network_hmac is not null then
    perform lock_where_challenges_are(53323, encode(p_network_hmac, 'hex'));
  end if;
end $$;

create or replace function store.lock_claims()
returns void language plpgsql as $$
begin
  perform lock_where_challenges_are(53324, '');
end $$;

create or replace function store.transfer_due(p_key_id bytea, p_now timestamptz)
returns boolean language plpgsql stable as $$
declare
  v_xid bytea := (select xid from account_key where key_id = p_key_id);
begin
  return is_due(p_key_id, v_xid, p_now);
end $$;
