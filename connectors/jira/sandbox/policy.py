"""The policy that fits Acme's site."""

from datetime import UTC, datetime, timedelta

_POLICY = """\
version: 1

watch:
  - {{tracker: jira, projects: [PM], label: post-mortem}}

classes:
  operational:
    label: operational
    aliases: [ops, quick-fix]
    due: {{urgent: 7d, default: 30d}}
  strategic:
    label: strategic
    aliases: [strategical, long-term]
  risk:
    label: risk
  needs_class: needs-class
  grace: {grace}
  on_conflict: wait

size:
  estimate_at_least: 8
  labels: [size/l, size/xl]
urgency:
  priorities: [Highest]
  labels: [sev1]

people:
  - name: Ada Admin
    email: ada@acme.test
    role: staff_engineer
    mandate: {{areas: [platform]}}
  - name: Grace Hopper
    email: grace@acme.test
    role: engineering_manager
    mandate: {{}}
  - {{name: Linus Duty, email: linus@acme.test, role: engineer}}
mandate_roles: [staff_engineer, engineering_manager]

goals:
  - {{key: retention, text: "Customers can always pay"}}

on_call:
  platform:
    - {{source: static, people: [linus@acme.test, grace@acme.test], starts: {starts}, every: 7d}}

routes:
  - name: everything
    area: platform
    operational:
      on_call: platform
      jira: {{board: 42, set: {{labels: [team-ops]}}}}
    strategic:
      jira: {{parent: PLAT-7}}

stale:
  operational: {{default: 7d, urgent: 2d}}
  strategic: {{default: 30d, urgent: 14d}}
  unclassified: {{default: 3d}}
  ladder:
    - {{after: 0d, tell: owner}}
    - {{after: 7d, tell: on_call}}
    - {{after: 14d, tell: mandate}}
"""


def policy(grace: str) -> str:
    """Return the text of a `followthrough.yaml`; Linus is on call in the week that runs now."""
    now = datetime.now(UTC)
    monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    return _POLICY.format(grace=grace, starts=f"{monday:%Y-%m-%dT%H:%M:%SZ}")
