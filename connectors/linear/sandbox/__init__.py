"""Play the part of Linear that the service speaks with; imported only when a sandbox is wanted."""

from connectors.linear.sandbox.sandbox import LinearSandbox

__all__ = ["LinearSandbox"]
