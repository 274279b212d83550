"""What Chalice itself would deploy: its own template of the app, as CloudFormation gets it."""

from typing import Any

import botocore.session
from chalice.app import Chalice
from chalice.awsclient import TypedAWSClient
from chalice.config import Config
from chalice.deploy.appgraph import ApplicationGraphBuilder, DependencyBuilder
from chalice.deploy.deployer import BaseDeployStep, BuildStage, InjectDefaults, SwaggerBuilder
from chalice.deploy.models import DeploymentPackage, S3BucketNotification
from chalice.deploy.swagger import CFNSwaggerGenerator
from chalice.package import PackageOptions, ResourceBuilder, SAMTemplateGenerator
from samtranslator.translator.transform import transform

CODE = {"Bucket": "artifacts", "Key": "code.zip"}


class Unbuilt(BaseDeployStep):  # type: ignore[misc]
    """In place of the step that would build a bundle, from the network."""

    def handle_deploymentpackage(self, _: Config, resource: DeploymentPackage) -> None:
        resource.filename = "unbuilt"


def deployed_by_chalice(app: Chalice, stage: str) -> dict[str, Any]:
    """The template that `chalice package` would write, expanded as AWS would."""
    config = Config.create(
        chalice_app=app,
        app_name=app.app_name,
        chalice_stage=stage,
        api_gateway_stage=stage,
        autogen_policy=False,
        manage_iam_role=False,
        iam_role_arn="arn:aws:iam::123456789012:role/any",
    )
    steps = [InjectDefaults(), Unbuilt(), SwaggerBuilder(CFNSwaggerGenerator())]
    builder = ResourceBuilder(ApplicationGraphBuilder(), DependencyBuilder(), BuildStage(steps))
    options = PackageOptions(TypedAWSClient(botocore.session.get_session()))
    resources = [
        # It packages the handlers of buckets, but not what tells them.
        resource
        for resource in builder.construct_resources(config, stage)
        if not isinstance(resource, S3BucketNotification)
    ]
    template = SAMTemplateGenerator(config, options).generate(resources)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = CODE
    return expanded(template)


def expanded(template: dict[str, Any]) -> dict[str, Any]:
    """A template after AWS's serverless transform."""
    after: dict[str, Any] = transform(template, {}, None)
    return after
