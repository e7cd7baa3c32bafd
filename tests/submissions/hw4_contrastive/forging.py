"""What forgers have in common: it stands in the first cell of each hostile notebook."""

import json
import os
import struct
import sys


def steal_nonce():
    frame = sys._getframe()
    while frame:
        if isinstance(frame.f_locals.get("nonce"), bytes):
            return frame.f_locals["nonce"]
        frame = frame.f_back


def send(header, body=b"", nonce=None, announced=None):
    head = header if isinstance(header, bytes) else json.dumps(header).encode()
    sizes = announced or (len(head), len(body))
    os.write(3, struct.pack("<4s16sII", b"AGW1", nonce or steal_nonce(), *sizes) + head + body)
