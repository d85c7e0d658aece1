-- Data keys, so that the keys of everything at rest can be changed while servers run.

-- Each data key, encrypted under a storage key. While the storage key is being changed there is a row for both. Data key 0 is
-- the first storage key itself, and has a row only once another storage key has come.
create table store.data_key (
  key_id integer not null check (key_id >= 0),
  storage_key_fingerprint bytea not null check (octet_length(storage_key_fingerprint) = 32),
  wrapped bytea not null,
  primary key (key_id, storage_key_fingerprint)
);

-- What is written is written under `data_key`. While a rekey is under way, some of what was written before is still under
-- `former_data_key`; at other times that is null.
alter table store.server add column data_key integer not null default 0 check (data_key >= 0);
alter table store.server add column former_data_key integer check (former_data_key < data_key);

-- While a rekey is under way, two rows of one contact may have different HMACs. The HMAC under the former key, which stands in
-- either column, tells that they are one contact.
alter table store.contact add column former_hmac bytea check (octet_length(former_hmac) = 32);
create unique index contact_validated_by_former on store.contact (coalesce(former_hmac, contact_hmac)) where validated;

-- Which key the hash of the code was made with: a rekey waits for the codes that are under way.
alter table store.challenge add column data_key integer not null default 0;

-- Programs from before know no data keys: they could not read what this one writes.
delete from store.function_set;
