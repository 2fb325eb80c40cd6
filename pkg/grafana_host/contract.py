"""Grafana's plugin contract as message classes, made at run time from the descriptors of `proto/`.

The host knows nothing of the product's generated code: it reads `contract.binpb`, which the generator writes
beside it, so that a slip in the product's own modules is found and not repeated.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_FILE = Path(__file__).with_name("contract.binpb")


@lru_cache(maxsize=1)
def _pool() -> descriptor_pool.DescriptorPool:
    described = descriptor_pb2.FileDescriptorSet.FromString(_FILE.read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for each in described.file:
        pool.Add(each)
    return pool


@lru_cache(maxsize=256)
def message(name: str) -> Any:
    """The class of a message by its full name: `pluginv2.CallResourceRequest`."""
    return message_factory.GetMessageClass(_pool().FindMessageTypeByName(name))
