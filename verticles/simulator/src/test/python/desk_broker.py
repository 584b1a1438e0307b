"""A tiny Majordomo broker that speaks the desk's frames, driven by lines on its standard input.

Says what it hears, one line each. Knows one worker per service. Commands:
  call SERVICE METHOD JSON-ARGS JSON-KWARGS   pickles the call as the desk's Python client does
  plain SERVICE                               a ping without the request-id frame
  junk SERVICE                                messages that are none of the protocol
  kick SERVICE                                sends DISCONNECT
  mute / unmute                               stops and resumes heartbeats
"""
import json
import os
import pickle
import sys
import time
import uuid

import zmq

HEADER = b"MDPW01"
READY, REQUEST, REPLY, HEARTBEAT, DISCONNECT = b"\x01", b"\x02", b"\x03", b"\x04", b"\x05"
CLIENT = b"\x00\xff\x80\x01\x02"


def say(*words):
    print(*words, flush=True)


class Broker:
    def __init__(self, endpoint, interval):
        self.socket = zmq.Context.instance().socket(zmq.ROUTER)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.bind(endpoint)
        self.interval = interval
        self.workers = {}
        self.muted = False
        self.waiting = {}
        self.partial = b""

    def run(self):
        poller = zmq.Poller()
        poller.register(self.socket, zmq.POLLIN)
        poller.register(sys.stdin, zmq.POLLIN)
        say("bound")
        beat = time.monotonic()
        while True:
            ready = dict(poller.poll(20))
            if self.socket in ready:
                self.hear(self.socket.recv_multipart())
            if sys.stdin.fileno() in ready:
                # Not readline: it would keep a second line in its buffer, where poll does not see it.
                chunk = os.read(sys.stdin.fileno(), 65536)
                if not chunk:
                    return
                *lines, self.partial = (self.partial + chunk).split(b"\n")
                for line in lines:
                    self.obey(line.decode().split(" ", 4))
            if time.monotonic() >= beat:
                beat = time.monotonic() + self.interval
                self.beat()

    def beat(self):
        if not self.muted:
            for identity in self.workers.values():
                self.send(identity, HEARTBEAT, b"designated")

    def send(self, identity, command, *rest):
        self.socket.send_multipart([identity, b"", HEADER, command, *rest])

    def hear(self, frames):
        identity, empty, header, command, *rest = frames
        assert empty == b"" and header == HEADER, frames
        if command == READY:
            (service,) = rest
            self.workers[service.decode()] = identity
            say("ready", service.decode())
            return
        service = next((s for s, i in self.workers.items() if i == identity), None)
        if service is None:
            say("stranger", command[0])
            self.send(identity, DISCONNECT)
        elif command == HEARTBEAT:
            assert not rest
            say("heartbeat", service)
        elif command == DISCONNECT:
            assert not rest
            del self.workers[service]
            say("gone", service)
        elif command == REPLY:
            self.reply(rest)

    def reply(self, rest):
        client, empty, *body = rest
        assert client == CLIENT and empty == b"", rest
        request_id = b"" if len(body) == 1 else body[0]
        assert self.waiting.pop(request_id) == len(body), rest
        ok, value = pickle.loads(body[-1])
        say("reply", ok, json.dumps(value, ensure_ascii=True, sort_keys=True))

    def obey(self, words):
        name = words[0]
        if name == "mute":
            self.muted = True
        elif name == "unmute":
            self.muted = False
        elif name == "call":
            _, service, method, args, kwargs = words
            body = pickle.dumps([method, tuple(json.loads(args)), json.loads(kwargs)])
            request_id = uuid.uuid4().hex.encode()
            self.waiting[request_id] = 2
            self.send(self.workers[service], REQUEST, CLIENT, b"", request_id, body)
        elif name == "plain":
            self.waiting[b""] = 1
            self.send(self.workers[words[1]], REQUEST, CLIENT, b"", pickle.dumps(["ping", (), {}]))
        elif name == "junk":
            identity = self.workers[words[1]]
            self.socket.send_multipart([identity, b"junk"])
            self.socket.send_multipart([identity, b"", b"MDPC01", REQUEST, CLIENT, b"", b"id", b"body"])
            self.send(identity, REQUEST)
            self.send(identity, REQUEST, CLIENT, b"not empty", b"id", b"body")
            self.send(identity, b"\x09")
            self.socket.send_multipart([identity, b"", HEADER, REQUEST] + [b"x"] * 40)
            say("junk sent")
        elif name == "kick":
            self.send(self.workers.pop(words[1]), DISCONNECT)


Broker(sys.argv[1], float(sys.argv[2])).run()
