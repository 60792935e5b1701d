"""How single values are checked, tidied, keyed, shown and kept secret."""
