-- Data keys: which is the newest, and how a rekey puts everything under it.
--
-- Whoever writes, or looks by a name that depends on a key, says which data key is the newest that it knows. It is refused with
-- 'other-data-key' when there is a newer one, and reads the keys again. A function looks after it has taken its request, and so
-- has a transaction ID: a rekey waits for all transactions that began before its key was there, and then sees whatever they
-- wrote. From then on nothing is written under the former key.
--
-- The functions of the rekey itself are for the role that owns the tables. They take locks in the order that requests.sql states.

create or replace function store.is_newest_data_key(p_data_key integer)
returns boolean language plpgsql stable as $$
begin
  return not exists (select 1 from server s where s.data_key <> p_data_key);
end $$;

create or replace function store.is_rekey_under_way()
returns boolean language plpgsql stable as $$
begin
  return exists (select 1 from server s where s.former_data_key is not null);
end $$;

-- The data keys that are in use, as far as this storage key opens them. No row: the database is new.
create or replace function store.read_data_keys(p_fingerprint bytea)
returns table (data_key integer, former_data_key integer, key_id integer, wrapped bytea)
language plpgsql stable security definer set search_path = store, pg_temp as $$
begin
  return query
    select s.data_key, s.former_data_key, k.key_id, k.wrapped
    from server s
    left join data_key k on k.storage_key_fingerprint = p_fingerprint and k.key_id in (s.data_key, s.former_data_key);
end $$;

-- Lets another storage key open these data keys, from now on as the newest storage key. p_keys: JSON, `id` and `wrapped` of each.
create or replace function store.add_storage_key(p_fingerprint bytea, p_former_fingerprint bytea, p_keys text, p_former_keys text)
returns void language plpgsql set search_path = store, pg_temp as $$
begin
  insert into data_key (key_id, storage_key_fingerprint, wrapped)
  select k.id, p_fingerprint, decode(k.wrapped, 'hex') from json_to_recordset(p_keys::json) as k(id integer, wrapped text)
  union all
  select k.id, p_former_fingerprint, decode(k.wrapped, 'hex')
  from json_to_recordset(p_former_keys::json) as k(id integer, wrapped text)
  on conflict do nothing;
  update server set storage_key_fingerprint = p_fingerprint;
end $$;

-- Makes a data key the newest one, unless a rekey is under way already, or the last has left former names. False: nothing has
-- happened.
create or replace function store.begin_rekey(p_data_key integer, p_fingerprint bytea, p_wrapped bytea)
returns boolean language plpgsql set search_path = store, pg_temp as $$
begin
  if exists (select 1 from contact where former_hmac is not null) then
    return false;
  end if;
  update server set former_data_key = data_key, data_key = p_data_key
  where former_data_key is null and data_key = p_data_key - 1 and storage_key_fingerprint = p_fingerprint;
  if not found then
    return false;
  end if;
  insert into data_key (key_id, storage_key_fingerprint, wrapped) values (p_data_key, p_fingerprint, p_wrapped);
  return true;
end $$;

-- Marks the present. Once `are_older_over` says so of it, all transactions that began before it are over, and whoever looks sees
-- what they wrote.
create or replace function store.mark_transactions()
returns text language plpgsql set search_path = store, pg_temp as $$
begin
  return pg_current_xact_id();
end $$;

create or replace function store.are_older_over(p_mark text)
returns boolean language plpgsql set search_path = store, pg_temp as $$
begin
  return is_nothing_older(pg_current_snapshot(), p_mark::xid8);
end $$;

-- Whether nothing is under way that is older than the mark. After a crash numbers are given out again that come before it; so it
-- is enough, too, that nothing is under way at all.
create or replace function store.is_nothing_older(p_now pg_snapshot, p_mark xid8)
returns boolean language plpgsql immutable as $$
begin
  return pg_snapshot_xmin(p_now) > p_mark or pg_snapshot_xmin(p_now) = pg_snapshot_xmax(p_now);
end $$;

-- The accounts that the rows name: p_rows is JSON, with xid in hex.
create or replace function store.xids_of(p_rows text)
returns bytea[] language plpgsql immutable as $$
begin
  return array(select distinct decode(r.xid, 'hex') from json_to_recordset(p_rows::json) as r(xid text));
end $$;

-- Locks them, and their contacts.
create or replace function store.lock_owners(p_rows text)
returns void language plpgsql as $$
declare
  v_xids bytea[] := xids_of(p_rows);
begin
  perform lock_accounts(v_xids, null, null);
  perform lock_contacts_of(v_xids);
end $$;

-- p_shares: JSON, with xid, name, new_name and data in hex. A share that is gone, or has been written anew meanwhile, is passed over.
create or replace function store.rekey_shares(p_shares text)
returns void language plpgsql set search_path = store, pg_temp as $$
declare
  v_row record;
