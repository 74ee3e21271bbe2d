"""How much of a policy its scenarios reach."""
