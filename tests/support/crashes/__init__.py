"""Killing a lender's service again and again, and counting afterwards: nothing lost, nothing twice.

`world` is what happens to a small book; `service` is the process that is killed; `driver` kills it, and holds what the
store and the other side of the hooks say afterwards against each other. `python -m support.crashes STORE --kills 100`.
"""