begin
  perform lock_accounts(xids_of(p_shares), null, null);
  for v_row in
    select decode(r.xid, 'hex') as xid, decode(r.name, 'hex') as name, decode(r.new_name, 'hex') as new_name,
      decode(r.data, 'hex') as data
    from json_to_recordset(p_shares::json) as r(xid text, name text, new_name text, data text)
  loop
    update share set share_id = v_row.new_name, data = v_row.data where xid = v_row.xid and share_id = v_row.name;
  end loop;
end $$;

-- The same for contacts: xid, validated, name, new_name, mailbox and ciphertext.
create or replace function store.rekey_contacts(p_contacts text)
returns void language plpgsql set search_path = store, pg_temp as $$
declare
  v_row record;
begin
  perform lock_owners(p_contacts);
  for v_row in
    select decode(r.xid, 'hex') as xid, r.validated, decode(r.name, 'hex') as name, decode(r.new_name, 'hex') as new_name,
      decode(r.mailbox, 'hex') as mailbox, decode(r.ciphertext, 'hex') as ciphertext
    from json_to_recordset(p_contacts::json)
      as r(xid text, validated boolean, name text, new_name text, mailbox text, ciphertext text)
  loop
    update contact set mailbox_hmac = v_row.mailbox, ciphertext = v_row.ciphertext
    where xid = v_row.xid and validated = v_row.validated and contact_hmac = v_row.name;
    if found then
      perform name_contact(v_row.xid, v_row.validated, v_row.new_name, v_row.name);
    end if;
  end loop;
end $$;

-- The same for messages: message_id, name, new_name, ciphertext and secret, which is null for a notice.
create or replace function store.rekey_messages(p_messages text)
returns void language plpgsql set search_path = store, pg_temp as $$
declare
  v_row record;
begin
  for v_row in
    select r.message_id, decode(r.name, 'hex') as name, decode(r.new_name, 'hex') as new_name,
      decode(r.ciphertext, 'hex') as ciphertext, decode(r.secret, 'hex') as secret
    from json_to_recordset(p_messages::json)
      as r(message_id uuid, name text, new_name text, ciphertext text, secret text)
  loop
    update outbox
    set contact_hmac = v_row.new_name, contact_ciphertext = v_row.ciphertext, secret_ciphertext = v_row.secret
    where message_id = v_row.message_id and contact_hmac = v_row.name;
  end loop;
end $$;

-- What is not under the newest data key, whose ciphertexts begin with p_header. Reads whole tables.
create or replace function store.left_to_rekey(
  p_header bytea, out shares boolean, out contacts boolean, out messages boolean
) language plpgsql stable set search_path = store, pg_temp as $$
begin
  shares := exists (select 1 from share s where substring(s.data from 1 for octet_length(p_header)) <> p_header);
  contacts := exists (select 1 from contact c where substring(c.ciphertext from 1 for octet_length(p_header)) <> p_header);
  messages := exists (
    select 1 from outbox o where substring(o.contact_ciphertext from 1 for octet_length(p_header)) <> p_header
  );
end $$;

-- Whether contacts may still give a code that was made with the former data key.
create or replace function store.has_former_codes(p_now timestamptz)
returns boolean language plpgsql stable set search_path = store, pg_temp as $$
begin
  return exists (
    select 1 from challenge c, server s where c.state = 'open' and c.expires_at > p_now and c.data_key <> s.data_key
  );
end $$;

-- Forgets the names that these contacts had under a former data key. p_contacts: JSON, with xid in hex, and validated. The next
-- rekey may be under way when a process still looks after the last: then the names are that rekey's, and stay.
create or replace function store.forget_former_names(p_contacts text)
returns void language plpgsql set search_path = store, pg_temp as $$
declare
  v_row record;
  v_contact_hmac bytea;
begin
  perform lock_owners(p_contacts);
  if is_rekey_under_way() then
    return;
  end if;
  for v_row in
    select decode(r.xid, 'hex') as xid, r.validated
    from json_to_recordset(p_contacts::json) as r(xid text, validated boolean)
  loop
    select contact_hmac into v_contact_hmac from contact where xid = v_row.xid and validated = v_row.validated;
    if found then
      perform name_contact(v_row.xid, v_row.validated, v_contact_hmac, null);
    end if;
  end loop;
end $$;

-- Forgets the former data key. The names of contacts under it are of no use any more, and stay until forget_former_names.
-- p_give_up: although something is left that cannot be read. False: something is left.
create or replace function store.end_rekey(p_data_key integer, p_header bytea, p_now timestamptz, p_give_up boolean)
returns boolean language plpgsql set search_path = store, pg_temp as $$
declare
  v_left record;
begin
  select * into v_left from left_to_rekey(p_header);
  if has_former_codes(p_now) or not p_give_up and (v_left.shares or v_left.contacts or v_left.messages) then
    return false;
  end if;
  update server set former_data_key = null where data_key = p_data_key;
  if found then
    delete from data_key where key_id <> p_data_key;
  end if;
  return true;
end $$;
