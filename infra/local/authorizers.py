"""API Gateway's TOKEN authorizers: asked once for a token, their verdict kept for a while.

Invariant: what is kept is the policy, not the answer to one request, so that a verdict about one
route never opens another.
"""

import re
from dataclasses import dataclass
from typing import Any

from chalicelib.core.errors import NotSignedIn
from infra.functions import Token
from infra.local import events
from infra.local.runtime import Runtime

VERDICTS_MAX = 10_000


@dataclass(frozen=True)
class Verdict:
    """What an authorizer said about a token."""

    policy: dict[str, Any]
    context: dict[str, Any]
    stale_at: float


class Authorizers:
    """All authorizers of the app, with the cache that API Gateway keeps for each."""

    def __init__(self, runtime: Runtime) -> None:
        self._lambdas = runtime.lambdas
        self._clock = runtime.clock
        self._functions = {
            each.handler: each for each in runtime.functions if each.kind == "authorizer"
        }
        self._verdicts: dict[tuple[str, str], Verdict] = {}

    def admit(self, authorizer: str, token: str | None, arn: str) -> dict[str, Any]:
        """The request's authorizer context, or raise NotSignedIn.

        Our authorizer denies only whom it does not know, so the gateway's ACCESS_DENIED response
        is set to 401; what a known caller may not do is the door's own 403. Whatever else the
        authorizer raises goes up: it is broken, and says nothing of the caller.
        """
        if not token:
            raise NotSignedIn()
        verdict = self._verdicts.get((authorizer, token))
        if verdict is None or verdict.stale_at <= self._clock():
            verdict = self._ask(authorizer, token, arn)
        if not allows(verdict.policy, arn):
            raise NotSignedIn()
        return verdict.context

    def forget(self) -> None:
        """Empty the cache."""
        self._verdicts.clear()

    def _ask(self, authorizer: str, token: str, arn: str) -> Verdict:
        function = self._functions[authorizer]
        if not isinstance(function.trigger, Token):
            raise TypeError(f"{function.name} is not an authorizer")
        try:
            said = self._lambdas.invoke(function, events.authorization(token, arn))
        except Exception as failure:
            # Lambda has no other way to say it: API Gateway reads the message of the exception.
            if str(failure) == "Unauthorized":
                raise NotSignedIn() from failure
            raise
        context = {name: _text(value) for name, value in (said.get("context") or {}).items()}
        context["principalId"] = said["principalId"]
        stale_at = self._clock() + function.trigger.ttl_seconds
        verdict = Verdict(said["policyDocument"], context, stale_at)
        if len(self._verdicts) >= VERDICTS_MAX:
            self._verdicts.clear()
        self._verdicts[authorizer, token] = verdict
        return verdict


def allows(policy: dict[str, Any], arn: str) -> bool:
    """Whether a policy lets a method be called: some statement allows it and none denies it."""
    effects = {
        statement["Effect"]
        for statement in policy["Statement"]
        if any(_covers(resource, arn) for resource in _listed(statement["Resource"]))
    }
    return "Allow" in effects and "Deny" not in effects


def _covers(pattern: str, arn: str) -> bool:
    if pattern in {arn, "*"}:
        return True
    if "*" not in pattern and "?" not in pattern:
        return False
    wanted = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(wanted, arn) is not None


def _listed(resource: str | list[str]) -> list[str]:
    return [resource] if isinstance(resource, str) else resource


def _text(value: Any) -> str:
    """API Gateway hands every context value on as a string."""
    return str(value).lower() if isinstance(value, bool) else str(value)
