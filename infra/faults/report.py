"""What a run says: a line for each job, a table at the end, and `build/faults.json`."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from infra.faults.jobs import Outcome, Part

FILE = Path("build/faults.json")
PARTS: tuple[Part, ...] = ("sweep", "race", "gate", "simulation")
TITLES = {
    "sweep": "crash-point sweep",
    "race": "races",
    "gate": "mutation gate",
    "simulation": "seeded simulation",
}


@dataclass
class Report:
    """Everything so far."""

    out: TextIO
    total: int
    outcomes: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """One more job is done."""
        self.outcomes.append(outcome)
        place = f"[{len(self.outcomes):3}/{self.total}]"
        line = f"{place} {outcome.job!s:62} {outcome.cases:4} cases {outcome.seconds:6.1f} s"
        self._say(f"{line}  {_verdict(outcome)}".rstrip())
        for violation in outcome.violations[:5]:
            self._say(f"      {violation}")
        if len(outcome.violations) > 5:
            self._say(f"      and {len(outcome.violations) - 5} more")

    def close(self, seconds: float, seeds: list[int]) -> bool:
        """Say what it comes to; whether all is well."""
        self._say("")
        self._say(f"{'':20} {'jobs':>6} {'cases':>7} {'requests':>9} {'faults':>7} {'wrong':>6}")
        for part in PARTS:
            own = [each for each in self.outcomes if each.job.part == part]
            if own:
                self._say(_row(TITLES[part], own))
        self._say(_row("all", self.outcomes))
        for kind, count in sorted(self.faults.items()):
            self._say(f"    {kind:32} {count:7}")
        wrong = [each for each in self.outcomes if not each.fine]
        for outcome in wrong:
            self._say(f"WRONG {outcome.job}; to see it again: {_again(outcome)}")
        self._say(f"{seconds:.0f} s, {'nothing wrong' if not wrong else f'{len(wrong)} wrong'}")
        FILE.parent.mkdir(exist_ok=True)
        FILE.write_text(json.dumps(self.document(seeds), indent=2) + "\n")
        return not wrong

    @property
    def faults(self) -> Counter[str]:
        """How often each kind struck."""
        return sum((each.faults for each in self.outcomes), Counter())

    def document(self, seeds: list[int]) -> dict[str, Any]:
        """The same for a machine."""
        gate = [each for each in self.outcomes if each.job.part == "gate"]
        return {
            "seeds": seeds,
            "cases": sum(each.cases for each in self.outcomes),
            "requests": sum(each.requests for each in self.outcomes),
            "faults": dict(sorted(self.faults.items())),
            "violations": [told for each in self.outcomes for told in each.violations],
            "mutants": {
                "killed": sum(each.killed for each in gate),
                "equivalent": [e.job.name for e in gate if not (e.killed or e.survived)],
                "survived": [each.job.name for each in gate if each.survived],
            },
        }

    def _say(self, line: str) -> None:
        self.out.write(line + "\n")
        self.out.flush()


def _verdict(outcome: Outcome) -> str:
    if outcome.violations:
        return f"{len(outcome.violations)} VIOLATIONS"
    if outcome.job.part != "gate":
        return outcome.note
    if outcome.survived:
        return "NOTICED THOUGH LISTED AS EQUIVALENT" if outcome.killed else "SURVIVED"
    return "killed" if outcome.killed else "equivalent"


def _again(outcome: Outcome) -> str:
    if outcome.job.part == "simulation":
        return f"make faults SEED={outcome.job.name}"
    return f"make faults ARGS=\"'{outcome.job.name}'\""


def _row(title: str, outcomes: list[Outcome]) -> str:
    cases = sum(each.cases for each in outcomes)
    requests = sum(each.requests for each in outcomes)
    faults = sum(each.faults.total() for each in outcomes)
    wrong = sum(not each.fine for each in outcomes)
    return f"{title:20} {len(outcomes):6} {cases:7} {requests:9} {faults:7} {wrong:6}"
