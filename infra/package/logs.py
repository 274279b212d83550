"""The access logs of both APIs: a line of JSON for each request, and nothing of what was said."""

import json
from typing import Any

from infra.package.naming import Resource, tags
from infra.package.stage import Stage

ROLE, ACCOUNT = "ApiGatewayLogsRole", "ApiGatewayAccount"


def log_group(api: str, stage: Stage) -> Resource:
    """Where an API's stage writes."""
    return {
        "Type": "AWS::Logs::LogGroup",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Properties": {
            "LogGroupName": f"/aws/apigateway/pairly-{stage.name}-{api}",
            "RetentionInDays": stage.log_retention_days,
            "Tags": tags(stage),
        },
    }


def setting(logical_id: str, line: dict[str, str]) -> dict[str, Any]:
    """A stage's setting: which log group, and what of each request."""
    group = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group"
    return {
        "DestinationArn": {"Fn::Sub": f"{group}:${{{logical_id}}}"},
        "Format": json.dumps(line, separators=(",", ":")),
    }


def needing_role(stage: Stage) -> dict[str, list[str]]:
    """What a stage that logs waits for: without the region's role, API Gateway refuses it."""
    return {"DependsOn": [ACCOUNT]} if stage.sets_account_role else {}


def account_role(api: str, stage: Stage) -> dict[str, Resource]:
    """The role by which API Gateway logs, which is one for a whole region of an account.

    Both outlive the stack, because other APIs of the region log by them too.
    """
    trusted = {
        "Effect": "Allow",
        "Principal": {"Service": "apigateway.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    pushing = "service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    kept = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    return {
        ROLE: {
            "Type": "AWS::IAM::Role",
            **kept,
            "Properties": {
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trusted]},
                "ManagedPolicyArns": [
                    {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::aws:policy/{pushing}"}
                ],
                "Tags": tags(stage),
            },
        },
        ACCOUNT: {
            "Type": "AWS::ApiGateway::Account",
            **kept,
            # In an account that never had an API, the setting is refused until there is one.
            "DependsOn": [api],
            "Properties": {"CloudWatchRoleArn": {"Fn::GetAtt": [ROLE, "Arn"]}},
        },
    }
