"""S3's wire protocol, as an unmodified boto3 client uses it."""

from datetime import UTC, datetime
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.local import signatures, uploads
from infra.local.stack import Stack

BUCKET = "pairly-dev-trial"


@pytest.fixture(scope="module")
def s3(shared: tuple[Stack, Any]) -> Any:
    stack, _ = shared
    stack.buckets.declare(BUCKET)
    return client(stack)


@pytest.fixture(autouse=True)
def _empty(running: Stack, s3: Any) -> Any:
    yield
    running.buckets.remove(BUCKET, running.buckets.keys(BUCKET))


@pytest.fixture
def signs_now(running: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3 signs for this machine's time; here it is the stack's."""
    for module in ("auth", "signers"):
        monkeypatch.setattr(
            f"botocore.{module}.get_current_datetime",
            lambda **_: datetime.fromtimestamp(running.clock(), UTC).replace(tzinfo=None),
        )


def client(stack: Stack, secret: str = "local") -> Any:
    return boto3.client(
        "s3",
        "us-east-1",
        endpoint_url=stack.addresses.s3,
        aws_access_key_id="local",
        aws_secret_access_key=secret,
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )


def code(failure: pytest.ExceptionInfo[ClientError]) -> str:
    return str(failure.value.response["Error"]["Code"])


def keys(stack: Stack) -> list[str]:
    return stack.buckets.keys(BUCKET)


def test_an_object_goes_in_and_out(s3: Any, running: Stack) -> None:
    s3.put_object(
        Bucket=BUCKET,
        Key="a/b c+d",
        Body=b"\0\xff",
        ContentType="image/png",
        CacheControl="no-store",
    )

    found = s3.get_object(Bucket=BUCKET, Key="a/b c+d")

    assert keys(running) == ["a/b c+d"]
    assert (found["Body"].read(), found["ContentLength"]) == (b"\0\xff", 2)
    assert (found["ContentType"], found["CacheControl"]) == ("image/png", "no-store")


def test_what_is_not_there_is_told_by_its_aws_name(s3: Any) -> None:
    with pytest.raises(ClientError) as failure:
        s3.get_object(Bucket=BUCKET, Key="none")
    assert code(failure) == "NoSuchKey"
    with pytest.raises(ClientError) as failure:
        s3.get_object(Bucket="nowhere", Key="none")
    assert code(failure) == "NoSuchBucket"


def test_only_one_is_the_first(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"one", IfNoneMatch="*")

    with pytest.raises(ClientError) as failure:
        s3.put_object(Bucket=BUCKET, Key="a", Body=b"other", IfNoneMatch="*")

    assert code(failure) == "PreconditionFailed"
    assert s3.get_object(Bucket=BUCKET, Key="a")["Body"].read() == b"one"


def test_several_are_deleted_at_once_there_or_not(s3: Any, running: Stack) -> None:
    for key in ("a", "b&<c>", "d"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"")

    answer = s3.delete_objects(
        Bucket=BUCKET, Delete={"Objects": [{"Key": "a"}, {"Key": "b&<c>"}, {"Key": "none"}]}
    )

    assert "Errors" not in answer
    assert keys(running) == ["d"]


@pytest.mark.parametrize(
    "lost",
    [{"Metadata": {"note": "lost"}}, {"ContentEncoding": "gzip"}, {"ACL": "public-read"}],
    ids=str,
)
def test_what_is_not_kept_is_refused(s3: Any, running: Stack, lost: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as failure:
        s3.put_object(Bucket=BUCKET, Key="a", Body=b"", **lost)

    assert (code(failure), keys(running)) == ("NotImplemented", [])


def test_an_operation_that_is_not_kept_says_so(s3: Any) -> None:
    with pytest.raises(ClientError, match="not kept"):
        s3.delete_object(Bucket=BUCKET, Key="a")


def test_nobody_reads_or_writes_unsigned(s3: Any, running: Stack) -> None:
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"mine")
    url = f"{running.addresses.s3}/{BUCKET}"

    for answer in (httpx.get(f"{url}/a"), httpx.put(f"{url}/a", content=b""), httpx.post(url)):
        assert answer.status_code in (403, 412)
    assert s3.get_object(Bucket=BUCKET, Key="a")["Body"].read() == b"mine"


def test_an_address_that_boto3_signs_is_good_for_what_it_says(
    s3: Any, running: Stack, signs_now: None
) -> None:
    s3.put_object(Bucket=BUCKET, Key="a b/+", Body=b"mine")
    url = s3.generate_presigned_url("get_object", {"Bucket": BUCKET, "Key": "a b/+"}, ExpiresIn=60)
    assert httpx.get(url).content == b"mine"

    forged = client(running, "another secret").generate_presigned_url(
        "get_object", {"Bucket": BUCKET, "Key": "a b/+"}, ExpiresIn=60
    )
    for wrong in (forged, url.replace("Expires=60", "Expires=61"), url.replace("/%2B", "/b")):
        assert "SignatureDoesNotMatch" in httpx.get(wrong).text, wrong
    assert httpx.put(url, content=b"").status_code == 403
    running.clock.advance(61)
    assert "Request has expired" in httpx.get(url).text


def test_a_form_that_boto3_signs_is_good_for_what_it_says(
    s3: Any, running: Stack, signs_now: None
) -> None:
    form = s3.generate_presigned_post(
        BUCKET,
        "in/${filename}",
        Fields={"Content-Type": "image/png"},
        Conditions=[["starts-with", "$Content-Type", "image/"], ["content-length-range", 2, 4]],
        ExpiresIn=60,
    )

    def post(content: bytes, **fields: str) -> httpx.Response:
        return httpx.post(form["url"], data=form["fields"] | fields, files={"file": content})

    assert post(b"1234").status_code == 204
    assert post(b"12", **{"Content-Type": "image/gif"}).status_code == 204
    assert "EntityTooSmall" in post(b"1").text
    assert "EntityTooLarge" in post(b"12345").text
    assert "Policy Condition failed" in post(b"12", **{"Content-Type": "text/html"}).text
    assert "Extra input fields" in post(b"12", acl="public-read").text
    assert "SignatureDoesNotMatch" in post(b"12", **{"x-amz-signature": "0" * 64}).text
    assert "InvalidAccessKeyId" in post(b"12", **{"x-amz-credential": "who/2/3/4/5"}).text
    running.clock.advance(61)
    assert "Policy expired" in post(b"12").text


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n"),
        ("multipart/form-data; boundary=x", b"--x--\r\n"),
        ("multipart/form-data; boundary=x", b"nothing of the kind" * 1000),
    ],
)
def test_a_malformed_form_is_refused(
    s3: Any, running: Stack, content_type: str, body: bytes
) -> None:
    answer = httpx.post(
        f"{running.addresses.s3}/{BUCKET}", content=body, headers={"Content-Type": content_type}
    )

    assert answer.status_code in (400, 403, 412)
    assert keys(running) == []


def test_a_page_of_another_origin_may_read_answers(s3: Any, running: Stack) -> None:
    asked = httpx.options(f"{running.addresses.s3}/{BUCKET}")

    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == "*"


def test_what_comes_after_the_file_is_ignored() -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\na\r\n'
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n\r\nx\r\n'
        b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nb\r\n--x--\r\n'
    )

    form = uploads.read("multipart/form-data; boundary=x", body)

    assert (form.fields, form.content) == ({"key": "a"}, b"\r\nx")


@pytest.mark.parametrize("query", ["", "X-Amz-Signature=0", "X-Amz-Signature=0&X-Amz-Date=x"])
def test_an_address_that_is_half_signed_is_refused(query: str) -> None:
    with pytest.raises(signatures.BadSignature):
        signatures.check_url("GET", "/a", query, "localhost", 0.0)
