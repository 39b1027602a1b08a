"""Hold the Jira sandbox to what real Jira does."""
