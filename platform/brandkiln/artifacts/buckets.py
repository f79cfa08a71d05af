"""Reading from S3 buckets that are not the studio's own, for imports. Nothing here writes to them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.conf import settings

from brandkiln.core.errors import StudioError

CHUNK = 2**20


class BucketFailed(StudioError):
    """The bucket did not give what was asked for."""

    code, status = "bucket_failed", 502


@dataclass(frozen=True)
class Key:
    """One object of a bucket."""

    name: str
    size: int


def list_keys(bucket: str, prefix: str) -> Iterator[Key]:
    """Yield every object below the prefix, in the order of their names.

    Raises:
        BucketFailed: If the bucket can't be listed.
    """
    with _client(bucket) as client:
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for found in page.get("Contents", []):
                yield Key(found["Key"], found["Size"])


def list_folder(bucket: str, prefix: str, most: int) -> tuple[list[str], list[Key]]:
    """Return the folders and the objects directly below a prefix, at most so many.

    Raises:
        BucketFailed: If the bucket can't be listed.
    """
    with _client(bucket) as client:
        page = client.list_objects_v2(Bucket=bucket, Prefix=prefix, Delimiter="/", MaxKeys=most)
    folders = [found["Prefix"] for found in page.get("CommonPrefixes", [])]
    keys = [Key(found["Key"], found["Size"]) for found in page.get("Contents", [])]
    return folders, keys


def read_key(bucket: str, key: str, target: BinaryIO) -> int:
    """Copy an object into an open file and return its size.

    Raises:
        BucketFailed: If it can't be read to its end.
    """
    size = 0
    with _client(bucket) as client:
        body = client.get_object(Bucket=bucket, Key=key)["Body"]
        for piece in body.iter_chunks(CHUNK):
            size += target.write(piece)
    return size


@contextmanager
def _client(bucket: str) -> Iterator[Any]:
    # Imported where it is used: it takes a fifth of a second and is rarely needed.
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield boto3.client(
            "s3",
            endpoint_url=settings.IMPORT_S3_ENDPOINT or None,
            aws_access_key_id=settings.IMPORT_S3_ACCESS_KEY or None,
            aws_secret_access_key=settings.IMPORT_S3_SECRET_KEY or None,
            region_name=settings.IMPORT_S3_REGION,
            config=Config(connect_timeout=10, read_timeout=60, retries={"max_attempts": 3}),
        )
    except (BotoCoreError, ClientError) as error:
        raise BucketFailed(
            f'The bucket "{bucket}" answered: {error}. Check its name and the keys, then retry.'
        ) from error
