#!/usr/bin/env python3
"""Everything that a demo of TLS and JWKS needs, self-signed; needs openssl.

secure.py prepare DIR  writes into DIR
    tls.pem            certificate of localhost, and its own authority
    jwks.json          public keys of the token issuer
    gateway.env        environment of the gateway
    secrets/           private keys, a token, the configuration of a nats-server with TLS and a password: each readable
                       by its owner alone and writable by nobody
secure.py serve DIR PORT  serves DIR/jwks.json by HTTPS
"""
import base64
import http.server
import json
import os
import secrets
import ssl
import subprocess
import sys
import time
from pathlib import Path


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=data, check=True, capture_output=True).stdout


def text(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def secret(path, content):
    path.write_bytes(content)
    path.chmod(0o400)


def token(key, lifetime):
    now = int(time.time())
    claims = {"iss": "xy-demo", "sub": "demo-user", "role": "viewer", "accounts": [], "iat": now, "exp": now + lifetime}
    head = {"alg": "RS256", "typ": "JWT", "kid": "demo-kid-1"}
    signed = ".".join(text(json.dumps(part).encode()) for part in (head, claims))
    return signed + "." + text(openssl("dgst", "-sha256", "-sign", key, data=signed.encode()))


def prepare(directory, jwks_port, nats_port):
    hidden = directory / "secrets"
    hidden.mkdir(parents=True, mode=0o700)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "7",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout", hidden / "tls.key", "-out", directory / "tls.pem")
    openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", hidden / "issuer.key")
    modulus = openssl("rsa", "-in", hidden / "issuer.key", "-noout", "-modulus").decode().strip().split("=")[1]
    key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "demo-kid-1", "n": text(bytes.fromhex(modulus)),
           "e": "AQAB"}
    (directory / "jwks.json").write_text(json.dumps({"keys": [key]}))
    secret(hidden / "token", token(hidden / "issuer.key", 1200).encode())
    password = secrets.token_urlsafe(24)
    secret(hidden / "nats-password", password.encode())
    secret(hidden / "nats.conf", (
        f'listen: "127.0.0.1:{nats_port}"\n'
        f'tls: {{ cert_file: "{directory}/tls.pem", key_file: "{hidden}/tls.key" }}\n'
        f'authorization: {{ user: demo, password: "{password}" }}\n').encode())
    for name in ("tls.key", "issuer.key"):
        (hidden / name).chmod(0o400)
    (directory / "gateway.env").write_text("".join(f"{name}={value}\n" for name, value in {
        "SERVICE_TYPE": "http-api,ws-fanout,nats-bridge,health",
        "TLS_ENABLE": "true",
        "TLS_CERT_PATH": directory / "tls.pem",
        "TLS_KEY_PATH": hidden / "tls.key",
        "JWT_JWKS_URL": f"https://localhost:{jwks_port}/jwks.json",
        "JWT_JWKS_CA": directory / "tls.pem",
        "NATS_URLS": f"tls://localhost:{nats_port}",
        "NATS_TLS_CA": directory / "tls.pem",
        "NATS_USER": "demo",
        "NATS_PASSWORD_FILE": hidden / "nats-password",
    }.items()))
    hidden.chmod(0o500)


def serve(directory, port):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "tls.pem", directory / "secrets" / "tls.key")

    class Keys(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            found = self.path == "/jwks.json"
            body = (directory / "jwks.json").read_bytes() if found else b""
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Keys)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    print("serving", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    command, place = sys.argv[1], Path(sys.argv[2]).resolve()
    if command == "prepare":
        prepare(place, int(os.environ.get("JWKS_PORT", "8443")), int(os.environ.get("NATS_PORT", "4222")))
    else:
        serve(place, int(sys.argv[3]))
