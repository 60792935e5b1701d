"""From the event log to a defensible penalty: facts, liability, findings, pricing, the ledger of a month."""
