"""What is signed here is what botocore would sign, byte for byte."""

import datetime as calendar
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import botocore.auth
import botocore.session
import pytest
from botocore.config import Config

from chalicelib.core import clock
from chalicelib.core.settings import settings
from chalicelib.profiles.photos import signing

AT = calendar.datetime(2026, 2, 3, 4, 15, tzinfo=calendar.UTC)
KEY = "photos/usr_01jd3v00000000000000000000/pho_01jd3v00000000000000000001/1080.jpeg"


class Session:
    """In place of this process's session: credentials of a role, which come with a token."""

    def __init__(self, token: str | None) -> None:
        self.real = botocore.session.Session()
        self.real.set_credentials("AKIAEXAMPLE", "a secret+/=", token)

    def get_credentials(self) -> Any:
        return self.real.get_credentials()


@pytest.fixture(params=["a token+/=", None], ids=["role", "user"])
def s3(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """botocore's own client, signing with the same credentials at the same instant."""
    session = Session(request.param)
    monkeypatch.setattr(signing, "connection", lambda: type("C", (), {"session": session}))
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda **_: AT)
    monkeypatch.setattr(clock, "_source", AT.timestamp)
    at_aws = f"https://{settings().photos_bucket}.s3.eu-west-1.amazonaws.com"
    there = type("There", (), {"region": "eu-west-1", "photos_url": at_aws})
    mine = {name: getattr(settings(), name) for name in ("photos_bucket", "photo_url_seconds")}
    monkeypatch.setattr(signing, "settings", type("There", (there,), mine))
    config = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
    return session.real.create_client("s3", "eu-west-1", config=config)  # type: ignore[return-value]


def test_an_address_is_the_one_that_botocore_would_sign(s3: Any) -> None:
    theirs = s3.generate_presigned_url(
        "get_object", {"Bucket": settings().photos_bucket, "Key": KEY}, ExpiresIn=1800
    )

    ours = urlsplit(signing.url(KEY))

    assert (ours.netloc, ours.path) == (urlsplit(theirs).netloc, urlsplit(theirs).path)
    assert dict(parse_qsl(ours.query)) == dict(parse_qsl(urlsplit(theirs).query))


def test_a_form_is_signed_as_botocore_would(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = signing.form(KEY, content_type="image/png", bytes_max=7, expires_at=AT)
    theirs = s3.generate_presigned_post(
        settings().photos_bucket,
        KEY,
        Fields={"Content-Type": "image/png"},
        Conditions=[["content-length-range", 1, 7], {"Content-Type": "image/png"}],
    )["fields"]

    said = {name: value for name, value in ours.fields.items() if name != "x-amz-signature"}
    assert said.keys() | {"x-amz-signature"} == theirs.keys()
    assert {name for name in said if said[name] != theirs[name]} == {"policy"}
    again = s3._request_signer  # what it would sign, had the policy been ours
    assert _signed_by(again, ours.fields["policy"]) == ours.fields["x-amz-signature"]


def _signed_by(signer: Any, policy: str) -> str:
    auth = botocore.auth.S3SigV4PostAuth(
        signer._credentials.get_frozen_credentials(), "s3", "eu-west-1"
    )
    request = type("Request", (), {"context": {"timestamp": AT.strftime("%Y%m%dT%H%M%SZ")}})
    return str(auth.signature(policy, request))
