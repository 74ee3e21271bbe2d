"""Peers' own cases, told to the library. Adapters translate words; every day, amount and stage is the library's."""
