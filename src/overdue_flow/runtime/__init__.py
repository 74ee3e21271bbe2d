"""One loan, live."""
