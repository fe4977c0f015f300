drop table digests;
alter table users
  drop column quiet_from,
  drop column quiet_until,
  drop column proactive_day,
  drop column proactive_said,
  drop column creator_digest;
