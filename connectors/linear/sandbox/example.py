"""Give the policy that fits Acme."""

POLICY = """\
version: 1

watch:
  - {{tracker: linear, teams: [ENG, OPS], label: post-mortem}}

classes:
  operational:
    label: operational
    aliases: [ops, quick-fix]
    due: {{urgent: 7d, default: 30d}}
  strategic:
    label: strategic
    aliases: [long-term]
  risk:
    label: risk
  needs_class: needs-class
  grace: {grace}
  on_conflict: wait

size:
  estimate_at_least: 8
urgency:
  priorities: [Urgent]

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
    - {{source: linear, team: OPS}}
    - {{source: static, people: [linus@acme.test, grace@acme.test], starts: 2026-11-02T09:00:00+01:00, every: 7d}}

routes:
  - name: platform
    area: platform
    operational:
      on_call: platform
      linear: {{team: OPS, state: Todo, cycle: active}}
    strategic:
      linear: {{project: Q4 Reliability}}

stale:
  operational: {{default: 7d, urgent: 2d}}
  strategic: {{default: 30d, urgent: 14d}}
  unclassified: {{default: 3d}}
  ladder:
    - {{after: 0d, tell: owner}}
    - {{after: 7d, tell: on_call}}
    - {{after: 14d, tell: mandate}}

activity:
  bots: [codebot@acme.test]
"""
