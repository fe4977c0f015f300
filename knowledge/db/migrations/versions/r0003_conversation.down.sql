drop table slots, buttons, outbox, lanes, inbox, messages, conversations;
