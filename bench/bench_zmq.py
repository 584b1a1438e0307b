"""Measures what a call of a Majordomo service costs from REST and back, next to the gateway's own proxied route and to nginx's
bare proxy, in one run, against a broker that answers at once.

    ./xy bench zmq [--json] [--rounds N] [--seconds S] [--warm S] [--classpath-file FILE]

The call is the shipped one of an account: HS256, entitlement, pickle both ways, keys renamed, the desk's envelope. CPU per
request survives a noisy machine; a figure is the median of the rounds. Then: what the way adds to latency at half of
saturation, what ten thousand unanswered calls take in memory, and whether a direct client of the broker notices the gateway.
"""

import argparse
import json
import pathlib
import pickle
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import bench_http
import peers

ACCOUNT = {
    "account_id": "account1", "name": "Options account 1", "enabled": True, "status": "active", "balance": 1_000_000.0,
    "available": 812_345.5, "margin_used": 187_654.5, "currency": "CNY", "broker": "desk", "created_at": 1_700_000_000.0,
    "limits": {"max_position": 500, "max_loss": 50_000.0}, "risk": {"delta": 12.5, "gamma": 0.4, "vega": 310.2, "theta": -95.1},
}
HIGHEST = {"http": 1.3, "nginx": 1.6}
ADDED_MS = 2.0
NOTICED = 0.10
OUTSTANDING = 10_000
OUTSTANDING_BYTES = 256 << 20
ROUTE = """routes:
  - name: account
    method: GET
    path: /zmq/{accountId}
    roles: [viewer, operator]
    accounts: {from: [path.accountId]}
    target: {zmq: {service: account_service, method: get_account, args: [$path.accountId]}}
    reply: {envelope: desk, data: $}
  - {name: silent, method: GET, path: /silent, roles: any, timeout: 20s, target: {zmq: {service: silent, method: ask}}}
  - {name: http, method: GET, path: '/http/{accountId}', roles: [viewer, operator], accounts: {from: [path.accountId]}, target: {http: {upstream: up}}}
"""


def echo(directory):
    program, reply = pathlib.Path(directory) / "mdp_echo", pathlib.Path(directory) / "reply"
    built = subprocess.run([peers.need("gcc"), "-O2", "-o", str(program), str(peers.ROOT / "bench/mdp_echo.c"), "-lzmq"])
    if built.returncode != 0:
        raise SystemExit("the bench needs libzmq; Debian: apt-get install gcc libzmq3-dev python3-zmq")
    reply.write_bytes(pickle.dumps([True, ACCOUNT], protocol=4))
    port = peers.free_port()
    return peers.Program("mdp_echo", port, [str(program), f"tcp://127.0.0.1:{port}", str(reply)], "")


def gateway(directory, class_path, broker, up):
    conf = pathlib.Path(directory) / "gateway"
    (conf / "routes").mkdir(parents=True)
    (conf / "routes/bench.yaml").write_text(ROUTE)
    (conf / "upstreams.yaml").write_text(f"upstreams:\n  up:\n    urls: http://127.0.0.1:{up}\n")
    (conf / "gateway.yaml").write_text(
        f"http: {{inflight: {OUTSTANDING * 2}, max-connections: {OUTSTANDING * 2}, max-connections-per-address: {OUTSTANDING * 2}}}\n"
        "zmq:\n  mode: client\n  services:\n    account_service: {concurrency: 1000}\n"
        f"    silent: {{concurrency: {OUTSTANDING}}}\n")
    port = peers.free_port()
    return peers.gateway("gateway", class_path, conf, port, {
        "SERVICE_TYPE": "http-api,zmq-bridge,health", "HTTP_HOST": "127.0.0.1", "HTTP_PORT": str(port),
        "ZMQ_BROKER_URL": f"tcp://127.0.0.1:{broker}", "JWT_SECRET": peers.SECRET})


def direct(port, seconds):
    """Median round trip of a client without a gateway, in milliseconds. In a process of Debian's Python, which has zmq."""
    script = f"""
import statistics, time, zmq
socket = zmq.Context().socket(zmq.DEALER)
socket.connect("tcp://127.0.0.1:{port}")
seen, end = [], time.monotonic() + {seconds}
while time.monotonic() < end:
    start = time.perf_counter()
    socket.send_multipart([b"", b"MDPC01", b"account_service", b"1", b"x"])
    socket.recv_multipart()
    seen.append(time.perf_counter() - start)
    time.sleep(0.001)
print(statistics.median(seen) * 1e3)
"""
    return float(subprocess.run(["/usr/bin/python3", "-c", script], capture_output=True, text=True, check=True).stdout)


