-- Requests, where accounts lie on several nodes: beside the account that the sender names, or would open. A transfer's lies by
-- its key, since nobody knows yet which account it is about.
--
-- What was remembered before the database was distributed does not tell its place, and lies by its own name. Only requests that
-- are undated, or dated `earlier_until` or before, may be among them.

create or replace function store.begin_request(
  p_place bytea, p_request_key bytea, p_request_digest bytea, p_expires_at timestamptz, p_dated_at timestamptz
) returns text language plpgsql as $$
declare
  v_digest bytea;
  v_outcome text;
  v_closed_until timestamptz;
  v_earlier_until timestamptz;
begin
  loop
    insert into seen_request (place, request_key, digest, outcome, expires_at, dated_at)
    values (p_place, p_request_key, p_request_digest, 'ok', p_expires_at, p_dated_at)
    on conflict do nothing;
    exit when found;
    select digest, outcome into v_digest, v_outcome from seen_request
    where place = p_place and request_key = p_request_key;
    -- Not found: pruned between the two statements, so it is free after all.
    if found then
      return case when v_digest = p_request_digest then v_outcome else 'id-reused' end;
    end if;
  end loop;
  select h.closed_until, d.earlier_until into v_closed_until, v_earlier_until
  from distribution d left join horizon h on true;
  if v_earlier_until is not null and coalesce(p_dated_at <= v_earlier_until, true) then
    select digest, outcome into v_digest, v_outcome from seen_request
    where place = p_request_key and request_key = p_request_key;
    if found then
      perform forget_request(p_place, p_request_key);
      return case when v_digest = p_request_digest then v_outcome else 'id-reused' end;
    end if;
  end if;
  -- The release before tells no date, see prune.
  if v_closed_until >= coalesce(p_dated_at, p_expires_at - interval '24 hours 5 minutes') then
    perform forget_request(p_place, p_request_key);
    return 'expired';
  end if;
  return null;
end $$;

create or replace function store.forget_request(p_place bytea, p_request_key bytea)
returns void language plpgsql as $$
begin
  delete from seen_request where place = p_place and request_key = p_request_key;
end $$;

create or replace function store.record_outcome(p_place bytea, p_request_key bytea, p_outcome text)
returns void language plpgsql as $$
begin
  update seen_request set outcome = p_outcome where place = p_place and request_key = p_request_key;
  if not found and (select earlier_until is not null from distribution) then
    update seen_request set outcome = p_outcome where place = p_request_key and request_key = p_request_key;
  end if;
end $$;

create or replace function store.recorded_outcome(p_place bytea, p_request_key bytea, p_request_digest bytea)
returns text language plpgsql stable as $$
declare
  v_outcome text := (
    select outcome from seen_request
    where place = p_place and request_key = p_request_key and digest = p_request_digest
  );
begin
  if v_outcome is null and (select earlier_until is not null from distribution) then
    v_outcome := (
      select outcome from seen_request
      where place = p_request_key and request_key = p_request_key and digest = p_request_digest
    );
  end if;
  return v_outcome;
end $$;

create or replace function store.feign_account(p_key_id bytea, p_request_key bytea, p_contact_hmac bytea)
returns void language plpgsql as $$
begin
  perform 1 from seen_request s where s.place = p_key_id and s.request_key = p_request_key for update;
  perform 1 from account a where a.xid = p_contact_hmac for key share;
  perform 1 from contact c where c.xid = p_contact_hmac and c.contact_hmac = p_request_key and c.validated;
  perform s.digest from seen_request s where s.place = p_key_id and s.request_key = p_request_key;
end $$;
