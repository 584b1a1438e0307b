"""A broker in the desk's manner: one ROUTER, one worker at a time per service, request-id passed through untouched.

usage: desk_broker.py PORT
"""

import collections
import sys
import time

import zmq

CLIENT, WORKER = b"MDPC01", b"MDPW01"
READY, REQUEST, REPLY, HEARTBEAT, DISCONNECT = b"\x01", b"\x02", b"\x03", b"\x04", b"\x05"


class Service:
    def __init__(self):
        self.idle = collections.deque()
        self.waiting = collections.deque()


services = collections.defaultdict(Service)
service_of = {}

context = zmq.Context()
router = context.socket(zmq.ROUTER)
router.linger = 0
router.bind(f"tcp://127.0.0.1:{sys.argv[1]}")
print("ready", flush=True)


def dispatch(service):
    while service.idle and service.waiting:
        worker = service.idle.popleft()
        client, body = service.waiting.popleft()
        router.send_multipart([worker, b"", WORKER, REQUEST, client, b"", *body])


def on_client(sender, frames):
    name, body = frames[0], frames[1:]
    if name == b"mmi.service":
        known = services[body[-1]].idle or any(name == body[-1] for name in service_of.values())
        body[-1] = b"200" if known else b"404"
        router.send_multipart([sender, b"", CLIENT, name, *body])
        return
    service = services[name]
    service.waiting.append((sender, body))
    dispatch(service)


def on_worker(sender, frames):
    command = frames[0]
    if command == READY:
        service_of[sender] = frames[1]
        services[frames[1]].idle.append(sender)
        dispatch(services[frames[1]])
    elif command == REPLY:
        client, body = frames[1], frames[3:]
        name = service_of[sender]
        router.send_multipart([client, b"", CLIENT, name, *body])
        services[name].idle.append(sender)
        dispatch(services[name])
    elif command == DISCONNECT:
        service_of.pop(sender, None)


beat = time.monotonic()
while True:
    if router.poll(200):
        sender, empty, header, *frames = router.recv_multipart()
        if header == CLIENT:
            on_client(sender, frames)
        elif header == WORKER:
            on_worker(sender, frames)
    if time.monotonic() - beat > 1:
        beat = time.monotonic()
        for worker in list(service_of):
            router.send_multipart([worker, b"", WORKER, HEARTBEAT])
