"""Whether functions let in whatever invokes them: on AWS they let in nobody unless told to."""

from infra import iam
from infra.local.errors import NotStarted
from infra.local.templates import Stacks
from infra.local.triggers import Invoked, function_of

PERMISSION, INVOKES = "AWS::Lambda::Permission", "lambda:InvokeFunction"


def check(invoked: Invoked, stacks: Stacks) -> None:
    """Raise NotStarted where no permission covers the call of a service."""
    call = invoked.call
    if call is None:
        return
    let_in = [
        {
            "Effect": "Allow",
            "Action": said["Action"],
            "Resource": said.get("SourceArn", "*"),
        }
        for said in (each.properties for each in stacks.of(PERMISSION))
        if said["Principal"] == call.principal
        and function_of(said["FunctionName"]) == (invoked.deployed, call.alias)
    ]
    if not iam.allows(let_in, INVOKES, call.source):
        called = ":".join(filter(None, (invoked.deployed, call.alias)))
        raise NotStarted(
            f"No {PERMISSION} lets {call.principal} invoke {called} from {call.source}."
            " Mend its trigger in infra/package/triggers.py."
        )
