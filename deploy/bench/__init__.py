"""Measure, each against a bare handler or the machine's own limit in the same run."""
