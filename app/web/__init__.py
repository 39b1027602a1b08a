"""Answer HTTP: the webhook doors, items, health."""
