"""What `import overdue_flow` costs a service that starts, against `import pydantic, transitions`: whole processes."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

ROUNDS = 11
STATEMENTS = {
    "python alone": "pass",
    "import pydantic, transitions": "import pydantic, transitions",
    "import overdue_flow": "import overdue_flow",
    "import overdue_flow, and read a policy": "import overdue_flow; overdue_flow.load_policy(text={policy!r})",
}
FLOOR = "import pydantic, transitions"
POLICY = 'language: 1\npolicy: small\nversion: "1"\nstages: {open: {start: true, rules: [{id: r, when: dpd >= 1, to: shut}]}, shut: {end: true}}'


def milliseconds(statement: str) -> float:
    """What a fresh interpreter takes to run `statement` and end."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return (time.perf_counter() - started) * 1e3


def main() -> None:
    rounds: dict[str, list[float]] = {name: [] for name in STATEMENTS}
    for _ in range(ROUNDS):
        for name, statement in STATEMENTS.items():
            rounds[name].append(milliseconds(statement.format(policy=POLICY) if "{policy" in statement else statement))
    print(f"a whole process, median of {ROUNDS}, and the ratio within each round")
    for name, figures in rounds.items():
        ratio = statistics.median(one / base for one, base in zip(figures, rounds[FLOOR], strict=True))
        print(f"  {name:42} {statistics.median(figures):8.1f} ms   {ratio:5.2f} x {FLOOR}")


if __name__ == "__main__":
    main()
