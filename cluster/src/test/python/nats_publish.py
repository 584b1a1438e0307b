"""Publishes one price every 100 ms on a subject of a nats-server, in its text protocol, until it is stopped.

usage: nats_publish.py PORT SUBJECT PRICE
"""

import json
import socket
import sys
import time

port, subject, price = int(sys.argv[1]), sys.argv[2], sys.argv[3]
connection = socket.create_connection(("127.0.0.1", port), 5)
connection.sendall(b'CONNECT {"verbose":false,"pedantic":false}\r\nPING\r\n')
answers = connection.makefile("rb")
while not answers.readline().startswith(b"PONG"):
    pass
print("connected", flush=True)
while True:
    body = json.dumps({"ts_ms": int(time.time() * 1000), "symbol": "demo", "price": float(price), "volume": 1})
    connection.sendall(f"PUB {subject} {len(body)}\r\n{body}\r\n".encode())
    time.sleep(0.1)
