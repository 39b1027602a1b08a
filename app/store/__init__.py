"""Keep deliveries, items and records in SQLite or PostgreSQL."""
