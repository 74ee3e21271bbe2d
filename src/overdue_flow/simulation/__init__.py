"""What would happen: a policy lived through on the history of a book of loans."""
