"""A change, a freeze or an unfreeze, from the form to the next version."""
