-- Whether the tables are spread over the nodes of a Citus cluster (distribute.ts): there is no row where one node has them all.
-- The table is in every database, so that a program from before refuses one that it would break.
create table store.distribution (
  one boolean primary key default true check (one),
  is_done boolean not null default false,
  -- Up to which date requests may have been remembered before the first step, which do not tell where they lie. Null: none are.
  earlier_until timestamptz,
  -- Who could call the functions when the first step took them away.
  roles text[] not null
);
