"""Notice a webhook secret that was changed on one side only: signatures are wrong, one after the other."""

from dataclasses import dataclass
from datetime import datetime

from app.ports.examiner import Diagnosis


@dataclass(slots=True)
class Seals:
    """Count one door's calls with a wrong signature since the last one with a right one; `since` (UTC) is the first."""

    refused: int = 0
    since: datetime | None = None

    def wrong(self, now: datetime) -> None:
        """Note a call whose signature is missing or fits none of our secrets."""
        self.refused += 1
        self.since = self.since or now

    def right(self) -> None:
        """Note a call whose signature fits."""
        self.refused, self.since = 0, None

    def diagnosis(self, tracker: str) -> Diagnosis | None:
        """Say what is wrong, from the first such call on; strangers who call us in between look the same."""
        if self.since is None:
            return None
        calls = "the latest webhook call" if self.refused == 1 else f"the latest {self.refused} webhook calls"
        what = f"{calls} for {tracker}, since {self.since:%Y-%m-%d %H:%M} UTC, had no signature of a secret of ours"
        setting = f"FOLLOWTHROUGH_{tracker.upper()}_WEBHOOK_SECRETS"
        hint = f"if {tracker} sent them, its secret lacks in {setting}: set both, the new and the old, and restart"
        return Diagnosis(f"{tracker}.signature", what, f"{hint}; else it was a stranger", level="warning")
