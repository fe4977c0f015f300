drop table slots, outbox, lanes, inbox, messages, conversations;
