"""Connect trackers, rotas and messengers: one folder each, found by its manifest."""
