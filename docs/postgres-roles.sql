-- The two roles of a share server on Postgres, and its database. Run once, as a superuser, with psql:
--
--   psql -f docs/postgres-roles.sql
--   psql -c '\password share_owner' -c '\password share_server'
--
-- share_owner owns the schema and migrates it; it is for the operator's command line only.
-- share_server is what the server connects as. It may call the store's public functions, and nothing else: it can
-- read no table. `share-server migrate --grant share_server` gives it these rights, once; later migrations keep them.

create role share_owner login;
create role share_server login;
create database share_server owner share_owner;
revoke all on database share_server from public;
grant connect on database share_server to share_server;
