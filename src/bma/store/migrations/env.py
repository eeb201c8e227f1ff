"""How Alembic is run: inside the transaction that :func:`bma.store.migrate.upgrade` hands over."""

from alembic import context

from bma.store.metadata import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True)
context.run_migrations()
