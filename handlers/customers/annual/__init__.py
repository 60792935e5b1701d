"""The yearly freeze review (SD-010 2.1.3): candidates, proposal, opinions per line, applications."""
