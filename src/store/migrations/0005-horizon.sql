-- Up to which date requests are over.

-- When the request was made, by its own account. Null: it is undated, or was remembered before this column was.
alter table store.seen_request add column dated_at timestamptz;

-- At most one row. What is forgotten of requests must not let them run again, whatever a clock says later: no request that
-- is dated `closed_until` or before runs any more. `takes_undated` is false after a restore: an undated request can't be told
-- from one that the backup does not know.
create table store.horizon (
  one boolean primary key default true check (one),
  closed_until timestamptz not null,
  takes_undated boolean not null default true
);
