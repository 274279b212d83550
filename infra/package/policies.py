"""Policies as IAM writes them."""

from typing import Any

from infra.package.naming import Arn, Resource


def document(*statements: Resource) -> Resource:
    """A policy of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def tls_only(actions: str, *resources: Arn) -> Resource:
    """A policy that turns away everybody who does not come by TLS."""
    named: Any = list(resources) if len(resources) > 1 else resources[0]
    return document(
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": actions,
            "Resource": named,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    )
