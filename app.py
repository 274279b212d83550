"""Pairly: every door into the system, on one page.

A deployed function opens only the doors of the feature that `PAIRLY_FEATURE` names, and loads what
it serves (`PAIRLY_LOADS`) when it starts: a start has the whole processor, an event a part of it.
"""

# ruff: noqa: E402  what is imported below is what the collector must not search
import gc

gc.disable()  # nothing that is made while importing is garbage

from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

from chalice.app import (
    AuthRequest,
    AuthResponse,
    Chalice,
    DynamoDBEvent,
    Response,
    S3Event,
    SQSEvent,
    WebsocketEvent,
)

from chalicelib.core import db, http, socket
from chalicelib.core.errors import NotSignedIn
from chalicelib.core.needs import needs
from chalicelib.core.settings import settings
from chalicelib.core.telemetry import invocation

app = Chalice(app_name="pairly")
app.experimental_feature_flags.add("WEBSOCKETS")


@app.authorizer(ttl_seconds=settings().authorizer_cache_seconds)
@needs("accounts.service:ADMITS")
def authorizer(request: AuthRequest) -> AuthResponse:
    """Who holds the access token; API Gateway keeps the verdict for a minute."""
    from chalicelib.accounts import service as accounts

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


def doors(kind: str, *features: str) -> Iterator[ModuleType]:
    """The doors of a kind of those features that this process serves."""
    for feature in features:
        if settings().serves(feature):
            yield import_module(f"chalicelib.{feature}.{kind}")


http.mount(
    app,
    [
        api
        for routes in doors(
            "routes",
            "accounts",
            "realtime",
            "wallet",
            "profiles",
            "matching",
            "messaging",
            "blocking",
            "reporting",
            "operations",
        )
        for api in routes.apis
    ],
    authorizer=authorizer,
)

socket.include(*(sockets.actions for sockets in doors("sockets", "messaging")))


@app.on_ws_connect()
@needs("accounts.service:SIGNED_IN", "realtime:CONNECTS")
def ws_connect(event: WebsocketEvent) -> Response:
    from chalicelib.accounts import service as accounts
    from chalicelib.realtime import sockets

    return sockets.connect(event.to_dict(), admits=accounts.still_signed_in)


@app.on_ws_disconnect()
@needs("realtime:DISCONNECTS")
def ws_disconnect(event: WebsocketEvent) -> None:
    from chalicelib.realtime import sockets

    sockets.disconnect(event.to_dict())


@app.on_ws_message()
@needs("realtime:REPLIES")
def ws_message(event: WebsocketEvent) -> None:
    """Every action, and what is none: each has its own route and function, and all come here."""
    from chalicelib import realtime

    socket.hear(event.to_dict(), identify=realtime.identify, reply=realtime.reply)


@app.on_dynamodb_record(stream_arn="arn:ref:MembersTable.StreamArn")
def stream_members(event: DynamoDBEvent) -> None:
    from chalicelib import reactions

    reactions.route("accounts", event.to_dict())


@app.on_dynamodb_record(stream_arn="arn:ref:SessionsTable.StreamArn")
def stream_sessions(event: DynamoDBEvent) -> None:
    from chalicelib import reactions

    reactions.route("accounts", event.to_dict())


@app.on_dynamodb_record(stream_arn="arn:ref:ConnectionsTable.StreamArn")
def stream_connections(event: DynamoDBEvent) -> None:
    from chalicelib import reactions

    reactions.route("realtime", event.to_dict())


@app.on_dynamodb_record(stream_arn="arn:ref:EntriesTable.StreamArn")
def stream_entries(event: DynamoDBEvent) -> None:
    from chalicelib import reactions

    reactions.route("wallet", event.to_dict())


@app.on_dynamodb_record(stream_arn="arn:ref:MatchesTable.StreamArn")
def stream_matches(event: DynamoDBEvent) -> None:
    from chalicelib import reactions

    reactions.route("matching", event.to_dict())


@app.on_dynamodb_record(stream_arn="arn:ref:MessagesTable.StreamArn")
def stream_messages(event: DynamoDBEvent) -> None:
    from chalicelib import reactions

    reactions.route("messaging", event.to_dict())


@app.on_sqs_message(queue_arn="arn:ref:AccountsCloseSocketsQueue", batch_size=10)
def accounts_close_sockets(event: SQSEvent) -> dict[str, Any]:
    from chalicelib import reactions

    return reactions.react("accounts-close-sockets", event.to_dict())


@app.on_sqs_message(queue_arn="arn:ref:WalletWelcomeQueue", batch_size=10)
def wallet_welcome(event: SQSEvent) -> dict[str, Any]:
    from chalicelib import reactions

    return reactions.react("wallet-welcome", event.to_dict())


@app.on_sqs_message(queue_arn="arn:ref:WalletAnnounceQueue", batch_size=10)
def wallet_announce(event: SQSEvent) -> dict[str, Any]:
    from chalicelib import reactions

    return reactions.react("wallet-announce", event.to_dict())


@app.on_sqs_message(queue_arn="arn:ref:RealtimeGreetQueue", batch_size=10)
def realtime_greet(event: SQSEvent) -> dict[str, Any]:
    from chalicelib import reactions

    return reactions.react("realtime-greet", event.to_dict())


@app.on_sqs_message(queue_arn="arn:ref:ProfilesFollowMemberQueue", batch_size=10)
def profiles_follow_member(event: SQSEvent) -> dict[str, Any]:
    from chalicelib import reactions

    return reactions.react("profiles-follow-member", event.to_dict())


@app.on_sqs_message(queue_arn="arn:ref:MatchingAnnounceQueue", batch_size=10)
def matching_announce(event: SQSEvent) -> dict[str, Any]:
    from chalicelib import reactions

    return reactions.react("matching-announce", event.to_dict())


@app.on_sqs_message(queue_arn="arn:ref:MessagingAnnounceQueue", batch_size=10)
def messaging_announce(event: SQSEvent) -> dict[str, Any]:
    from chalicelib import reactions

    return reactions.react("messaging-announce", event.to_dict())


@app.on_sqs_message(queue_arn="arn:ref:MessagingInboxQueue", batch_size=10)
def messaging_inbox(event: SQSEvent) -> dict[str, Any]:
    from chalicelib import reactions

    return reactions.react("messaging-inbox", event.to_dict())


@app.on_sqs_message(queue_arn="arn:ref:MessagingEndTypingQueue", batch_size=10)
def messaging_end_typing(event: SQSEvent) -> dict[str, Any]:
    from chalicelib import reactions

    return reactions.react("messaging-end-typing", event.to_dict())


@app.on_s3_event(bucket="arn:ref:PhotosBucket", prefix="uploads/")
@needs("profiles.photos.checking:CHECKS")
def profiles_check_photo(event: S3Event) -> None:
    from chalicelib.profiles.photos import checking

    checking.check(event.key)


def get_ready() -> None:
    """Do when a function starts what its first event would otherwise wait for."""
    for module in settings().loads:
        import_module(module)
    if settings().in_lambda:
        db.connection().client  # noqa: B018  made when first looked at


get_ready()
gc.freeze()
gc.enable()
