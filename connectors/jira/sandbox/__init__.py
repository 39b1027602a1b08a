"""Play the part of Jira that the service speaks with; imported only when a sandbox is wanted."""

from connectors.jira.sandbox.sandbox import JiraSandbox

__all__ = ["JiraSandbox"]
