"""Runs the revisions on the connection that `database.schema` hands over, in one transaction, one process at a time."""

from alembic import context

from database.columns import metadata
from database.migrations.render import render_item
from database.schema import begin, finish

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=context.script.get_current_head() is not None,  # nothing to rebuild in the first revision
    render_item=render_item,
    compare_type=True,
    transactional_ddl=True,
)
begin(connection)
context.run_migrations()
finish(connection)
