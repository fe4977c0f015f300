-- name: offered
select exists (
  select from outbox
  join conversations using (conversation_id)
  where conversations.channel = %(channel)s and conversations.account = %(account)s
    and conversations.external_id = %(external_id)s
    and outbox.payload -> 'files' @> jsonb_build_array(jsonb_build_object('file_id', %(file_id)s::text))
) as found
