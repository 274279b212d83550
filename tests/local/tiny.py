"""An app of a few lines, with every kind of door, whose handlers do what a test tells them to."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3
from chalice.app import (
    AuthRequest,
    AuthResponse,
    Chalice,
    CORSConfig,
    DynamoDBEvent,
    Response,
    SQSEvent,
    WebsocketEvent,
)

from infra.functions import (
    CONNECT,
    DEFAULT,
    DISCONNECT,
    Function,
    Kind,
    QueueSource,
    Route,
    RouteKey,
    Schedule,
    StreamSource,
    Token,
    Trigger,
)
from infra.local.clock import StackClock
from infra.local.inprocess import InProcess, rest_of
from infra.local.stack import Deployed
from infra.local.wire import Wire

TABLE = "pairly-dev-things"
QUEUE = "pairly-dev-chores"
VISIBILITY_SECONDS = 60
AUTHORIZER_SECONDS = 60

Behaviour = Callable[[dict[str, Any]], Any]


@dataclass
class Tiny:
    """The app, what its handlers were given, and how each is to behave (by its name)."""

    app: Chalice
    given: dict[str, list[Any]] = field(default_factory=dict)
    behaviours: dict[str, Behaviour] = field(default_factory=dict)
    connections_url: str = ""

    def act(self, name: str, event: Any) -> Any:
        self.given.setdefault(name, []).append(event)
        behave = self.behaviours.get(name)
        return behave(event) if behave else None

    def forget(self) -> None:
        self.given.clear()
        self.behaviours.clear()

    def post(self, connection_id: str, text: str) -> None:
        api = boto3.client(
            "apigatewaymanagementapi", "us-east-1", endpoint_url=self.connections_url
        )
        api.post_to_connection(ConnectionId=connection_id, Data=text.encode())


def make() -> Tiny:
    """A fresh app."""
    app = Chalice("tiny")
    app.experimental_feature_flags.add("WEBSOCKETS")
    app.api.cors = CORSConfig(allow_origin="https://app.example", max_age=600)
    tiny = Tiny(app)
    _rest(tiny)
    _sockets(tiny)
    _batches(tiny)
    return tiny


def functions() -> list[Function]:
    """Its inventory, by hand."""
    return [
        _function("doorkeeper", "authorizer", Token(AUTHORIZER_SECONDS)),
        _function("thing", "rest", Route("GET", "/v1/things/{name}", None)),
        _function("thing_put", "rest", Route("PUT", "/v1/things/{name}", None)),
        _function("newest", "rest", Route("GET", "/v1/things/newest", None)),
        _function("parts", "rest", Route("GET", "/v1/things/{name}/parts/{part}", None)),
        _function("upload", "rest", Route("POST", "/v1/uploads", None)),
        _function("secret", "rest", Route("GET", "/v1/secrets/{name}", "doorkeeper")),
        _function("ws_connect", "socket", RouteKey(CONNECT)),
        _function("ws_disconnect", "socket", RouteKey(DISCONNECT)),
        _function("ws_message", "socket", RouteKey(DEFAULT)),
        _function("ws_message", "socket", RouteKey("echo")),
        _function("on_things", "stream", StreamSource("things", 10, ("INSERT", "MODIFY"))),
        _function("on_chores", "queue", QueueSource("chores", 10, VISIBILITY_SECONDS)),
        _function("on_hour", "schedule", Schedule("rate(1 hour)")),
    ]


def load(tiny: Tiny) -> Callable[[StackClock], Deployed]:
    """How a stack loads it."""

    def loaded(clock: StackClock) -> Deployed:
        tiny.connections_url = os.environ["PAIRLY_CONNECTIONS_ENDPOINT"]
        return Deployed(
            runner=InProcess(tiny.app, "dev"),
            functions=functions(),
            rest=rest_of(tiny.app),
            create_tables=_create_tables,
        )

    return loaded


def _function(handler: str, kind: Kind, trigger: Trigger) -> Function:
    return Function(
        name=handler.replace("_", "-"),
        kind=kind,
        feature="tiny",
        handler=handler,
        trigger=trigger,
        timeout_seconds=10,
    )


def _doorkeeper(tiny: Tiny) -> Any:
    @tiny.app.authorizer(ttl_seconds=AUTHORIZER_SECONDS)
    def doorkeeper(request: AuthRequest) -> AuthResponse:
        tiny.act("doorkeeper", request.token)
        if request.token == "unknown":
            raise Exception("Unauthorized")
        if request.token == "broken":
            raise RuntimeError("the doorkeeper is ill")
        return AuthResponse(
            routes=["/v1/secrets/mine"], principal_id=request.token, context={"age": 42}
        )

    return doorkeeper


def _rest(tiny: Tiny) -> None:
    app, cors = tiny.app, tiny.app.api.cors
    doorkeeper = _doorkeeper(tiny)

    def view(name: str) -> Callable[..., Any]:
        def answer(**_: str) -> Any:
            event = app.current_request.to_original_event()
            said = tiny.act(name, event)
            return said if said is not None else {"resource": event["resource"]}

        return answer

    def secret(name: str) -> Any:
        return app.current_request.context["authorizer"]

    for function in functions():
        route = function.trigger
        if isinstance(route, Route):
            declared = app.route(
                route.path,
                methods=[route.method],
                name=function.handler,
                content_types=[],
                cors=cors,
                authorizer=doorkeeper if route.authorizer else None,
            )
            declared(secret if route.authorizer else view(function.handler))


def _sockets(tiny: Tiny) -> None:
    app = tiny.app

    @app.on_ws_connect()
    def ws_connect(event: WebsocketEvent) -> Response:
        said = tiny.act("ws_connect", event.to_dict())
        return said if isinstance(said, Response) else Response("", status_code=200)

    @app.on_ws_disconnect()
    def ws_disconnect(event: WebsocketEvent) -> None:
        tiny.act("ws_disconnect", event.to_dict())

    @app.on_ws_message()
    def ws_message(event: WebsocketEvent) -> Any:
        given = event.to_dict()
        said = tiny.act("ws_message", given)
        if said is not None:
            return said
        heard = {"route": given["requestContext"]["routeKey"], "id": event.connection_id}
        tiny.post(event.connection_id, json.dumps(heard))
        return None


def _batches(tiny: Tiny) -> None:
    app = tiny.app

    @app.on_dynamodb_record(stream_arn="arn:ref:ThingsTable.StreamArn")
    def on_things(event: DynamoDBEvent) -> Any:
        return tiny.act("on_things", event.to_dict())

    @app.on_sqs_message(queue_arn="arn:ref:ChoresQueue", batch_size=10)
    def on_chores(event: SQSEvent) -> Any:
        return tiny.act("on_chores", event.to_dict())

    @app.schedule("rate(1 hour)")
    def on_hour(event: Any) -> Any:
        return tiny.act("on_hour", event.to_dict())


def _create_tables(wire: Wire) -> None:
    if TABLE in wire.tables("ListTables")["TableNames"]:
        return
    wire.tables(
        "CreateTable",
        TableName=TABLE,
        KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
