"""Behaviour counted from a real history: what borrowers paid in each month, how sure that is, what it foretells."""
