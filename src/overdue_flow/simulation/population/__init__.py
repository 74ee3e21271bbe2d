"""A population: borrowers as a file states them, how they behave, and the days that they live under a policy."""
