"""Measures what must not show in time: whether a name exists, how much of a key is right; and what hostile tokens cost.

    ./xy bench security [--json] [--samples N] [--classpath-file FILE]

Exit 1 when a rule is broken. Differences are of medians over interleaved samples; what two halves of the very same question
differ by is printed beside them, because no difference below that means anything.
"""

import argparse
import http.client
import json
import os
import pathlib
import random
import re
import select
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import peers

LOGIN_DIFFERENCE_MS = 1.0
HOSTILE_MS = 5.0
GROWTH_BYTES = 32 << 20
KEY_DIFFERENCE_MS = 0.05
JSON_TYPE = {"Content-Type": "application/json"}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
ROUTES = """routes:
  - name: login
    method: POST
    path: /login
    roles: public
    effect: read
    request: {body: {username: {required: true, max: 128}, password: {required: true, max: 256}}}
    target: {identity: {action: login, wrong-per-account: 10000, wrong-per-address: 100000, window: 1m}}
  - {name: once, method: GET, path: /once, roles: any, target: {static: {}}}
"""


def new_key(directory, class_path):
    """A key and the line of configuration that accepts it, as ./xy key prints them."""
    conf = pathlib.Path(directory) / "keys"
    conf.mkdir()
    java = pathlib.Path(os.environ["JAVA_HOME"]) / "bin/java"
    command = [str(java), *os.environ["XY_BENCH_FLAGS"].split(), "-cp", class_path,
               "io.xy.gateway.cluster.GatewayMain", "key", "--conf", str(conf), "--client", "bench", "--role", "operator"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "JWT_SECRET": peers.SECRET})
    key = re.search(r"^xy_\S+$", printed.stdout, re.M).group(0)
    return key, re.search(r"^- \{id: .*\}$", printed.stdout, re.M).group(0)


def gateway(directory, class_path, line):
    conf = pathlib.Path(directory) / "gateway"
    (conf / "routes").mkdir(parents=True)
    (conf / "routes/bench.yaml").write_text(ROUTES)
    (conf / "gateway.yaml").write_text(f"api-keys:\n  keys:\n    {line}\n")
    port = peers.free_port()
    return peers.gateway("gateway", class_path, conf, port, {
        "SERVICE_TYPE": "http-api,zmq-bridge,simulator,health", "HTTP_HOST": "127.0.0.1", "HTTP_PORT": str(port),
        "ZMQ_BIND": f"tcp://127.0.0.1:{peers.free_port()}", "JWT_SECRET": peers.SECRET})


class Client:
    """One kept connection; milliseconds and status of each request."""

    def __init__(self, port):
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def ask(self, method, path, headers, body=None):
        start = time.perf_counter()
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            text = answer.read()
        except (ConnectionError, http.client.HTTPException):
            # Closed after a refusal that ends the connection: once more on a new one.
            self.connection.close()
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            return self.ask(method, path, headers, body)
        return (time.perf_counter() - start) * 1e3, answer.status, text


def compare(questions, samples, due):
    """Medians of each question, asked in turn in random order; every answer must be the one that is due."""
    seen = {name: [] for name in questions}
    texts = {name: set() for name in questions}
    for number in range(samples):
        for name in random.sample(list(questions), len(questions)):
            ms, status, text = questions[name](number)
            if status != due:
                raise SystemExit(f"{name}: {status} instead of {due}: {text[:200]}")
            seen[name].append(ms)
            texts[name].add(re.sub(rb'"requestId":"[^"]*"|"timestamp":"?[^",}]*"?', b"", text))
    medians = {name: statistics.median(times) for name, times in seen.items()}
    halves = max(abs(statistics.median(times[::2]) - statistics.median(times[1::2])) for times in seen.values())
    alike = len(set().union(*texts.values())) == 1
    return medians, halves, alike


def logins(client, samples):
    def wrong(username):
        return lambda number: client.ask("POST", "/login", JSON_TYPE, json.dumps(
            {"username": username(number), "password": f"wrong-{number}"}))

    await_login(client)
    medians, halves, alike = compare(
        {"wrong password": wrong(lambda number: "trader1"), "unknown user": wrong(lambda number: f"nobody{number:04d}")},
        samples, 401)
    difference = abs(medians["wrong password"] - medians["unknown user"])
    return {"rule": "J17 wrong logins", "medians": medians, "difference": difference, "same question": halves,
            "highest": LOGIN_DIFFERENCE_MS, "kept": difference < LOGIN_DIFFERENCE_MS and alike, "bodies alike": alike}


def await_login(client):
    end = time.monotonic() + 30
    body = json.dumps({"username": "trader1", "password": "password123"})
    while client.ask("POST", "/login", JSON_TYPE, body)[1] != 200:
        if time.monotonic() > end:
            raise SystemExit("nobody can log in")
        time.sleep(0.2)


