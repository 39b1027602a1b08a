"""Keep count of the calls to one host, and of what it said was left of its allowances."""

import math
from collections import Counter
from collections.abc import Mapping

from app.core.errors import RateLimited, Transient
from app.ports.spending import Allowance, Ended, Spending


class Ledger:
    """Count calls. `allowances` gives each kind's headers by what they begin with, up to `-remaining` and `-limit`."""

    def __init__(self, allowances: Mapping[str, str]) -> None:
        self._allowances = allowances
        self._calls: Counter[Ended] = Counter()
        self._left: dict[str, Allowance] = {}

    def ended(self, error: BaseException | None) -> None:
        """Count a call by the error that it ended in, None: it was answered."""
        self._calls[_word(error)] += 1

    def heard(self, headers: Mapping[str, str]) -> Mapping[str, Allowance]:
        """Read what is left, and return what was told now; headers that are absent or nonsense change nothing."""
        told = {}
        for kind, prefix in self._allowances.items():
            left = _number(headers.get(f"{prefix}-remaining", ""))
            if left is not None:
                told[kind] = Allowance(left, _number(headers.get(f"{prefix}-limit", "")))
        self._left.update(told)
        return told

    def spending(self) -> Spending:
        """Return what was counted so far."""
        return Spending(dict(self._calls), dict(self._left))


def _word(error: BaseException | None) -> Ended:
    match error:
        case None:
            return "ok"
        case RateLimited():
            return "limited"
        case Transient():
            return "failed"
    return "refused"


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None
