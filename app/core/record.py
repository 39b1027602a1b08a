"""The whole story of one run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.core.decision import Finding, Verdict


@dataclass(frozen=True, slots=True)
class Record:
    """Tell why a run took place, what it saw, decided and wrote, and what failed.

    `decided` is the class that it wrote for, and why, before the writes; findings and verdicts are from after them.
    `at` is UTC, `calls` counts API calls (of those that many items shared, a share). `writes` are done; `held` were
    wanted and not done, each with its reason (observe mode, a limit, a refusal).
    """

    at: datetime
    because: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    writes: tuple[str, ...] = ()
    held: Mapping[str, str] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()
    decided: str = ""
    failed: str | None = None
    calls: int = 0
    saw: Mapping[str, str] = field(default_factory=dict)
