-- Shares where all is as usual, on several nodes: an account's own row tells that nobody is asked about it. So one statement
-- asks one shard, and the shard of the challenges is left alone.

create or replace function store.add_usual_share(
  p_key_id bytea, p_sender_xid bytea, p_now timestamptz, p_share_id bytea, p_data bytea, p_size integer,
  p_max_share_bytes integer, p_max_shares integer, p_max_account_bytes integer, p_data_key integer, p_former_share_id bytea
) returns boolean language plpgsql as $$
declare
  v_ordinal integer;
  v_is_there boolean := false;
begin
  update account
  set key_proven = true, share_count = share_count + 1, share_bytes = share_bytes + p_size,
    last_ordinal = last_ordinal + 1
  where xid = p_sender_xid and key_id = p_key_id
    and p_size <= p_max_share_bytes and share_count < p_max_shares and share_bytes + p_size <= p_max_account_bytes
    and not has_challenges
    and not exists (select 1 from server s where s.is_full or s.data_key <> p_data_key)
  returning last_ordinal into v_ordinal;
  if not found then
    return false;
  end if;
  if p_former_share_id is not null then
    perform 1 from share where xid = p_sender_xid and share_id = p_former_share_id;
    v_is_there := found;
  end if;
  if not v_is_there then
    insert into share (xid, share_id, ordinal, data, size, stored_at)
    values (p_sender_xid, p_share_id, v_ordinal, p_data, p_size, p_now)
    on conflict do nothing;
    v_is_there := not found;
  end if;
  if v_is_there then
    -- It is there already, which costs no quota. Written anew, it is whole again if the disk had damaged it.
    perform rewrite_share(p_sender_xid, p_share_id, p_former_share_id, p_data);
    update account
    set share_count = share_count - 1, share_bytes = share_bytes - p_size, last_ordinal = last_ordinal - 1
    where xid = p_sender_xid;
  end if;
  return true;
end $$;

-- A later key that names an XID of its own is looked at closely.
create or replace function store.retrieve_usual_shares(
  p_key_id bytea, p_sender_xid bytea, p_share_ids bytea, p_lenient boolean, p_data_key integer
) returns table (account bytea, share_id bytea, data bytea) language plpgsql stable as $$
#variable_conflict use_column
declare
  v_ids bytea[] := case when p_share_ids is not null then array(select distinct id from split_ids(p_share_ids)) end;
begin
  return query
    select a.xid, s.share_id, s.data
    from account a
    left join share s on s.xid = a.xid and (v_ids is null or s.share_id = any (v_ids))
    where a.xid = p_sender_xid and a.key_id = p_key_id and (a.key_proven or p_sender_xid = p_key_id)
      and not a.has_challenges
      and not exists (select 1 from server v where v.data_key <> p_data_key)
      and (v_ids is null or p_lenient or cardinality(v_ids) = (
        select count(*) from share f where f.xid = p_sender_xid and f.share_id = any (v_ids)
      ))
    order by s.ordinal;
end $$;
