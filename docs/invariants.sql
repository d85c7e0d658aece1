-- What must hold in every database of a share server, whatever has happened to it. Each row of the answer is something that
-- does not, so there should be none. It changes nothing, and may be asked while servers run:
--
--   psql "$DATABASE_URL" -f docs/invariants.sql            (as the role that owns the schema)
select 'an account counts the shares that it has, and their bytes' as invariant, encode(a.xid, 'hex') as account
from store.account a
left join lateral (
  select count(*) as shares, coalesce(sum(s.size), 0) as bytes, coalesce(max(s.ordinal), 0) as ordinal
  from store.share s where s.xid = a.xid
) kept on true
where (a.share_count, a.share_bytes) is distinct from (kept.shares, kept.bytes) or a.last_ordinal < kept.ordinal
union all
select 'no two shares of an account have one place in its order', encode(xid, 'hex')
from store.share group by xid, ordinal having count(*) > 1
union all
select 'what is stored of a share is longer than the share', encode(xid, 'hex')
from store.share where octet_length(data) <= size
union all
select 'a share, a contact and a key belong to an account', encode(xid, 'hex')
from (
  select xid from store.share
  union all select xid from store.contact
  union all select xid from store.account_key
) kept where not exists (select 1 from store.account a where a.xid = kept.xid)
union all
select 'an account has its current key, and the key that opened it', encode(xid, 'hex')
from store.account a
where (select count(*) from store.account_key k where k.xid = a.xid and k.key_id in (a.key_id, a.xid))
  < case when a.key_id = a.xid then 1 else 2 end
union all
select 'no two accounts have one validated contact', min(encode(xid, 'hex'))
from store.contact where validated group by contact_hmac having count(*) > 1
union all
select 'no two challenges are open for one key and purpose', min(encode(xid, 'hex'))
from store.challenge where state = 'open' group by key_id, purpose having count(*) > 1
union all
select 'a message with a code has the challenge that it asks', encode(xid, 'hex')
from store.outbox o
where token_hash is not null and not exists (select 1 from store.challenge c where c.token_hash = o.token_hash)
union all
select 'no request is remembered twice', null
from store.seen_request group by request_key having count(*) > 1
union all
select 'there is one server and one horizon', null
where (select count(*) from store.server) > 1 or (select count(*) from store.horizon) > 1;
