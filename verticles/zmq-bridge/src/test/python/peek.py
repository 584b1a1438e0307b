"""A ROUTER that prints what a worker sends, and sends what each line of the input says: peek.py ENDPOINT

A line is a Python list of frames for the peer that spoke last; the line "end" ends it.
"""
import ast
import sys
import threading

import zmq


def main():
    context = zmq.Context()
    socket = context.socket(zmq.ROUTER)
    socket.linger = 0
    socket.bind(sys.argv[1])
    orders = context.socket(zmq.PULL)
    orders.bind("inproc://orders")

    def listen():
        push = context.socket(zmq.PUSH)
        push.connect("inproc://orders")
        for line in sys.stdin:
            push.send_string(line)

    threading.Thread(target=listen, daemon=True).start()
    print("peek ready", flush=True)
    poller = zmq.Poller()
    poller.register(socket, zmq.POLLIN)
    poller.register(orders, zmq.POLLIN)
    peer = None
    while True:
        ready = dict(poller.poll())
        if socket in ready:
            peer, *frames = socket.recv_multipart()
            print("frames " + " ".join(frame.hex() or "-" for frame in frames), flush=True)
        if orders in ready:
            socket.send_multipart([peer, *ast.literal_eval(orders.recv_string())])


main()
