"""Pairly: every door into the system, on one page."""

from typing import Any

from chalice.app import (
    AuthRequest,
    AuthResponse,
    Chalice,
    DynamoDBEvent,
    Response,
    SQSEvent,
    WebsocketEvent,
)

from chalicelib import accounts, reactions, realtime
from chalicelib.accounts import routes as accounts_routes
from chalicelib.core import http, socket
from chalicelib.core.errors import NotSignedIn
from chalicelib.core.settings import settings
from chalicelib.core.tables import NOTHING, touches
from chalicelib.core.telemetry import invocation
from chalicelib.matching import routes as matching_routes
from chalicelib.messaging import routes as messaging_routes
from chalicelib.messaging import sockets as messaging_sockets
from chalicelib.operations import routes as operations_routes
from chalicelib.reactions import REACTIONS
from chalicelib.realtime import routes as realtime_routes
from chalicelib.realtime import sockets as realtime_sockets
from chalicelib.wallet import routes as wallet_routes

app = Chalice(app_name="pairly")
app.experimental_feature_flags.add("WEBSOCKETS")


@app.authorizer(ttl_seconds=settings().authorizer_cache_seconds)
@touches(accounts.SIGNED_IN)
def authorizer(request: AuthRequest) -> AuthResponse:
    """Who holds the access token; API Gateway keeps the verdict for a minute."""
    scheme, _, token = request.token.partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise NotSignedIn()
        with invocation(door="authorizer"):
            caller = accounts.admit(token)
    except NotSignedIn:
        return AuthResponse(routes=[], principal_id="nobody")
    context = {
        "user_id": caller.user_id,
        "session_id": caller.session_id,
        "roles": " ".join(sorted(caller.roles)),
    }
    return AuthResponse(routes=["*"], principal_id=caller.user_id, context=context)


http.mount(
    app,
    [
        accounts_routes.auth,
        accounts_routes.me,
        realtime_routes.api,
        wallet_routes.api,
        wallet_routes.me,
        matching_routes.likes,
        matching_routes.matches,
        messaging_routes.conversations,
        messaging_routes.messages,
        operations_routes.health,
        operations_routes.documents,
    ],
    authorizer=authorizer,
)

socket.include(messaging_sockets.actions)


@app.on_ws_connect()
@touches(accounts.SIGNED_IN + realtime_sockets.CONNECTS)
def ws_connect(event: WebsocketEvent) -> Response:
    return realtime_sockets.connect(event.to_dict(), admits=accounts.still_signed_in)


@app.on_ws_disconnect()
@touches(realtime.PUSHES)
def ws_disconnect(event: WebsocketEvent) -> None:
    realtime_sockets.disconnect(event.to_dict())


@app.on_ws_message()
@touches(realtime.PUSHES)
def ws_message(event: WebsocketEvent) -> None:
    """Every action, and what is none: each has its own route and function, and all come here."""
    socket.hear(event.to_dict(), identify=realtime.identify, reply=realtime.reply)


@app.on_dynamodb_record(stream_arn="arn:ref:MembersTable.StreamArn")
@touches(NOTHING)
def stream_members(event: DynamoDBEvent) -> None:
    reactions.route(event.to_dict())


@app.on_dynamodb_record(stream_arn="arn:ref:SessionsTable.StreamArn")
@touches(NOTHING)
def stream_sessions(event: DynamoDBEvent) -> None:
    reactions.route(event.to_dict())


@app.on_dynamodb_record(stream_arn="arn:ref:ConnectionsTable.StreamArn")
@touches(NOTHING)
def stream_connections(event: DynamoDBEvent) -> None:
    reactions.route(event.to_dict())


@app.on_dynamodb_record(stream_arn="arn:ref:EntriesTable.StreamArn")
@touches(NOTHING)
def stream_entries(event: DynamoDBEvent) -> None:
    reactions.route(event.to_dict())


@app.on_dynamodb_record(stream_arn="arn:ref:MatchesTable.StreamArn")
@touches(NOTHING)
def stream_matches(event: DynamoDBEvent) -> None:
    reactions.route(event.to_dict())


@app.on_dynamodb_record(stream_arn="arn:ref:MessagesTable.StreamArn")
@touches(NOTHING)
def stream_messages(event: DynamoDBEvent) -> None:
    reactions.route(event.to_dict())


@app.on_sqs_message(queue_arn="arn:ref:AccountsCloseSocketsQueue", batch_size=10)
@touches(REACTIONS["accounts-close-sockets"].tables)
def accounts_close_sockets(event: SQSEvent) -> dict[str, Any]:
    return reactions.react("accounts-close-sockets", event.to_dict())


@app.on_sqs_message(queue_arn="arn:ref:WalletWelcomeQueue", batch_size=10)
@touches(REACTIONS["wallet-welcome"].tables)
def wallet_welcome(event: SQSEvent) -> dict[str, Any]:
    return reactions.react("wallet-welcome", event.to_dict())


@app.on_sqs_message(queue_arn="arn:ref:WalletAnnounceQueue", batch_size=10)
@touches(REACTIONS["wallet-announce"].tables)
def wallet_announce(event: SQSEvent) -> dict[str, Any]:
    return reactions.react("wallet-announce", event.to_dict())


@app.on_sqs_message(queue_arn="arn:ref:RealtimeGreetQueue", batch_size=10)
@touches(REACTIONS["realtime-greet"].tables)
def realtime_greet(event: SQSEvent) -> dict[str, Any]:
    return reactions.react("realtime-greet", event.to_dict())


@app.on_sqs_message(queue_arn="arn:ref:MatchingAnnounceQueue", batch_size=10)
@touches(REACTIONS["matching-announce"].tables)
def matching_announce(event: SQSEvent) -> dict[str, Any]:
    return reactions.react("matching-announce", event.to_dict())


@app.on_sqs_message(queue_arn="arn:ref:MessagingAnnounceQueue", batch_size=10)
@touches(REACTIONS["messaging-announce"].tables)
def messaging_announce(event: SQSEvent) -> dict[str, Any]:
    return reactions.react("messaging-announce", event.to_dict())


@app.on_sqs_message(queue_arn="arn:ref:MessagingInboxQueue", batch_size=10)
@touches(REACTIONS["messaging-inbox"].tables)
def messaging_inbox(event: SQSEvent) -> dict[str, Any]:
    return reactions.react("messaging-inbox", event.to_dict())


@app.on_sqs_message(queue_arn="arn:ref:MessagingEndTypingQueue", batch_size=10)
@touches(REACTIONS["messaging-end-typing"].tables)
def messaging_end_typing(event: SQSEvent) -> dict[str, Any]:
    return reactions.react("messaging-end-typing", event.to_dict())
