"""`python -m overdue_flow`: the same as the command `overdue-flow`."""

from overdue_flow.cli import main

if __name__ == "__main__":
    main()
