"""Carry items through receive, look, decide, apply and record, over the ports alone."""
