-- name: grant
grant select, insert, update, delete on checkpoints, checkpoint_blobs, checkpoint_writes to evermynd_app

-- name: function
create or replace function forget_checkpoints() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
  delete from checkpoint_writes where thread_id = old.inbox_id::text;
  delete from checkpoint_blobs where thread_id = old.inbox_id::text;
  delete from checkpoints where thread_id = old.inbox_id::text;
  return null;
end $$

-- name: trigger
create or replace trigger forget_checkpoints after delete or update of deleted_at on inbox for each row execute function forget_checkpoints()
