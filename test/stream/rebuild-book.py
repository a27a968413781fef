"""Rebuilds a book from the stream with nothing but Python's standard library.

usage: rebuild-book.py PORT INSTRUMENT LAST_SEQUENCE
Prints the book, best first, once its sequence is LAST_SEQUENCE.
"""

import base64
import hashlib
import json
import os
import socket
import struct
import sys

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class WebSocket:
    """A client of RFC 6455, text only."""

    def __init__(self, port, path):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.buffer = b""
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self.buffer:
            self.fill()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        accept = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
        assert head.startswith(b"HTTP/1.1 101"), head
        assert f"sec-websocket-accept: {accept}".lower() in head.decode().lower(), head

    def fill(self):
        data = self.socket.recv(65536)
        if not data:
            raise EOFError("the server closed")
        self.buffer += data

    def take(self, count):
        while len(self.buffer) < count:
            self.fill()
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def send(self, message):
        payload = json.dumps(message).encode()
        mask = os.urandom(4)
        length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + struct.pack(">H", len(payload))
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        self.socket.sendall(b"\x81" + length + mask + masked)

    def receive(self):
        first, second = self.take(2)
        assert first == 0x81, f"expected a whole text frame, got {first:#x}"
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack(">H", self.take(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", self.take(8))
        return json.loads(self.take(length).decode())


def main():
    port, instrument, last = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    stream = WebSocket(port, "/v1/stream")
    channel = f"book.{instrument}"
    assert stream.receive()["type"] == "hello"
    stream.send({"op": "subscribe", "id": 1, "channels": [channel], "policy": "latest"})
    sides = {"bids": {}, "asks": {}}
    seq = None
    sequence = None
    while sequence != last:
        message = stream.receive()
        if message["type"] == "ack":
            assert message["ok"] == [channel], message
        elif message["type"] == "dropped":
            seq += message["count"]
        elif message["type"] in ("snapshot", "update"):
            if message["type"] == "snapshot":
                for side in sides.values():
                    side.clear()
            else:
                assert message["seq"] == seq + 1, (message["seq"], seq)
            seq = message["seq"]
            for name, side in sides.items():
                for price, size in message["data"][name]:
                    if size == 0:
                        side.pop(price, None)
                    else:
                        side[price] = size
            sequence = message["data"]["sequence"]
    bids = sorted(sides["bids"].items(), reverse=True)
    print(json.dumps({"bids": bids, "asks": sorted(sides["asks"].items()), "sequence": sequence}))


if __name__ == "__main__":
    main()
