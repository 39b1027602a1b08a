"""What the run says about vulnerable packages, and that it never stops or waits for it."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOUND = "jinja2 3.1.6 has 1 known vulnerability"


@pytest.mark.parametrize(
    ("status", "says", "told"),
    [
        (0, "Found no known vulnerabilities in 66 packages", "Dependencies: no known vulnerability.\n"),
        (
            1,
            FOUND,
            f"Dependencies with known vulnerabilities; see deploy/SECURITY.md:\n{FOUND}\n",
        ),
        (
            2,
            "error: error sending request\n  cause: dns error\n",
            "Dependencies were not audited:   cause: dns error\n",
        ),
    ],
    ids=["sound", "vulnerable", "out of reach"],
)
def test_an_audit_tells_and_stops_nothing(tmp_path: Path, status: int, says: str, told: str) -> None:
    """Whatever it finds; where nobody could be asked, it says that with the reason."""
    uv = tmp_path / "uv"
    uv.write_text(f"#!/bin/sh\nprintf '{says}'\nexit {status}\n", encoding="utf-8")
    uv.chmod(0o755)
    script = f'set -eu; . deploy/setup.sh; uv="{uv}"; audit_dependencies; echo goes on'
    done = subprocess.run(["sh", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("goes on\n", told)
