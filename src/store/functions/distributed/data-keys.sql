-- What a rekey waits for, where transactions have their parts on several nodes.

-- Each node numbers its own.
create or replace function store.mark_transactions()
returns text language plpgsql set search_path = store, pg_temp as $$
begin
  return (select json_object_agg(nodeid, result) from at_every_node('select pg_current_xact_id()'));
end $$;

-- What is prepared and not settled counts as under way. A node that has come since has nothing that is older.
create or replace function store.are_older_over(p_mark text)
returns boolean language plpgsql set search_path = store, pg_temp as $$
begin
  return (
    select coalesce(bool_and(is_nothing_older(result::pg_snapshot, (p_mark::json ->> nodeid::text)::xid8)), true)
    from at_every_node('select pg_current_snapshot()')
  );
end $$;

create or replace function store.at_every_node(p_command text)
returns table (nodeid integer, result text) language plpgsql as $$
declare
  v_answer record;
begin
  for v_answer in select * from run_command_on_all_nodes(p_command) loop
    if not v_answer.success then
      raise exception 'a node does not answer' using errcode = 'connection_failure';
    end if;
    nodeid := v_answer.nodeid;
    result := v_answer.result;
    return next;
  end loop;
end $$;
