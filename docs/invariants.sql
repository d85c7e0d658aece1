-- What must hold in every database of a share server, whatever has happened to it. Each row of the answer is something that
-- does not, so there should be none. It changes nothing, and may be asked while servers run:
--
--   psql "$DATABASE_URL" -f docs/invariants.sql            (as the role that owns the schema)
--
-- It is written for several nodes too: each part compares what lies together, or first fetches the few rows that do not. What must
-- hold there besides: docs/invariants-distributed.sql.
with account_with_later_key as materialized (
  select xid, key_id from store.account where key_id <> xid
), current_later_key as materialized (
  select xid, key_id from store.account_key where key_id in (select key_id from account_with_later_key)
), later_key as materialized (
  select xid, key_id from store.account_key where key_id <> xid
), account_of_later_key as materialized (
  select xid from store.account where xid in (select xid from later_key)
), challenged as materialized (
  select distinct xid from store.challenge where xid is not null
), account_of_challenge as materialized (
  select xid from store.account where xid in (select xid from challenged)
)
select 'an account counts the shares that it has, and their bytes' as invariant, encode(a.xid, 'hex') as account
from store.account a
left join (
  select xid, count(*) as shares, sum(size) as bytes, max(ordinal) as ordinal from store.share group by xid
) kept on kept.xid = a.xid
where a.share_count <> coalesce(kept.shares, 0) or a.share_bytes <> coalesce(kept.bytes, 0)
  or a.last_ordinal < coalesce(kept.ordinal, 0)
union all
select 'no two shares of an account have one place in its order', encode(xid, 'hex')
from store.share group by xid, ordinal having count(*) > 1
union all
select 'what is stored of a share is longer than the share', encode(xid, 'hex')
from store.share where octet_length(data) <= size
union all
select 'a share belongs to an account', encode(s.xid, 'hex')
from store.share s where not exists (select 1 from store.account a where a.xid = s.xid)
union all
select 'a contact belongs to an account', encode(c.xid, 'hex')
from store.contact c where not exists (select 1 from store.account a where a.xid = c.xid)
union all
select 'a key belongs to an account', encode(k.xid, 'hex')
from store.account_key k
where k.key_id = k.xid and not exists (select 1 from store.account a where a.xid = k.key_id)
union all
select 'a key belongs to an account', encode(xid, 'hex')
from later_key where xid not in (select xid from account_of_later_key)
union all
select 'a challenge is of an account or of nobody', encode(xid, 'hex')
from challenged where xid not in (select xid from account_of_challenge)
union all
select 'an account has the key that opened it', encode(a.xid, 'hex')
from store.account a
where not exists (select 1 from store.account_key k where k.key_id = a.xid and k.xid = a.xid)
union all
select 'an account has its current key', encode(xid, 'hex')
from account_with_later_key where (xid, key_id) not in (select xid, key_id from current_later_key)
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
from store.seen_request group by request_key, digest having count(*) > 1
union all
select 'there is one server and one horizon', null
where (select count(*) from store.server) > 1 or (select count(*) from store.horizon) > 1;
