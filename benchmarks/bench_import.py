"""What `import overdue_flow` costs a service that starts, against `import pydantic, transitions`: whole processes."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile

ROUNDS = 11
FLOOR = "import pydantic, transitions"
POLICY = """
language: 1
policy: small
version: "1"
stages:
  open: {start: true, rules: [{id: late, when: dpd >= 1, to: shut}]}
  shut: {end: true}
"""
STATEMENTS = {
    "python alone": "pass",
    FLOOR: FLOOR,
    "pydantic in use: from pydantic import BaseModel, ...": "import transitions; from pydantic import BaseModel, Field",
    "import overdue_flow": "import overdue_flow",
    "import overdue_flow, and load a policy": f"import overdue_flow; overdue_flow.load_policy(text={POLICY!r})",
}
"""`import pydantic` alone loads little: a part is loaded when a name is asked for, so one more peer asks for some."""


def milliseconds(statement: str, compiled: str) -> float:
    """Processor time of a fresh interpreter that runs `statement`; the modules are compiled already."""
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen([sys.executable, "-c", statement], env=settings | {"PYTHONPYCACHEPREFIX": compiled})
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = status
    assert status == 0, statement
    return (used.ru_utime + used.ru_stime) * 1e3


def main() -> None:
    """Each statement in turn, as often as there are rounds."""
    rounds: dict[str, list[float]] = {name: [] for name in STATEMENTS}
    with tempfile.TemporaryDirectory() as compiled:
        for statement in STATEMENTS.values():
            milliseconds(statement, compiled)
        for _ in range(ROUNDS):
            for name, statement in STATEMENTS.items():
                rounds[name].append(milliseconds(statement, compiled))
    print(f"a whole process, processor time: median of {ROUNDS}, and of the ratio within each round")
    for name, figures in rounds.items():
        ratio = statistics.median(one / base for one, base in zip(figures, rounds[FLOOR], strict=True))
        print(f"  {name:54} {statistics.median(figures):8.1f} ms   {ratio:5.2f} x {FLOOR}")


if __name__ == "__main__":
    main()
