"""Background work: the worker, the relay that feeds it from Postgres, and the schedule."""
