"""One function of an unpacked package, run as Lambda's own runtime runs it.

    python -S -B -P bootstrap.py

in the bundle's folder and the function's environment. It is told things on standard input and
answers on standard output, a line of JSON each; what the function prints is its log, on standard
error.

    told first      {"iam": file, "account", "sockets", "role", "statements"}
    answered        {"ready": true}, or {"failed"} and the end
    told each time  {"event", "request_id", "arn", "seconds", "clock": [real, stack, rate]}
    answered        {"returned"} or {"failed": {"errorType", "errorMessage", "stackTrace"}}, with
                    {"calls", "refused"}: what was asked of AWS, as [action, ARN], at its first time

Invariants
- Nothing is imported but the standard library, the bundle, and `infra/iam.py` by its path.
- It ends with whoever started it, also in the middle of an invocation.
- A call to AWS that the function's role does not grant fails as it would there.
"""

import importlib
import importlib.util
import json
import os
import select
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

Handler = Callable[[Any, Any], Any]
Message = dict[str, Any]
Grant = tuple[str, str]

PAYLOAD_BYTES_MAX = 6 * 1024 * 1024 + 100
"""Lambda's limit on what a function returns."""
STATUS = Path("/proc/self/status")
DENIED = 400


class Context:
    """What Lambda tells a handler about the invocation."""

    identity = client_context = None

    def __init__(self, asked: Message) -> None:
        named = os.environ
        self.aws_request_id: str = asked["request_id"]
        self.function_name = named["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = named["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = int(named["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"])
        self.log_group_name = named["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = named["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.invoked_function_arn: str = asked["arn"]
        self._ends_at: float = time.monotonic() + asked["seconds"]

    def get_remaining_time_in_millis(self) -> int:
        """How long until it is cut off."""
        return max(0, int((self._ends_at - time.monotonic()) * 1000))


class Failed(Exception):
    """A failure that has a name of Lambda's own."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Response:
    """An answer of AWS that never travelled, as far as botocore looks at it."""

    status_code = DENIED


class Watch:
    """Sees every call to AWS, by whichever client: botocore gives its built-in handlers to each."""

    def __init__(self, told: Message) -> None:
        spec = importlib.util.spec_from_file_location("_sandbox_iam", told["iam"])
        if spec is None or spec.loader is None:
            raise ImportError(told["iam"])
        self._iam: Any = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self._iam)
        self._told = told
        self._allowed: dict[Grant, bool] = {}
        self._unsaid: Message = {"calls": [], "refused": []}

    def attach(self) -> None:
        """See the calls of every client that is made from now on."""
        if importlib.util.find_spec("botocore") is None:
            return
        shared: list[Any] = importlib.import_module("botocore.handlers").BUILTIN_HANDLERS
        shared.append(("before-parameter-build", self._ask))
        shared.append(("before-call", self._answer))

    def unsaid(self) -> Message:
        """What was seen for the first time since this was last asked."""
        said, self._unsaid = self._unsaid, {"calls": [], "refused": []}
        return said

    def _ask(self, params: Message, model: Any, context: Message, **_: Any) -> None:
        context["sandbox_grants"] = list(
            self._iam.calls(
                model.service_model.service_name,
                model.name,
                params,
                region=os.environ["AWS_REGION"],
                account=self._told["account"],
                sockets=self._told["sockets"],
            )
        )

    def _answer(self, context: Message, **_: Any) -> tuple[Response, Message] | None:
        """AWS's own answer where the role is too small; None lets the call go on."""
        refused = [grant for grant in context.get("sandbox_grants", ()) if not self._grants(*grant)]
        if not refused:
            return None
        action, arn = refused[0]
        message = (
            f"User: {self._told['role']} is not authorized to perform: {action} on resource: {arn}"
            f" because no identity-based policy allows the {action} action"
        )
        about = {"HTTPStatusCode": DENIED, "HTTPHeaders": {}, "RetryAttempts": 0}
        error = {"Code": "AccessDeniedException", "Message": message}
        return Response(), {"Error": error, "ResponseMetadata": about}

    def _grants(self, action: str, arn: str) -> bool:
        seen = action, self._iam.without_id(arn)
        if seen not in self._allowed:
            allowed = self._iam.allows(self._told["statements"], action, arn)
            self._allowed[seen] = allowed
            self._unsaid["calls"].append(seen)
            if not allowed:
                self._unsaid["refused"].append(seen)
        return self._allowed[seen]


def main() -> None:
    """Answer one invocation after another until there is nobody to ask."""
    questions, answers = _own_wires()
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    threading.Thread(target=_end_with, args=(questions,), daemon=True).start()
    try:
        watch = Watch(json.loads(questions.readline()))
        watch.attach()
        handler = load(os.environ["_HANDLER"])
    except Exception as failure:
        _say(answers, json.dumps({"failed": described(failure)}))
        sys.exit(1)
    _say(answers, json.dumps({"ready": True}))
    while line := questions.readline():
        _say(answers, answered(handler, json.loads(line), watch))


def load(entry: str) -> Handler:
    """The handler that `module.name` means, with Lambda's words for what may be wrong with it."""
    module_name, _, name = entry.rpartition(".")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as failure:
        raise Failed(
            "Runtime.ImportModuleError", f"Unable to import module '{module_name}': {failure}"
        ) from failure
    if not hasattr(module, name):
        raise Failed(
            "Runtime.HandlerNotFound", f"Handler '{name}' missing on module '{module_name}'"
        )
    handler: Handler = getattr(module, name)
    return handler


def answered(handler: Handler, asked: Message, watch: Watch) -> str:
    """Run one invocation; the line that answers it."""
    _set_clock(*asked["clock"])
    context = Context(asked)
    began = time.monotonic()
    sys.stdout.write(f"START RequestId: {context.aws_request_id} Version: $LATEST\n")
    try:
        outcome = f'"returned": {_marshalled(handler(asked["event"], context))}'
    except Exception as failure:
        outcome = f'"failed": {json.dumps(described(failure))}'
    _report(context, time.monotonic() - began)
    return f"{{{outcome}, {json.dumps(watch.unsaid())[1:]}"


def described(failure: BaseException) -> Message:
    """A failure as Lambda tells it, and as its log has it."""
    kind = failure.kind if isinstance(failure, Failed) else type(failure).__name__
    frames = traceback.extract_tb(failure.__traceback__)
    trace = traceback.format_list([frame for frame in frames if frame.filename != __file__])
    sys.stdout.write(f"[ERROR] {kind}: {failure}\n")
    sys.stdout.write("".join(traceback.format_exception(failure)))
    sys.stdout.flush()
    return {"errorType": kind, "errorMessage": str(failure), "stackTrace": trace}


def _marshalled(returned: Any) -> str:
    try:
        text = json.dumps(returned)
    except (TypeError, ValueError) as failure:
        message = f"Unable to marshal response: {failure}"
        raise Failed("Runtime.MarshalError", message) from failure
    if len(text) > PAYLOAD_BYTES_MAX:
        raise Failed(
            "Function.ResponseSizeTooLarge",
            f"Response payload size ({len(text)} bytes) exceeded maximum allowed payload size"
            f" ({PAYLOAD_BYTES_MAX} bytes).",
        )
    return text


def _set_clock(real: float, stack: float, rate: float) -> None:
    """Let the bundle's one source of time be the stack's clock, as it was set when asked."""
    clock: Any = sys.modules.get("chalicelib.core.clock")
    if clock is not None:
        clock.use(lambda: stack + (time.time() - real) * rate)


def _report(context: Context, seconds: float) -> None:
    """The line by which Lambda ends the log of an invocation."""
    sys.stdout.write(
        f"REPORT RequestId: {context.aws_request_id}\tDuration: {seconds * 1000:.2f} ms\t"
        f"Memory Size: {context.memory_limit_in_mb} MB\tMax Memory Used: {_memory_mb()} MB\n"
    )
    sys.stdout.flush()


def _memory_mb() -> int:
    """The most memory that this process ever held, where the system says it; otherwise 0."""
    lines = STATUS.read_text().splitlines() if STATUS.exists() else []
    found = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(found[0]) // 1024 if found else 0


def _own_wires() -> tuple[BinaryIO, BinaryIO]:
    """The wires, out of the function's reach: it reads nothing, and prints to its log."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return questions, answers


def _end_with(questions: BinaryIO) -> None:
    """End at once when nobody holds the other end any more."""
    poll = select.poll()
    poll.register(questions, 0)  # nothing but that is waited for
    poll.poll()
    os._exit(0)


def _say(answers: BinaryIO, line: str) -> None:
    answers.write(line.encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    main()
