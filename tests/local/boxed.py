"""An app whose functions are run in sandboxes: each does one thing that a function may do."""

import sysconfig
from pathlib import Path

from infra.functions import Function, Schedule
from infra.local.sandbox import Shipped

NOWHERE = "http://127.0.0.1:9"
"""Where nobody answers: a call that is refused never gets so far."""

APP = """
import json, os, sys, threading
from chalicelib.core import clock


def about(event, context):
    return {
        "environment": dict(os.environ),
        "path": sys.path,
        "modules": sorted(sys.modules),
        "folder": os.getcwd(),
        "context": {
            name: getattr(context, name)
            for name in ("function_name", "memory_limit_in_mb", "invoked_function_arn")
        },
        "left_millis": context.get_remaining_time_in_millis(),
    }


def echo(event, context):
    print(json.dumps({"returned": "a forgery"}), flush=True)
    os.write(1, b"straight to the wire?\\n")
    print("to the errors", file=sys.stderr)
    return event


def fail(event, context):
    raise KeyError(event)


def large(event, context):
    return "x" * event


def strange(event, context):
    return {"a set": {1}}


def hang(event, context):
    threading.Event().wait()


def die(event, context):
    if event == "at once":
        os.kill(os.getpid(), 9)
    sys.exit(event)


def pid(event, context):
    return os.getpid()


def meet(event, context):
    with open(event["path"], event["mode"]) as meeting:
        return os.getpid(), meeting.read() if event["mode"] == "r" else meeting.write("hello")


def last_words(event, context):
    with open(event, "w") as told:
        print(os.getpid(), file=told, flush=True)
        threading.Event().wait()


def now(event, context):
    return clock.source()


def ask(event, context):
    import botocore.session

    said = []
    for service, operation, params in event:
        client = botocore.session.Session().create_client(service, endpoint_url="{nowhere}")
        try:
            getattr(client, operation)(**params)
        except Exception as failure:
            said.append([type(failure).__name__, str(failure)])
    return said
""".replace("{nowhere}", NOWHERE)
CLOCK = """
import time
source = time.time


def use(other):
    global source
    source = other
"""


def unpacked(folder: Path) -> Path:
    """The app as an unpacked bundle, with the libraries that it calls AWS by."""
    bundle = folder / "bundle"
    (bundle / "chalicelib" / "core").mkdir(parents=True)
    (bundle / "app.py").write_text(APP)
    (bundle / "chalicelib" / "core" / "clock.py").write_text(CLOCK)
    installed = Path(sysconfig.get_path("purelib"))
    for library in ("botocore", "jmespath", "urllib3", "dateutil", "six.py"):
        (bundle / library).symlink_to(installed / library)
    return bundle


def function(name: str) -> Function:
    """A function of the app, by its handler's name."""
    return Function(
        name=name,
        kind="schedule",
        feature="tiny",
        handler=name,
        trigger=Schedule("rate(1 hour)"),
        timeout_seconds=5,
    )


def shipped(bundle: Path, *, timeout_seconds: int = 5) -> dict[str, Shipped]:
    """Every function of the app, by its handler's name."""
    names = [line[4:].partition("(")[0] for line in APP.splitlines() if line.startswith("def ")]
    read = {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"}
    return {
        name: Shipped(
            name=name,
            deployed=f"pairly-dev-{name}",
            entry=f"app.{name}",
            runtime="python3.11",
            memory_mb=256,
            timeout_seconds=timeout_seconds,
            environment={"OWN": name},
            statements=[read],
            bundle=bundle,
        )
        for name in names
    }
