"""A Majordomo worker of the desk's form: worker.py ENDPOINT SERVICE [--plain] [--log FILE]

Frames carry the request id unless --plain, which is MDP/0.1 as published. One request at a time.
"""
import decimal
import os
import pickle
import sys
import time
import traceback

import zmq

import curve

HEARTBEAT = 0.5
LIVENESS = 4


class Functions:
    def __init__(self, log):
        self.log = log
        self.kept = None

    def ping(self):
        return "pong"

    def echo(self, *args, **kwargs):
        return [list(args), kwargs]

    def add(self, a, b):
        return a + b

    def price(self):
        return {"price": decimal.Decimal("5.123"), "volume": 2 ** 60, "at": (1, 2)}

    def fail(self):
        raise RuntimeError("secret inside\r\nof a program")

    def sleep(self, seconds):
        time.sleep(seconds)
        return "slept"

    def pid(self):
        return os.getpid()

    def note(self, key):
        with open(self.log, "a") as log:
            log.write(key + "\n")
        return key

    def note_and_work(self, key):
        # Written in one go before the work, so that a worker killed in between has left its mark.
        with open(self.log, "a") as log:
            log.write(key + "\n")
        time.sleep(0.01)
        return key

    def die(self):
        os._exit(3)


class Worker:
    def __init__(self, context, endpoint, service, plain, functions):
        self.context, self.endpoint, self.service = context, endpoint, service
        self.plain, self.functions = plain, functions
        self.designated = False
        self.socket = None
        self.connect()

    def connect(self):
        if self.socket is not None:
            self.socket.close(0)
        self.socket = self.context.socket(zmq.DEALER)
        self.socket.linger = 0
        curve.connect(self.socket)
        self.socket.connect(self.endpoint)
        self.send(b"\x01", self.service.encode())
        self.alive = LIVENESS
        self.beat_at = time.monotonic() + HEARTBEAT

    def send(self, command, *frames):
        self.socket.send_multipart([b"", b"MDPW01", command, *frames])

    def run(self):
        while True:
            if self.socket.poll(int(HEARTBEAT * 1000)):
                self.alive = LIVENESS
                self.take(self.socket.recv_multipart())
            else:
                self.alive -= 1
                if self.alive == 0:
                    print("reconnecting", flush=True)
                    self.connect()
            if time.monotonic() >= self.beat_at:
                self.send(b"\x04")
                self.beat_at = time.monotonic() + HEARTBEAT

    def take(self, frames):
        command = frames[2]
        if command == b"\x02":
            client, body = frames[3], frames[5:]
            answers = self.work(body[-1])
            for answer in answers:
                self.send(b"\x03", client, b"", *body[:-1], answer)
        elif command == b"\x05":
            print("disconnected", flush=True)
            self.connect()
        elif command == b"\x04":
            designated = len(frames) > 3 and frames[3] == b"designated"
            if designated != self.designated:
                self.designated = designated
                print("designated" if designated else "standby", flush=True)

    def work(self, payload):
        name, args, kwargs = pickle.loads(payload)
        if name == "garbage":
            return [b"\x80\x04not a pickle."]
        if name == "object":
            return [pickle.dumps([True, os.stat_result(range(10))])]
        if name == "refuse":
            return [pickle.dumps([False, "Account not found"])]
        if name == "number":
            return [pickle.dumps([False, 7])]
        if name == "twice":
            return [pickle.dumps([True, "first"]), pickle.dumps([True, "second"])]
        if name == "never":
            return []
        try:
            answer = [True, getattr(self.functions, name)(*args, **kwargs)]
        except Exception:
            answer = [False, traceback.format_exc()]
        return [pickle.dumps(answer)]


def main():
    arguments = sys.argv[1:]
    log = arguments[arguments.index("--log") + 1] if "--log" in arguments else os.devnull
    worker = Worker(zmq.Context(), arguments[0], arguments[1], "--plain" in arguments, Functions(log))
    print("worker ready", flush=True)
    worker.run()


main()