def noticed(broker, node, token):
    """By which part a direct client's median changes while the gateway calls the same broker, some thousand times a second:
    one connection, so that the processors have room for all. In turn, because the figure wanders."""
    idle, loaded = [], []
    for _ in range(5):
        idle.append(direct(broker.port, 2))
        background = threading.Thread(target=bench_http.load, args=(node.port, 3, token),
                                      kwargs={"path": "/zmq/account1", "connections": 1})
        background.start()
        time.sleep(0.3)
        loaded.append(direct(broker.port, 2))
        background.join()
    return abs(statistics.median(loaded) / statistics.median(idle) - 1)


def outstanding(node, token):
    """Growth of the process by calls that nobody answers: one connection each, held by a load of wrk."""
    before, most = peers.resident_bytes(node.process.pid), 0
    load = subprocess.Popen(
        [peers.need("wrk"), "-t1", f"-c{OUTSTANDING}", "-d12s", "--timeout", "15s", "-H", f"Authorization: Bearer {token}",
         f"http://127.0.0.1:{node.port}/silent"], stdout=subprocess.DEVNULL)
    while load.poll() is None:
        most = max(most, peers.resident_bytes(node.process.pid))
        time.sleep(0.2)
    return most - before


def half_of_saturation(node, paths, token):
    """The 99th percentile of each path with so few connections that about half of the most is asked."""
    return {name: statistics.median(bench_http.load(node.port, 4, token, path=path, connections=4)["p99"] for _ in range(3))
            for name, path in paths.items()}


def main():
    parser = argparse.ArgumentParser(prog="./xy bench zmq")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--warm", type=int, default=15)
    parser.add_argument("--classpath-file")
    chosen = parser.parse_args()
    class_path, running = peers.built_class_path(chosen.classpath_file), []
    token = peers.token(role="operator", accounts=["*"])
    with tempfile.TemporaryDirectory() as directory:
        try:
            up = peers.upstream(directory)
            running.append(up)
            nginx = peers.nginx_proxy(directory, up.port)
            running.append(nginx)
            broker = echo(directory)
            running.append(broker)
            node = gateway(directory, class_path, broker.port, up.port)
            running.append(node)
            kinds = {"nginx": (nginx, None, bench_http.PATH), "http": (node, token, "/http/account1"),
                     "zmq": (node, token, "/zmq/account1")}
            for server, known, path in kinds.values():
                bench_http.load(server.port, chosen.warm if server is node else 2, known, strict=False, path=path)
            rounds = {name: [] for name in kinds}
            for _ in range(chosen.rounds):
                for name, (server, known, path) in kinds.items():
                    rounds[name].append(bench_http.measure(server, chosen.seconds, known, path=path))
            table = {name: bench_http.medians(seen) for name, seen in rounds.items()}
            tails = half_of_saturation(node, {"http": "/http/account1", "zmq": "/zmq/account1"}, token)
            change = noticed(broker, node, token)
            growth = outstanding(node, token)
        finally:
            for server in reversed(running):
                server.stop()
    rules = [{"what": f"CPU of a call to {peer}", "value": table["zmq"]["us"] / table[peer]["us"], "highest": highest}
             for peer, highest in HIGHEST.items()]
    rules.append({"what": "p99 added at half load, ms", "value": tails["zmq"], "highest": ADDED_MS})
    rules.append({"what": "direct client's p50, change", "value": change, "highest": NOTICED})
    rules.append({"what": f"{OUTSTANDING} outstanding, MiB", "value": growth / (1 << 20), "highest": OUTSTANDING_BYTES / (1 << 20)})
    if chosen.json:
        print(json.dumps({"servers": table, "rules": rules}, indent=1))
        return
    bench_http.show(table, [])
    for rule in rules:
        verdict = "reached" if rule["value"] <= rule["highest"] else "NOT REACHED"
        print(f"{rule['what']:32} {rule['value']:8.2f} (at most {rule['highest']}): {verdict}")


if __name__ == "__main__":
    main()
