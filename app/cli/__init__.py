"""Offer the commands of `followthrough`."""
