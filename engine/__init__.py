"""The runtime: cases, waits, deadlines and the event log. It knows cases, not customers."""
