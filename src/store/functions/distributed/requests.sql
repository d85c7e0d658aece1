-- Requests, where accounts lie on several nodes: they lie by the key that signed them. So what a key asks of the account that it
-- opened is one node's affair.
--
-- What was remembered before the database was distributed does not tell its key, and has its own name in the place of one.

create or replace function store.begin_request(
  p_key_id bytea, p_request_key bytea, p_request_digest bytea, p_expires_at timestamptz, p_dated_at timestamptz
) returns text language plpgsql as $$
declare
  v_digest bytea;
  v_outcome text;
  v_closed_until timestamptz;
  v_has_earlier boolean;
begin
  loop
    insert into seen_request (key_id, request_key, digest, outcome, expires_at, dated_at)
    values (p_key_id, p_request_key, p_request_digest, 'ok', p_expires_at, p_dated_at)
    on conflict do nothing;
    exit when found;
    select digest, outcome into v_digest, v_outcome from seen_request
    where key_id = p_key_id and request_key = p_request_key;
    -- Not found: pruned between the two statements, so it is free after all.
    if found then
      return case when v_digest = p_request_digest then v_outcome else 'id-reused' end;
    end if;
  end loop;
  select h.closed_until, d.has_earlier_requests into v_closed_until, v_has_earlier
  from distribution d left join horizon h on true;
  if v_has_earlier then
    select digest, outcome into v_digest, v_outcome from seen_request
    where key_id = p_request_key and request_key = p_request_key;
    if found then
      perform forget_request(p_key_id, p_request_key);
      return case when v_digest = p_request_digest then v_outcome else 'id-reused' end;
    end if;
  end if;
  -- The release before tells no date, see prune.
  if v_closed_until >= coalesce(p_dated_at, p_expires_at - interval '24 hours 5 minutes') then
    perform forget_request(p_key_id, p_request_key);
    return 'expired';
  end if;
  return null;
end $$;

create or replace function store.forget_request(p_key_id bytea, p_request_key bytea)
returns void language plpgsql as $$
begin
  delete from seen_request where key_id = p_key_id and request_key = p_request_key;
end $$;

create or replace function store.record_outcome(p_key_id bytea, p_request_key bytea, p_outcome text)
returns void language plpgsql as $$
begin
  update seen_request set outcome = p_outcome where key_id = p_key_id and request_key = p_request_key;
  if not found and (select has_earlier_requests from distribution) then
    update seen_request set outcome = p_outcome where key_id = p_request_key and request_key = p_request_key;
  end if;
end $$;

create or replace function store.recorded_outcome(p_key_id bytea, p_request_key bytea, p_request_digest bytea)
returns text language plpgsql stable as $$
declare
  v_outcome text := (
    select outcome from seen_request
    where key_id = p_key_id and request_key = p_request_key and digest = p_request_digest
  );
begin
  if v_outcome is null and (select has_earlier_requests from distribution) then
    v_outcome := (
      select outcome from seen_request
      where key_id = p_request_key and request_key = p_request_key and digest = p_request_digest
    );
  end if;
  return v_outcome;
end $$;

create or replace function store.feign_account(p_key_id bytea, p_request_key bytea, p_contact_hmac bytea)
returns void language plpgsql as $$
begin
  perform 1 from seen_request s where s.key_id = p_key_id and s.request_key = p_request_key for update;
  perform 1 from account a where a.xid = p_contact_hmac for key share;
  perform 1 from contact c where c.xid = p_contact_hmac and c.contact_hmac = p_request_key and c.validated;
  perform s.digest from seen_request s where s.key_id = p_key_id and s.request_key = p_request_key;
end $$;

-- Lets each node carry out, from the first statement to the last, the calls of the keys whose rows it has, whichever node is
-- asked. The first parameter of these functions is the key.
create or replace function store.delegate_calls()
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_function regprocedure;
begin
  for v_function in
    select oid from pg_proc
    where pronamespace = 'store'::regnamespace and prosecdef and proargnames[1] = 'p_key_id'
  loop
    perform create_distributed_function(v_function, 'p_key_id', colocate_with => 'store.account');
  end loop;
end $$;
