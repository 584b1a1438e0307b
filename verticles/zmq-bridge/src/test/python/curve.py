"""CURVE for the other programs: keys come from the environment, so that none stands in a command line."""
import os


def serve(socket):
    """With CURVE_SECRET and CURVE_PUBLIC the socket speaks CURVE with everybody who knows its public key."""
    if "CURVE_SECRET" in os.environ:
        socket.curve_server = True
        socket.curve_publickey = os.environ["CURVE_PUBLIC"].encode()
        socket.curve_secretkey = os.environ["CURVE_SECRET"].encode()


def connect(socket):
    """With CURVE_SERVER the socket speaks CURVE with the server of that public key, with keys of its own."""
    if "CURVE_SERVER" in os.environ:
        socket.curve_serverkey = os.environ["CURVE_SERVER"].encode()
        socket.curve_publickey = os.environ["CURVE_CLIENT_PUBLIC"].encode()
        socket.curve_secretkey = os.environ["CURVE_CLIENT_SECRET"].encode()
