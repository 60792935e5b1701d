"""Is this customer there already? Names taken apart, indexed, compared."""
