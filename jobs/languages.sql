-- name: language
select users.language from ingestions join users using (user_id) where ingestion_id = %(ingestion_id)s
