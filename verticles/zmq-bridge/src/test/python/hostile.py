"""A fake broker or client that speaks enough ZMTP to say something harmful.

hostile.py listen PORT FORM   accepts one connection after the other and sends the harmful frame
hostile.py connect PORT FORM  connects and sends it
hostile.py greet PORT FORM    connects and never finishes its greeting: "slow" sends a byte per second, "idle-N" opens N
                              connections and sends nothing, "half-N" the half of it; says when all were cut off
hostile.py piecewise PORT x   greets byte by byte, but quickly, and says what the other side answered
"""
import resource
import select
import socket
import sys
import time

GREETING2 = b"\xff" + b"\x00" * 7 + b"\x01" + b"\x7f" + b"\x01" + b"\x05" + b"\x00\x00"
GREETING3 = b"\xff" + b"\x00" * 8 + b"\x7f" + b"\x03\x00" + b"NULL".ljust(20, b"\x00") + b"\x00" + b"\x00" * 31
LENGTHS = {
    "negative": b"\xff" * 8,
    "huge": b"\x00\x00\x00\x00\x7f\xff\xff\xff",
    "topbit": b"\x80\x00\x00\x00\x00\x00\x00\x10",
    "over": b"\x00\x00\x00\x00\x10\x00\x00\x00",
}


def harm(connection, form):
    version, _, length = form.partition("-")
    if version == "zmtp2":
        connection.sendall(GREETING2)
    elif version == "zmtp3":
        kind = b"\x05READY\x0bSocket-Type\x00\x00\x00\x06ROUTER\x08Identity\x00\x00\x00\x00"
        connection.sendall(GREETING3 + b"\x04" + bytes([len(kind)]) + kind)
    elif version == "http":
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 50)
        return
    elif version == "tls":
        connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 500)
        return
    time.sleep(0.1)
    connection.sendall(b"\x02" + LENGTHS[length] + b"x" * 64)


def greet(port, form):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    kind, _, count = form.partition("-")
    connections = []
    poller = select.poll()
    for _ in range(int(count or 1)):
        connection = socket.socket()
        connection.setblocking(kind == "half")
        connection.connect_ex(("127.0.0.1", port))
        if kind == "half":
            connection.sendall(GREETING3[:32])
        connections.append(connection)
        poller.register(connection, select.POLLIN | select.POLLHUP)
    print("said", flush=True)
    open_ = {connection.fileno(): connection for connection in connections}
    sent = 0
    started = time.monotonic()
    while open_ and time.monotonic() - started < 90:
        for number, _ in poller.poll(1000):
            try:
                gone = not open_[number].recv(4096)
            except OSError:
                gone = True
            if gone:
                poller.unregister(number)
                open_.pop(number).close()
        if kind == "slow" and open_ and sent < time.monotonic() - started:
            try:
                connections[0].sendall(GREETING3[sent:sent + 1])
                sent += 1
            except OSError:
                continue
    print("cut off after %d s" % (time.monotonic() - started) if not open_ else "still open: %d" % len(open_), flush=True)


def piecewise(port):
    connection = socket.create_connection(("127.0.0.1", port))
    for i in range(len(GREETING3)):
        connection.sendall(GREETING3[i:i + 1])
    answer = b""
    while len(answer) < 64:
        answer += connection.recv(64)
    print("greeted " + answer[:11].hex(), flush=True)


def main():
    how, port, form = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    if how == "greet":
        return greet(port, form)
    if how == "piecewise":
        return piecewise(port)
    if how == "connect":
        connection = socket.create_connection(("127.0.0.1", port))
        try:
            harm(connection, form)
            print("said", flush=True)
            time.sleep(1.0)
        except OSError as broken:
            print("said, and was cut off:", broken, flush=True)
        return
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", port))
    server.listen(50)
    print("listening", flush=True)
    kept = []
    while True:
        connection, _ = server.accept()
        kept.append(connection)
        try:
            harm(connection, form)
            print("said", flush=True)
        except OSError as broken:
            print("cut off:", broken, flush=True)


main()
