"""A terminal for all of it: the command `overdue-flow`, one file per command.

This is the only room that speaks to a terminal. Results go to the standard output, and everything about the run
(progress, mistakes) to the standard error, so that output can be piped. Exit codes:

    0    done; what was checked is sound, what was tested passes
    1    the policy, book or scenarios have problems, or a scenario fails
    2    the command was not understood, or something it names is not there
    130  stopped by Ctrl-C; 143 by SIGTERM
"""

import sys


def main() -> None:
    """Run the command line; does not return."""
    try:
        from overdue_flow.cli.app import run  # the terminal's packages are loaded when they are used
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        sys.exit(130)
    run()


__all__ = ["main"]
