-- What must hold besides docs/invariants.sql in a database whose tables are spread over several nodes: there directories stand for
-- the indexes and references that one node has. Each row of the answer is something that does not hold.
--
--   psql "$DATABASE_URL" -f docs/invariants-distributed.sql      (as the role that owns the schema, at any node)
--
-- It fetches the names of all contacts, from both sides; so where there are more than some millions,
-- citus.max_intermediate_result_size has to be larger than it is by itself.
with key as materialized (
  select xid, key_id from store.account_key where key_id <> xid
), later_key as materialized (
  select xid, key_id from store.later_key
), contact as materialized (
  select xid, contact_hmac, former_hmac from store.contact where validated
), name as materialized (
  select xid, contact_hmac from contact
  union select xid, former_hmac from contact where former_hmac is not null
), owner as materialized (
  select xid, contact_hmac from store.contact_owner
), challenge as materialized (
  select xid from store.challenge where state in ('open', 'confirmed')
)
select 'an account knows each of its later keys' as invariant, encode(xid, 'hex') as account
from (select xid, key_id from key except select xid, key_id from later_key) unknown
union all
select 'a later key that an account knows is its key', encode(xid, 'hex')
from (select xid, key_id from later_key except select xid, key_id from key) astray
union all
select 'each name of a validated contact leads to its account', encode(xid, 'hex')
from (select xid, contact_hmac from name except select xid, contact_hmac from owner) unknown
union all
select 'a name of a contact leads to an account that has it', encode(xid, 'hex')
from (select xid, contact_hmac from owner except select xid, contact_hmac from name) astray
union all
-- Not those that its key has asked for: one may come just when the key becomes the account's. The key is in use then, so nothing
-- comes of that challenge.
select 'an account tells that it has a challenge', encode(a.xid, 'hex')
from store.account a join challenge c on c.xid = a.xid where not a.has_challenges;