def keys(client, key, samples):
    def wrong(kept):
        return lambda number: client.ask("GET", "/once", {
            "X-API-Key": key[:kept] + "".join(random.choice(LETTERS) for _ in key[kept:-1]) + "!"})

    if client.ask("GET", "/once", {"X-API-Key": key})[1] != 200:
        raise SystemExit("the right key is refused")
    name = key.rindex("_") + 1
    medians, halves, alike = compare(
        {"only the name right": wrong(name), "all but the end right": wrong(len(key) - 2)}, samples, 401)
    difference = abs(medians["only the name right"] - medians["all but the end right"])
    return {"rule": "14 wrong API keys", "medians": medians, "difference": difference, "same question": halves,
            "highest": KEY_DIFFERENCE_MS, "kept": difference <= max(KEY_DIFFERENCE_MS, 2 * halves) and alike}


def refused(port, request):
    """Milliseconds from the first byte sent to the end of the answer, and its status. Reads while it sends: who announces
    a megabyte may be answered after the first of it. The bytes are made before, so that no client's work is counted."""
    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        connection.setblocking(False)
        rest, seen, start = memoryview(request), b"", time.perf_counter()
        while not ended(seen):
            readable, writable, _ = select.select([connection], [connection] if rest else [], [], 20)
            if readable:
                some = connection.recv(65_536)
                if not some:
                    raise SystemExit(f"closed in the middle of an answer: {seen[:200]}")
                seen += some
            elif writable:
                rest = rest[connection.send(rest[:65_536]):]
            else:
                raise SystemExit(f"no answer to the first {len(request)} bytes of a head")
        return (time.perf_counter() - start) * 1e3, int(seen.split(b" ", 2)[1])


def ended(answer):
    head, blank, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    return bool(blank) and length is not None and len(body) >= int(length.group(1))


def hostile(server, samples):
    """Each hostile token is refused fast, and none of them makes the process grow."""
    deep = "[" * 10_000 + "]" * 10_000
    now = int(time.time())

    def signed(head, claims):
        text = peers.b64(head.encode()) + "." + peers.b64(claims.encode())
        return text + "." + peers.b64(peers.hmac.new(peers.SECRET.encode(), text.encode(), peers.hashlib.sha256).digest())

    good_head, good = '{"alg":"HS256"}', '{"sub":"a","role":"viewer","exp":%d}' % (now + 600)
    tokens = {
        "duplicate claim": signed(good_head, '{"sub":"a","sub":"b","exp":%d}' % (now + 600)),
        "duplicate alg": signed('{"alg":"HS256","alg":"none"}', good),
        "deep claims": signed(good_head, '{"sub":"a","exp":%d,"x":%s}' % (now + 600, "[" * 2_000 + "]" * 2_000)),
        "deep, beyond a header": signed(good_head, '{"sub":"a","x":%s}' % deep),
        "1 MiB": signed(good_head, '{"sub":"%s"}' % ("a" * (1 << 20))),
        "five parts": signed(good_head, good) + ".a.b",
        "trailing dot": signed(good_head, good) + ".",
    }
    requests = {name: f"GET /once HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
                for name, token in tokens.items()}
    requests["1 MiB, 64 KiB come"] = requests["1 MiB"][:65_536]
    before, slowest = peers.resident_bytes(server.process.pid), {}
    for name, request in requests.items():
        times = []
        for _ in range(max(20, samples // 10)):
            ms, status = refused(server.port, request)
            if status not in (401, 431):
                raise SystemExit(f"{name}: {status}")
            times.append(ms)
        slowest[name] = statistics.median(times)
    growth = peers.resident_bytes(server.process.pid) - before
    return {"rule": "J12 hostile tokens", "medians": slowest, "difference": max(slowest.values()), "highest": HOSTILE_MS,
            "growth": growth, "kept": max(slowest.values()) < HOSTILE_MS and growth < GROWTH_BYTES}


def main():
    parser = argparse.ArgumentParser(prog="./xy bench security")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--samples", type=int, default=1_000)
    parser.add_argument("--classpath-file")
    chosen = parser.parse_args()
    class_path = peers.built_class_path(chosen.classpath_file)
    with tempfile.TemporaryDirectory() as directory:
        key, line = new_key(directory, class_path)
        server = gateway(directory, class_path, line)
        try:
            client = Client(server.port)
            # Cold code is slow for everybody: the first of each are thrown away.
            logins(client, chosen.samples // 2)
            keys(client, key, chosen.samples)
            hostile(server, chosen.samples)
            results = [logins(client, chosen.samples), keys(client, key, 5 * chosen.samples),
                       hostile(server, chosen.samples)]
        finally:
            server.stop()
    if chosen.json:
        print(json.dumps(results, indent=1))
    else:
        for result in results:
            print(f"{result['rule']:20} {'kept' if result['kept'] else 'BROKEN'}: {result['difference']:.3f} ms (less than"
                  f" {result['highest']}), same question {result.get('same question', 0):.3f} ms")
            for name, ms in result["medians"].items():
                print(f"    {name:24} {ms:7.3f} ms")
    if not all(result["kept"] for result in results):
        sys.exit(1)


if __name__ == "__main__":
    main()
