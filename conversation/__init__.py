"""The one core: people, coaches, threads, the graph of a turn, inbox, lanes, outbox and the Channel port."""
