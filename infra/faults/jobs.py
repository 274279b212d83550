"""What one process is asked to do, and what it reports: plain values that travel between both."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Part = Literal["sweep", "race", "gate", "simulation"]


@dataclass(frozen=True)
class Job:
    """One scene, mutant or seed, by name."""

    part: Part
    name: str

    def __str__(self) -> str:
        return f"{self.part:10} {self.name}"


@dataclass
class Outcome:
    """What came of a job.

    violations  in words, each with the case that shows it
    survived    a mutant that nobody noticed, and that is not listed as equivalent
    """

    job: Job
    cases: int = 0
    requests: int = 0
    seconds: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    killed: bool = False
    survived: bool = False
    note: str = ""

    @property
    def fine(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.violations or self.survived)
