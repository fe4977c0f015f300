drop view thread_lines;
alter table conversations drop column seen_seq;
