-- name: spent
select input_tokens + output_tokens as tokens from model_usage
where user_id = current_person() and day = %(day)s

-- name: add
insert into model_usage (user_id, day, requests, input_tokens, output_tokens)
values (current_person(), %(day)s, 1, %(input_tokens)s, %(output_tokens)s)
on conflict (user_id, day) do update set
  requests = model_usage.requests + 1,
  input_tokens = model_usage.input_tokens + excluded.input_tokens,
  output_tokens = model_usage.output_tokens + excluded.output_tokens
