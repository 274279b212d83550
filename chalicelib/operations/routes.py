"""Operations over HTTP."""

from chalicelib.core.access import Permission
from chalicelib.core.errors import NotReady
from chalicelib.core.http import Api
from chalicelib.core.tables import NOTHING, reads
from chalicelib.operations import service
from chalicelib.operations.schemas import Health

health = Api("operations", prefix="/v1/health")


@health.get("/live", access=Permission.PUBLIC, tables=NOTHING)
def live() -> Health:
    """Whether the process answers at all; it asks nothing of anything else."""
    return Health(status="live")


@health.get("/ready", access=Permission.PUBLIC, tables=reads("members"), raises=(NotReady,))
def ready() -> Health:
    """Whether what every request needs is there: the database and the signing keys."""
    service.check_ready()
    return Health(status="ready")
