"""A broker with the desk's semantics: broker.py ENDPOINT

One ROUTER; the first worker of a service is designated; mmi.service; heartbeats each second.
"""
import sys
import time

import zmq

import curve

CLIENT, WORKER = b"MDPC01", b"MDPW01"


class Service:
    def __init__(self):
        self.workers, self.requests, self.busy = [], [], False


def main():
    socket = zmq.Context().socket(zmq.ROUTER)
    socket.linger = 0
    curve.serve(socket)
    socket.bind(sys.argv[1])
    services, of_worker = {}, {}
    print("broker ready", flush=True)

    def dispatch(service):
        if service.requests and service.workers and not service.busy:
            client, body = service.requests.pop(0)
            service.busy = True
            socket.send_multipart([service.workers[0], b"", WORKER, b"\x02", client, b"", *body])

    def on_client(client, name, body):
        if name == b"mmi.service":
            service = services.get(body[-1])
            code = b"200" if service and service.workers else b"404"
            socket.send_multipart([client, b"", CLIENT, name, *body[:-1], code])
        elif name.startswith(b"mmi."):
            socket.send_multipart([client, b"", CLIENT, name, *body[:-1], b"501"])
        else:
            service = services.setdefault(name, Service())
            service.requests.append((client, body))
            dispatch(service)

    def on_worker(worker, command, rest):
        if command == b"\x01":
            service = services.setdefault(rest[0], Service())
            service.workers.append(worker)
            of_worker[worker] = (rest[0], service)
            dispatch(service)
        elif worker not in of_worker:
            socket.send_multipart([worker, b"", WORKER, b"\x05"])
        elif command == b"\x03":
            name, service = of_worker[worker]
            service.busy = False
            socket.send_multipart([rest[0], b"", CLIENT, name, *rest[2:]])
            dispatch(service)

    beat = time.monotonic()
    while True:
        if socket.poll(100):
            frames = socket.recv_multipart()
            assert frames[1] == b"" and len(frames) >= 4, frames
            if frames[2] == CLIENT:
                assert len(frames[3:]) >= 3, frames
                on_client(frames[0], frames[3], frames[4:])
            else:
                on_worker(frames[0], frames[3], frames[4:])
        if time.monotonic() >= beat:
            beat = time.monotonic() + 0.5
            for worker, (name, service) in of_worker.items():
                first = service.workers[0] == worker
                socket.send_multipart([worker, b"", WORKER, b"\x04"] + ([b"designated"] if first else []))


main()
