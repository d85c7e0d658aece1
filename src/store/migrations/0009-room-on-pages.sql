-- Each share that is stored or deleted changes its account's row. Where the row's page has room, the new version stays on it, and
-- no index has to learn of another place. Pages that are full already get room as their rows change.
alter table store.account set (fillfactor = 90);
