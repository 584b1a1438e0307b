"""A PUB that publishes three topics and noise, counted, every 10 ms: publisher.py ENDPOINT two|single pickle|json"""
import json
import pickle
import sys
import time

import zmq

import curve


def main():
    endpoint, framing, codec = sys.argv[1:4]
    write = pickle.dumps if codec == "pickle" else lambda value: json.dumps(value).encode("utf-8")
    socket = zmq.Context().socket(zmq.PUB)
    socket.linger = 0
    curve.serve(socket)
    socket.bind(endpoint)
    print("publisher ready", flush=True)
    count = 0
    while True:
        count += 1
        events = [
            ("market.510050.SSE", {"symbol": "沪500", "price": 5.123, "count": count}),
            ("acct", {"accountId": "account1", "type": "balance", "data": {"count": count}}),
            ("algo.progress.1s.job-7", [count, "a \"quoted\" ]"]),
            ("_keep_alive", count),
        ]
        for topic, value in events:
            if framing == "two":
                socket.send_multipart([topic.encode("utf-8"), write(value)])
            else:
                socket.send(write([topic, value]))
        if framing == "two":
            socket.send_multipart([b"market.x", b"\x80\x04not a pickle"])
            socket.send_multipart([b"market.x", b"1", b"2"])
        else:
            socket.send(b"\x80\x04not a pickle")
            socket.send(write(["market.x", 1, 2]))
        time.sleep(0.01)


main()
