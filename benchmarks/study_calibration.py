"""What the first half of real months foretells of the second, as it is simulated: the tables of docs/calibration.md.

    python benchmarks/study_calibration.py --borrowers 8000 --write

The early part of the study looks at nothing of the second half: it is what the choices were made by.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from books import ROOT  # first: the helpers of the tests are found through it

from support import credit_record, foretelling

PAGE = ROOT / "docs" / "calibration.md"
DATA = (ROOT / os.environ.get("OVERDUE_FLOW_DATA", "../shared/data")).resolve()


def studied(borrowers: int, policy: Path, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Each table of the page by name, as it is found."""
    first_half = foretelling.Record(DATA, foretelling.SPLIT, policy, borrowers)
    early = {split: first_half.study(split, foretelling.SPLIT) for split in foretelling.PARTINGS}
    unrest = max(one.unrest for one in early.values())
    yield "early", foretelling.early_table(early)

    record = foretelling.Record(DATA, credit_record.LAST, policy, borrowers)
    late, on_average = (
        record.study(foretelling.SPLIT, credit_record.LAST, unrest, lived=lived) for lived in (True, False)
    )
    yield "credit_record", foretelling.page_of(late, on_average)
    for schedule in ("local", "kiva"):
        yield (
            f"kiva {schedule}",
            foretelling.page_of_kiva(foretelling.kiva(DATA, schedule, policy, folder / schedule, borrowers // 8)),
        )


def main() -> None:
    """Run the study; with `--write`, put its tables into the page."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--borrowers", type=int, default=8000, help="so many are lived of each population")
    asked.add_argument("--write", action="store_true", help="put the tables into docs/calibration.md")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        policy = Path(folder) / "policy.yaml"
        policy.write_text(foretelling.POLICY, "utf-8")
        begun = time.perf_counter()
        for name, lines in studied(given.borrowers, policy, Path(folder)):
            print(f"== {name}, after {time.perf_counter() - begun:.0f} s", *lines, sep="\n", flush=True)
            if given.write:
                PAGE.write_text(foretelling.written(PAGE.read_text("utf-8"), name, lines), "utf-8")


if __name__ == "__main__":
    main()
