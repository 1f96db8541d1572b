"""Brings a database to the schema that this version of opsroom knows, and refuses one that is newer."""

from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from opsroom.errors import Unavailable


def migrate(engine: Engine) -> None:
    """Applies what is missing, in one unit of work; two processes that open at once take turns."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    script = ScriptDirectory.from_config(config)
    known = {one.revision for one in script.walk_revisions()}
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        current = MigrationContext.configure(connection).get_current_revision()
        if current is not None and current not in known:
            raise Unavailable(
                f"the database has schema {current}, which this version of opsroom does not know; "
                "open it with the version of opsroom that wrote it, or with a later one"
            )
        if current == script.get_current_head():
            return

        def missing(revision: "str | tuple[str, ...]", _: MigrationContext) -> list[RevisionStep]:
            return script._upgrade_revs("head", revision)  # type: ignore[arg-type]

        with EnvironmentContext(config, script, fn=missing) as environment:
            environment.configure(connection=connection, transactional_ddl=False)
            environment.run_migrations()
