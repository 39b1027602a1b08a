"""Keep deliveries, items, records and pauses in SQLite or PostgreSQL: one code path over SQLAlchemy Core.

The queue is the `items` table itself. `due_at` is when a row may be claimed; while it is lent, that is the end of its
lease, and a touch writes `again_at` instead. So a row cannot be queued twice, and no touch gets lost during a run.
"""

from app.store.copying import copy
from app.store.schema import upgrade
from app.store.store import SqlStore

__all__ = ["SqlStore", "copy", "upgrade"]
