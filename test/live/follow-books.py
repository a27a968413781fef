"""Follows books of the stream with nothing but Python's standard library, as a client of the protocol would.

usage: follow-books.py PORT INSTRUMENT...
A line on stdin says at which sequence each instrument ends, as a JSON object; the books are then printed, best first.
"""

import importlib.util
import json
import os
import sys
import threading

here = os.path.dirname(os.path.abspath(__file__))
spec = importlib.util.spec_from_file_location("rebuild_book", os.path.join(here, "../stream/rebuild-book.py"))
rebuild_book = importlib.util.module_from_spec(spec)
spec.loader.exec_module(rebuild_book)


class Book:
    """What the messages of one channel add up to."""

    def __init__(self):
        self.sides = {"bids": {}, "asks": {}}
        self.seq = None
        self.sequence = None
        self.snapshots = 0

    def take(self, kind, seq, data):
        if kind == "snapshot":
            self.snapshots += 1
            for side in self.sides.values():
                side.clear()
        else:
            assert seq == self.seq + 1, f"message {seq} after {self.seq}"
        self.seq = seq
        for name, side in self.sides.items():
            for price, size in data[name]:
                if size == 0:
                    side.pop(price, None)
                else:
                    side[price] = size
        self.sequence = data["sequence"]

    def best(self, count):
        bids = sorted(self.sides["bids"].items(), reverse=True)[:count]
        return {"bids": bids, "asks": sorted(self.sides["asks"].items())[:count], "snapshots": self.snapshots}


def main():
    books = {f"book.{instrument}": Book() for instrument in sys.argv[2:]}
    stream = rebuild_book.WebSocket(int(sys.argv[1]), "/v1/stream")
    assert stream.receive()["type"] == "hello"
    stream.send({"op": "subscribe", "id": 1, "channels": list(books)})
    ends = {}
    threading.Thread(target=lambda: ends.update(json.loads(sys.stdin.readline() or "{}")), daemon=True).start()
    while not ends or any(books[f"book.{name}"].sequence != last for name, last in ends.items()):
        message = stream.receive()
        kind = message["type"]
        if kind == "ack":
            assert sorted(message["ok"]) == sorted(books), message
        elif kind == "dropped":
            books[message["ch"]].seq += message["count"]
        elif kind in ("snapshot", "update") and message["data"] is not None:
            books[message["ch"]].take(kind, message["seq"], message["data"])
    print(json.dumps({channel[len("book."):]: book.best(20) for channel, book in books.items()}))


main()
