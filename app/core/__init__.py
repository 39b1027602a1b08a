"""Decide what an action item needs: values and rules, without clock, network, log or installed package."""
