"""What pages and reports ask of the whole store."""
