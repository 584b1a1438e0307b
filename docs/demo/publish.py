#!/usr/bin/env python3
"""Publishes JSON messages {ts_server, seq, text} on a NATS subject; needs nothing but Python.

NATS_URL      nats://localhost:4222; user:password@ in it, or tls:// with NATS_TLS_CA
NATS_PASSWORD_FILE  the password, for a URL that names only the user
SUBJECT       xy.md.tick.demo
SEQ           number of the first message, 0
COUNT         messages to publish, 1; 0 for no end
INTERVAL_MS   between two of them, 1000
first argument: the text; demo-msg-<ms> when there is none
"""
import json
import os
import socket
import ssl
import sys
import time
from urllib.parse import urlsplit


def line(stream):
    text = stream.readline()
    if not text or text.startswith(b"-ERR"):
        raise SystemExit("NATS says: " + (text.decode().strip() or "nothing, and hangs up"))
    return text


def connect(url):
    place = urlsplit(url)
    raw = socket.create_connection((place.hostname, place.port or 4222), 5)
    json.loads(line(raw.makefile("rb", buffering=0)).split(b" ", 1)[1])
    if place.scheme == "tls":
        context = ssl.create_default_context(cafile=os.environ.get("NATS_TLS_CA"))
        raw = context.wrap_socket(raw, server_hostname=place.hostname)
    stream = raw.makefile("rwb")
    options = {"verbose": False, "pedantic": True, "name": "xy-demo"}
    if place.username:
        secret = os.environ.get("NATS_PASSWORD_FILE")
        password = open(secret, encoding="utf-8").read().strip() if secret else place.password or ""
        options.update({"user": place.username, "pass": password})
    stream.write(b"CONNECT " + json.dumps(options).encode() + b"\r\n")
    return stream


def confirmed(stream):
    """The server has taken everything that was written before."""
    stream.write(b"PING\r\n")
    stream.flush()
    while True:
        answer = line(stream)
        if answer == b"PONG\r\n":
            return
        if answer == b"PING\r\n":
            stream.write(b"PONG\r\n")
            stream.flush()


def main():
    subject = os.environ.get("SUBJECT", "xy.md.tick.demo").encode()
    first = int(os.environ.get("SEQ", "0"))
    count = int(os.environ.get("COUNT", "1"))
    stream = connect(os.environ.get("NATS_URL", "nats://localhost:4222"))
    confirmed(stream)
    sequence = first
    while count == 0 or sequence < first + count:
        now = time.time_ns() // 1_000_000
        text = sys.argv[1] if len(sys.argv) > 1 else f"demo-msg-{now}"
        body = json.dumps({"ts_server": now, "seq": sequence, "text": text}).encode()
        stream.write(b"PUB %s %d\r\n%s\r\n" % (subject, len(body), body))
        confirmed(stream)
        print(f"published {subject.decode()} {body.decode()}", flush=True)
        sequence += 1
        if count == 0 or sequence < first + count:
            time.sleep(int(os.environ.get("INTERVAL_MS", "1000")) / 1000)


if __name__ == "__main__":
    main()
