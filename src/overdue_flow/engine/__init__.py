"""What to do now: the only place where what is true and what is wanted meet. Pure."""
