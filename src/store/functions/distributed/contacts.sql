-- Contacts, where accounts lie on several nodes: the directory `contact_owner` leads from the names of a validated contact to
-- its account, and is what keeps two accounts from having one contact.

create or replace function store.account_of_contact(p_contact_hmac bytea, p_former_contact_hmac bytea)
returns bytea language plpgsql stable as $$
declare
  v_xid bytea := (select xid from contact_owner where contact_hmac = p_contact_hmac);
begin
  if v_xid is null and p_former_contact_hmac is not null then
    v_xid := (select xid from contact_owner where contact_hmac = p_former_contact_hmac);
  end if;
  return v_xid;
end $$;

-- The names of an account's contact, of the one that counts or of the one that it claims, in the order of locks.
create or replace function store.contact_names(p_xid bytea, p_validated boolean)
returns bytea[] language plpgsql stable as $$
declare
  v_contact contact;
begin
  select * into v_contact from contact where xid = p_xid and validated = p_validated;
  return array(
    select name from unnest(array[v_contact.contact_hmac, v_contact.former_hmac]) name where name is not null order by name
  );
end $$;

create or replace function store.lock_contacts(p_xid bytea, p_contact_hmac bytea)
returns void language plpgsql as $$
declare
  v_name bytea;
begin
  for v_name in
    select name from unnest(p_contact_hmac || contact_names(p_xid, false) || contact_names(p_xid, true)) name
    group by name order by name
  loop
    perform 1 from contact_owner where contact_hmac = v_name for update;
  end loop;
end $$;

create or replace function store.lock_contacts_of(p_xids bytea[])
returns void language plpgsql as $$
declare
  v_name bytea;
begin
  for v_name in
    select name from unnest(p_xids) xid, unnest(contact_names(xid, true)) name group by name order by name
  loop
    perform 1 from contact_owner where contact_hmac = v_name for update;
  end loop;
end $$;

create or replace function store.name_contact(p_xid bytea, p_validated boolean, p_contact_hmac bytea, p_former_hmac bytea)
returns void language plpgsql as $$
begin
  if p_validated then
    perform release_contact(p_xid);
  end if;
  update contact set contact_hmac = p_contact_hmac, former_hmac = p_former_hmac
  where xid = p_xid and validated = p_validated;
  if p_validated then
    perform take_contact(p_xid);
  end if;
end $$;

-- Enters the names of the account's contact. Fails as a `unique_violation` if another account has one of them.
create or replace function store.take_contact(p_xid bytea)
returns void language plpgsql as $$
declare
  v_name bytea;
begin
  foreach v_name in array contact_names(p_xid, true) loop
    insert into contact_owner (contact_hmac, xid) values (v_name, p_xid);
  end loop;
end $$;

create or replace function store.release_contact(p_xid bytea)
returns void language plpgsql as $$
declare
  v_name bytea;
begin
  foreach v_name in array contact_names(p_xid, true) loop
    delete from contact_owner where contact_hmac = v_name and xid = p_xid;
  end loop;
end $$;

create or replace function store.validate_contact(p_xid bytea, p_contact_hmac bytea, p_now timestamptz)
returns void language plpgsql as $$
begin
  perform release_contact(p_xid);
  delete from contact where xid = p_xid and validated;
  update contact set validated = true, since = p_now where xid = p_xid and p_contact_hmac in (contact_hmac, former_hmac);
  perform take_contact(p_xid);
  perform note_challenges(p_xid);
end $$;

create or replace function store.remove_contacts(p_xid bytea)
returns boolean language plpgsql as $$
begin
  perform release_contact(p_xid);
  delete from contact where xid = p_xid;
  return found;
end $$;
