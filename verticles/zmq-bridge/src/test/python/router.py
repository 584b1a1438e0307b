"""A bare ROUTER that prints what a client sends and answers as it is told: router.py ENDPOINT

The method of a call says what is done with it. Every message is printed as hexadecimal frames.
"""
import pickle
import sys

import zmq


def main():
    socket = zmq.Context().socket(zmq.ROUTER)
    socket.linger = 0
    socket.bind(sys.argv[1])
    print("router ready", flush=True)
    held = []
    mute = False
    while True:
        frames = socket.recv_multipart()
        print("frames " + " ".join(frame.hex() or "-" for frame in frames[1:]), flush=True)
        client, service, body = frames[0], frames[3], frames[4:]
        if service == b"mmi.service":
            if not mute:
                socket.send_multipart([client, b"", b"MDPC01", service, *body[:-1], b"200"])
            continue
        name, args, kwargs = pickle.loads(body[-1])
        rid = body[0]

        def answer(value, to=rid, header=b"MDPC01", name=service, start=b""):
            socket.send_multipart([client, start, header, name, to, pickle.dumps([True, value])])

        if name == "ping":
            answer("pong")
        elif name == "hold":
            held.append(rid)
        elif name == "release":
            for old in held:
                answer("released", to=old)
            held.clear()
            answer("done")
        elif name == "strange":
            answer("foreign", to=b"0" * 32)
            answer("wrong service", name=b"other_service")
            answer("wrong header", header=b"MDPC02")
            answer("no delimiter", start=b"x")
            answer("short id", to=b"1")
            socket.send_multipart([client, b"", b"MDPC01", service, rid])
            socket.send_multipart([client, b"", b"MDPC01"])
            socket.send_multipart([client, b""])
            socket.send_multipart([client] + [b""] * 1000)
            socket.send_multipart([client, b"", b"MDPC01", service, pickle.dumps([True, "swapped"]), rid])
            socket.send_multipart([client, b"", b"MDPC01", b"mmi.service", b"0" * 32, b"404"])
            answer("right")
            answer("again")
        elif name == "mute":
            mute = True
            answer("silent from now on")
        elif name == "crossed":
            held.append(rid)
            if len(held) == 2:
                socket.send_multipart([client, b"", b"MDPC01", service, held[1], pickle.dumps([True, "second"])])
                socket.send_multipart([client, b"", b"MDPC01", service, held[0], pickle.dumps([True, "first"])])
                held.clear()


main()
