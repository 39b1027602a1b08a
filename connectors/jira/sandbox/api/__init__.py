"""Jira's REST API over the world: a table of operations and what each does."""
