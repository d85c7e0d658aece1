-- What operators watch, summed over all nodes. Rows are not estimated here.

create or replace function store.table_sizes()
returns table (name text, tuples double precision, bytes double precision) language plpgsql stable as $$
begin
  return query
    select c.relname::text, 0::double precision, sum(s.shard_size)::double precision
    from citus_shards s join pg_class c on c.oid = s.table_name
    where c.relnamespace = 'store'::regnamespace group by c.relname;
end $$;

create or replace function store.database_bytes()
returns double precision language plpgsql stable as $$
begin
  return (
    select sum(result::double precision)
    from run_command_on_all_nodes('select pg_database_size(current_database())') where success
  );
end $$;
