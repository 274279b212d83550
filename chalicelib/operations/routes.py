"""Operations over HTTP."""

from typing import Annotated

from chalicelib.core.access import Permission
from chalicelib.core.errors import NotReady
from chalicelib.core.http import Api, Document
from chalicelib.core.incoming import JSON
from chalicelib.core.needs import NOTHING
from chalicelib.operations import service
from chalicelib.operations.schemas import Health

health = Api("operations", prefix="/v1/health")
documents = Api("operations", prefix="/v1")
apis = [health, documents]

HTML = "text/html; charset=utf-8"
PUBLISHED = "public, max-age=300"


@health.get("/live", access=Permission.PUBLIC, needs=NOTHING)
def live() -> Health:
    """Whether the process answers at all; it asks nothing of anything else."""
    return Health(status="live")


@health.get("/ready", access=Permission.PUBLIC, needs=service.CHECKS, raises=(NotReady,))
def ready() -> Health:
    """Whether what every request needs is there: the database and the signing keys."""
    service.check_ready()
    return Health(status="ready")


@documents.get(
    "/openapi.json",
    access=Permission.PUBLIC,
    needs=NOTHING,
    cache_control=PUBLISHED,
    describes_all=True,
)
def rest_document() -> Annotated[Document, JSON]:
    """This API, for machines: an OpenAPI 3.1 document."""
    from chalicelib.operations import openapi

    return Document(openapi.text(), JSON)


@documents.get(
    "/asyncapi.json",
    access=Permission.PUBLIC,
    needs=NOTHING,
    cache_control=PUBLISHED,
    describes_all=True,
)
def socket_document() -> Annotated[Document, JSON]:
    """The socket, for machines: an AsyncAPI 3.0 document."""
    from chalicelib.operations import asyncapi

    return Document(asyncapi.text(), JSON)


@documents.get(
    "/docs",
    access=Permission.PUBLIC,
    needs=NOTHING,
    cache_control=PUBLISHED,
    describes_all=True,
)
def page_for_people() -> Annotated[Document, HTML]:
    """Both, for people: one page that needs nothing else."""
    from chalicelib.operations import page

    return Document(page.text(), HTML)
