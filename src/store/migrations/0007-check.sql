-- When every share was last read, and how many were damaged then. Null: never yet.
alter table store.server add column checked_at timestamptz;
alter table store.server add column damaged_shares integer check (damaged_shares >= 0);
