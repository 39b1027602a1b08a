"""Make post-mortem action items get done, beside the tracker where the team already works."""
