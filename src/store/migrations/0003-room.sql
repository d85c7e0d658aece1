-- What strangers may fill.

-- Accounts that were opened and undated requests of keys without an account, by the network that they came from. Rows are
-- counted for an hour, and hold nothing beside a hash. There is one each: a counter would make the transactions of a network
-- wait for each other.
create table store.newcomer (
  newcomer_id bigint generated always as identity primary key,
  network_hmac bytea not null check (octet_length(network_hmac) = 32),
  came_at timestamptz not null
);
create index newcomer_network on store.newcomer (network_hmac, came_at);
create index newcomer_time on store.newcomer (came_at);

-- Whether there is room for new accounts and shares, as a server has found last. All servers go by it.
alter table store.server add column is_full boolean not null default false;
