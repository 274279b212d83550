"""The management API of API Gateway's sockets: post a frame, close a socket."""

from botocore.exceptions import ClientError

from chalicelib.core.aws import client
from chalicelib.core.needs import Need, Needs
from chalicelib.core.settings import settings

POSTS = Needs([Need("execute-api:ManageConnections", "sockets/POST")])
CLOSES = Needs([Need("execute-api:ManageConnections", "sockets/DELETE")])


def post(connection_id: str, frame: str) -> bool:
    """Send a frame; False if the socket is gone (410)."""
    api = client("apigatewaymanagementapi", settings().connections_endpoint)
    try:
        api.post_to_connection(ConnectionId=connection_id, Data=frame.encode())
    except ClientError as failure:
        if _is_gone(failure):
            return False
        raise
    return True


def close(connection_id: str) -> None:
    """Close a socket, unless it is gone already."""
    api = client("apigatewaymanagementapi", settings().connections_endpoint)
    try:
        api.delete_connection(ConnectionId=connection_id)
    except ClientError as failure:
        if not _is_gone(failure):
            raise


def _is_gone(failure: ClientError) -> bool:
    return failure.response.get("Error", {}).get("Code") == "GoneException"
