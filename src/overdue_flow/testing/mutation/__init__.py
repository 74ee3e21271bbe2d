"""Mutation: a policy changed in one small way after the other, and which of these changes its scenarios notice."""
