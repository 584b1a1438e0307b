"""A client of the desk's form: client.py ENDPOINT SERVICE

Each line of the input is a call, a Python tuple (name, args, kwargs), or raw bytes; the reply is printed as Python text.
"""
import ast
import pickle
import sys
import uuid

import zmq

import curve


def main():
    socket = zmq.Context().socket(zmq.DEALER)
    socket.linger = 0
    curve.connect(socket)
    socket.connect(sys.argv[1])
    print("client ready", flush=True)
    for line in sys.stdin:
        call = ast.literal_eval(line)
        rid = uuid.uuid4().hex.encode()
        payload = call if isinstance(call, bytes) else pickle.dumps(list(call))
        socket.send_multipart([b"", b"MDPC01", sys.argv[2].encode(), rid, payload])
        if not socket.poll(5000):
            print("no reply", flush=True)
            continue
        frames = socket.recv_multipart()
        assert frames[:4] == [b"", b"MDPC01", sys.argv[2].encode(), rid], frames
        print("reply " + repr(pickle.loads(frames[4])), flush=True)


main()
