"""A policy tried on a population: what became of it in figures, with their uncertainty, and two policies compared."""
