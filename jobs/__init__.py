"""Background work: rows of the ledger carried out by RQ workers, and by the relay itself while Redis is away."""
