"""What is remembered: journals, cases, and the days on which cases wake."""
