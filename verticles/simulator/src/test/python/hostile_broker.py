"""Greets as ZMTP 3 and then announces a frame of a length that nobody can mean; again for each connection."""
import socket
import sys

port, low = int(sys.argv[1]), sys.argv[2]
length = {"negative": 2**64 - 1, "huge": 2**31 - 1, "top": 2**63 + 16}[low]
server = socket.create_server(("127.0.0.1", port))
print("bound", flush=True)
while True:
    peer, _ = server.accept()
    try:
        peer.sendall(b"\xff" + b"\x00" * 8 + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\x00") + b"\x00" * 32)
        peer.recv(64)
        peer.sendall(b"\x06" + length.to_bytes(8, "big"))
        print("sent", flush=True)
        peer.settimeout(5)
        while peer.recv(4096):
            pass
    except OSError:
        pass
    finally:
        peer.close()
