-- Reading shares.

-- Ids travel as one run of bytes, 32 each: drivers differ in how they write arrays of bytes.
create or replace function store.split_ids(p_ids bytea)
returns table (id bytea, place integer) language plpgsql immutable as $$
begin
  return query
    select substring(p_ids from n * 32 + 1 for 32), n from generate_series(0, octet_length(p_ids) / 32 - 1) as n;
end $$;

-- Reads shares where all is as usual: the key is an account's current one and named as such, no transfer of it is asked for,
-- the caller knows the newest data key, and no share is missing. One row a share, in the order of storing, or one without for
-- an account that has none. No row: it is to be looked at closely. All statements see the same moment, since it is stable.
--
-- All shares and some are asked for by statements of their own: Postgres would find the common one's plan dear where the IDs are
-- not known, and so would plan it anew for each call.
create or replace function store.retrieve_usual_shares(
  p_key_id bytea, p_sender_xid bytea, p_share_ids bytea, p_lenient boolean, p_data_key integer
) returns table (account bytea, share_id bytea, data bytea) language plpgsql stable as $$
#variable_conflict use_column
declare
  v_xid bytea;
  v_ids bytea[];
begin
  select a.xid into v_xid
  from account_key k
  join account a on a.xid = k.xid and a.key_id = k.key_id
  where k.key_id = p_key_id and (p_sender_xid = a.xid and a.key_proven or p_sender_xid = p_key_id)
    and not exists (
      select 1 from challenge c where c.xid = a.xid and c.purpose = 'transfer' and c.state in ('open', 'confirmed')
    )
    and not exists (select 1 from server v where v.data_key <> p_data_key);
  if not found then
    return;
  end if;
  if p_share_ids is null then
    return query
      select v_xid, s.share_id, s.data from (values (v_xid)) u(xid) left join share s on s.xid = u.xid
      order by s.ordinal;
    return;
  end if;
  v_ids := array(select id from split_ids(p_share_ids));
  if not p_lenient and exists (
    select 1 from unnest(v_ids) asked(id)
    where not exists (select 1 from share m where m.xid = v_xid and m.share_id = asked.id)
  ) then
    return;
  end if;
  return query
    select v_xid, s.share_id, s.data
    from (values (v_xid)) u(xid) left join share s on s.xid = u.xid and s.share_id = any (v_ids)
    order by s.ordinal;
end $$;

-- Each row has the answer, and beside it a share, in the order of storing, or none; for 'unknown-receipt' the id that is
-- missing. Null ids: all shares. Lenient: ids that this account does not have are left out. Former ids: the same shares under
-- the former data key, in the same order. 'other-data-key': the caller does not know the newest one.
create or replace function store.retrieve_shares(
  p_key_id bytea, p_sender_xid bytea, p_now timestamptz, p_share_ids bytea, p_lenient boolean,
  p_data_key integer default 0, p_former_share_ids bytea default null
) returns table (outcome text, account bytea, transfer_pending boolean, share_id bytea, data bytea)
language plpgsql security definer set search_path = store, pg_temp as $$
#variable_conflict use_column
declare
  v_caller caller;
  v_answer answer;
begin
  if p_former_share_ids is null then
    return query
      select 'ok', u.account, false, u.share_id, u.data
      from retrieve_usual_shares(p_key_id, p_sender_xid, p_share_ids, p_lenient, p_data_key) u;
    if found then
      return;
    end if;
  end if;

  v_caller := identify(p_key_id, p_sender_xid, p_now, false);
  if v_caller.refusal is not null then
    return query select v_caller.refusal, null::bytea, transfer_pending(v_caller.xid, p_now), null::bytea, null::bytea;
    return;
  end if;
  v_answer := accept(v_caller.xid, p_now);
  -- One statement reads the shares, finds what is missing and looks at the data key, so that nothing in between can make them
  -- disagree.
  return query
    with asked as (
      select i.id, former.id as former_id, min(i.place) as place
      from split_ids(p_share_ids) i left join split_ids(p_former_share_ids) former using (place)
      group by i.id, former.id
    ), found as materialized (
      select s.share_id, s.data, s.ordinal from share s
      where s.xid = v_caller.xid
        and (p_share_ids is null or s.share_id in (select id from asked union all select former_id from asked))
    ), missing as (
      select id from asked
      where not p_lenient and not exists (select 1 from found f where f.share_id in (id, former_id))
      order by place limit 1
    ), outcome as materialized (
      select case
        when exists (select 1 from server v where v.data_key <> p_data_key) then 'other-data-key'
        when exists (select 1 from missing) then 'unknown-receipt'
        else 'ok'
      end as outcome
    ), listed as (
      select o.outcome, (select id from missing) as share_id, null::bytea as data, 0 as ordinal from outcome o
      union all
      select o.outcome, f.share_id, f.data, f.ordinal from found f join outcome o on o.outcome = 'ok'
    )
    select l.outcome, v_answer.account, v_answer.transfer_pending, l.share_id, l.data from listed l
    order by l.ordinal;
end $$;
