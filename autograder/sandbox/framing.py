"""Where a frame of `wire` begins and ends; its contents are none of this module's business, and it needs no torch.

A frame is

    magic (4) | nonce (16) | header length (u32) | body length (u32) | header | body
"""

import struct

MAGIC = b"AGW1"
NONCE_BYTES = 16
MAX_HEADER = 64 * 1024
MAX_BODY = 32 * 1024 * 1024
PREFIX = struct.Struct(f"<4s{NONCE_BYTES}sII")
PREFIX_BYTES = PREFIX.size


class WireError(ValueError):
    """Bytes that are no frame of ours, or values that do not fit into one; one sentence."""


def frame_length(prefix: bytes, nonce: bytes) -> int:
    """Bytes of the frame that opens with this prefix, the prefix included; WireError if it isn't ours."""
    magic, sent_nonce, head, body = PREFIX.unpack(prefix)
    if magic != MAGIC or sent_nonce != nonce or head > MAX_HEADER or body > MAX_BODY:
        raise WireError("the answer did not come in the form the grader expects")
    return PREFIX_BYTES + head + body
