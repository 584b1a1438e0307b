"""A client that calls and never reads an answer: deaf.py ENDPOINT SERVICE"""
import pickle
import sys

import zmq

CALLS = 5_000
SIZE = 20_000


def main():
    socket = zmq.Context().socket(zmq.DEALER)
    socket.linger = 0
    socket.sndhwm = CALLS
    socket.rcvhwm = 1
    socket.rcvbuf = 4096
    socket.connect(sys.argv[1])
    call = pickle.dumps(["echo", ["x" * SIZE], {}])
    for i in range(CALLS):
        socket.send_multipart([b"", b"MDPC01", sys.argv[2].encode(), b"%032x" % i, call])
    print("said", flush=True)
    sys.stdin.read()


main()
