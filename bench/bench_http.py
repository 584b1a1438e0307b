"""Measures what a proxied request costs: CPU, rate and latency of a gateway node next to nginx and HAProxy, same upstream,
same load, in one run.

    ./xy bench http [--json] [--against FILE] [--rounds N] [--seconds S] [--warm S] [--only NAME,...] [--classpath-file FILE]

Before anything is timed, each server that checks callers is shown to refuse a bad token, a wrong role and an excess. CPU per
request survives a noisy machine, ratios of one run more than absolute figures. A figure is the median of the rounds.
"""

import argparse
import asyncio
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

import peers

NODES = pathlib.Path(__file__).resolve().parent / "java/io/xy/gateway/bench/SeveralNodes.java"
CONNECTIONS = 64
PATH = "/api/v1/bench/orders"
FEW = 3
"""A limit that a proof of refusal meets at once."""
MANY = 900_000_000
WORSE = 1.10
"""By which factor a ratio may worsen before --against says so."""

STEADY_RATE = 500
"""Requests a second that leave a node idle most of the time."""
STEADY_CONNECTIONS = 32
ADDED = {"p50": 5.0, "p99": 20.0}
"""Milliseconds that a node may add."""

# name: (measured server, peer, highest ratio of CPU per request, whether the latency must not be above the peer's)
RULES = [
    ("all policies, HS256", "policies", "haproxy-hs256", 1.0, True),
    ("all policies, RS256", "policies-rs256", "haproxy-rs256", 0.6, True),
    ("bare route", "bare", "nginx", 1.4, False),
    ("100 routes to one", "routes-100", "routes-1", 1.03, False),
]


def gateway(directory, name, class_path, up, keys, limit=MANY, bare=False):
    conf, port = configuration(directory, name, up, limit=limit, bare=bare)
    return peers.gateway(name, class_path, conf, port, environment(keys))


def two_tables(directory, class_path, up, keys):
    """Two nodes with all policies in one JVM, one with a single route and one with 100. Two starts of the same program
    differ by more than a table may cost, because the compiler decides anew what it inlines; these share all of its code."""
    (one, port), (many, other) = (configuration(directory, f"routes-{routes}", up, routes=routes) for routes in (1, 100))
    program = peers.gateway("routes-1", class_path, one, port, environment(keys), start=[str(NODES), str(one), str(many)])
    return program, peers.OtherPort(program, "routes-100", other)


def environment(keys):
    return {"SERVICE_TYPE": "http-api,health", "JWT_SECRET": peers.SECRET, "JWT_PUBLIC_KEY": str(keys / "public.pem")}


def configuration(directory, name, up, routes=1, limit=MANY, bare=False):
    """The directory that says what a node does, and the port in it."""
    conf = pathlib.Path(directory) / name
    (conf / "routes").mkdir(parents=True)
    (conf / "upstreams.yaml").write_text(
        "upstreams:\n  up:\n    urls: http://127.0.0.1:%d\n    breaker: {failures: 5, window: 30s, open: 10s}\n" % up)
    rate = "{max: %d, window: 60s}" % limit
    access = "roles: public" if bare else "roles: [operator, admin], limit: {max: %d, window: 60s, per: principal}" % limit
    lines = [f"  - {{name: r{i}, method: GET, path: '{PATH if i == 0 else f'/api/v1/other{i}/{{id}}/items'}', {access}, "
             "target: {http: {upstream: up}}}" for i in range(routes)]
    (conf / "routes/bench.yaml").write_text("routes:\n" + "\n".join(lines) + "\n")
    port = peers.free_port()
    limits = "" if bare else f"limits:\n  global: {rate}\n  address: {rate}\n  principal: {rate}\n"
    (conf / "gateway.yaml").write_text(f"http: {{host: 127.0.0.1, port: {port}}}\n{limits}")
    return conf, port


def key_pair(directory):
    keys = pathlib.Path(directory) / "keys"
    keys.mkdir()
    openssl = peers.need("openssl")
    subprocess.run([openssl, "genrsa", "-out", str(keys / "private.pem"), "2048"], check=True, capture_output=True)
    subprocess.run([openssl, "rsa", "-in", str(keys / "private.pem"), "-pubout", "-out", str(keys / "public.pem")],
                   check=True, capture_output=True)
    return keys


def status(port, token=None):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{PATH}")
    if token:
        request.add_header("Authorization", "Bearer " + token)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code


def prove(server, good, bad, wrong):
    """A server that checks callers admits the good one, and nobody else."""
    seen = {"good token": (status(server.port, good), 200), "no token": (status(server.port), 401),
            "bad token": (status(server.port, bad), 401), "wrong role": (status(server.port, wrong), 403)}
    for what, (was, due) in seen.items():
        if was != due:
            raise SystemExit(f"{server.name}: {what} gets {was} instead of {due}; nothing is measured")
    return f"{server.name}: " + ", ".join(f"{what} {was}" for what, (was, _) in seen.items())


def prove_excess(server, good):
    for _ in range(FEW + 10):
        if status(server.port, good) == 429:
            return f"{server.name}: excess 429"
    raise SystemExit(f"{server.name}: an excess is not refused; nothing is measured")


def load(port, seconds, token, strict=True, path=PATH, connections=CONNECTIONS):
    """What wrk sees: requests and latencies in milliseconds. Failures end the bench, but for those of a cold start."""
    command = [peers.need("wrk"), "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    if token:
        command += ["-H", f"Authorization: Bearer {token}"]
    text = subprocess.run([*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True).stdout
    requests = int(re.search(r"(\d+) requests in", text).group(1))
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))
    latencies = {}
    for share in ("50", "99"):
        value, unit = re.search(share + r"%\s+([\d.]+)(us|ms|s)", text).groups()
        latencies["p" + share] = float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
    if strict and ("Non-2xx" in text or "Socket errors" in text):
        raise SystemExit(f"failures under load:\n{text}")
    return {"requests": requests, "rate": rate, **latencies}


def allocated(pid):
    """Bytes that a JVM has allocated in its young generation so far; None for other programs."""
    jstat = pathlib.Path(os.environ["JAVA_HOME"]) / "bin/jstat"
    seen = subprocess.run([str(jstat), "-gc", str(pid)], capture_output=True, text=True)
    lines = seen.stdout.splitlines()
    if seen.returncode != 0 or len(lines) < 2:
        return None
    row = dict(zip(lines[0].split(), lines[1].split()))
    return (float(row["EC"]) * int(row["YGC"]) + float(row["EU"])) * 1024


def measure(server, seconds, token, path=PATH):
    pid = server.process.pid
    before, heap = server.cpu(), allocated(pid)
    seen = load(server.port, seconds, token, path=path)
    cpu = server.cpu() - before
    heap = None if heap is None else allocated(pid) - heap
    seen["us"] = cpu * 1e6 / seen["requests"]
    seen["bytes"] = None if heap is None else heap / seen["requests"]
    seen["cores"] = cpu / seconds
    return seen


async def ask_steadily(port, token, rate, seconds):
    """Milliseconds from the moment at which each request was due to the end of its answer, whatever the others do."""
    loop, taken = asyncio.get_running_loop(), []
    idle = asyncio.Queue()
    for _ in range(STEADY_CONNECTIONS):
        idle.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    request = f"GET {PATH} HTTP/1.1\r\nHost: h\r\n{bearer}\r\n".encode()

    async def ask(due):
        connection = reader, writer = await idle.get()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 "):
            raise SystemExit(f"a failure at a steady rate:\n{head.decode()}")
        await reader.readexactly(int(re.search(rb"(?i)content-length: (\d+)", head).group(1)))
        taken.append((loop.time() - due) * 1_000)
        idle.put_nowait(connection)

    start, asked = loop.time() + 0.1, []
    for i in range(int(rate * seconds)):
        due = start + i / rate
        await asyncio.sleep(due - loop.time())
        asked.append(asyncio.create_task(ask(due)))
    await asyncio.gather(*asked)
    while not idle.empty():
        idle.get_nowait()[1].close()
    return taken


def added(up, server, token, rounds, seconds):
    """What the gateway adds to the time of the upstream itself, at a rate that leaves both idle most of the time."""
    seen = {"p50": [], "p99": []}
    for _ in range(rounds):
        spent = {}
        for name, port, known in (("direct", up, None), ("through", server.port, token)):
            cuts = statistics.quantiles(asyncio.run(ask_steadily(port, known, STEADY_RATE, seconds)), n=100)
            spent[name] = {"p50": cuts[49], "p99": cuts[98]}
        for share, each in seen.items():
            each.append(spent["through"][share] - spent["direct"][share])
    return [{"share": share, "ms": statistics.median(each), "highest": ADDED[share],
             "reached": statistics.median(each) <= ADDED[share]} for share, each in seen.items()]


def medians(rounds):
    return {name: None if rounds[0][name] is None else statistics.median(each[name] for each in rounds)
            for name in rounds[0]}


def ratios(table):
    found = []
    for what, ours, peer, highest, tail in RULES:
        if ours in table and peer in table:
            ratio = table[ours]["us"] / table[peer]["us"]
            late = table[ours]["p99"] / table[peer]["p99"]
            found.append({"what": what, "cpu": ratio, "highest": highest, "p99": late,
                          "reached": ratio <= highest and (not tail or late <= 1)})
    return found


def show(table, found, late=()):
    print(f"{'server':16} {'CPU/request':>12} {'requests/s':>11} {'p50':>9} {'p99':>9} {'heap/request':>13} {'cores':>6}")
    for name, row in table.items():
        heap = "" if row["bytes"] is None else f"{row['bytes']:10.0f} B"
        print(f"{name:16} {row['us']:9.1f} us {row['rate']:11.0f} {row['p50']:6.2f} ms {row['p99']:6.2f} ms"
              f" {heap:>13} {row['cores']:6.2f}")
    print()
    for row in found:
        verdict = "reached" if row["reached"] else "NOT REACHED"
        print(f"{row['what']:22} CPU {row['cpu']:5.2f} of its peer's (at most {row['highest']}), p99 {row['p99']:5.2f}: {verdict}")
    for row in late:
        verdict = "reached" if row["reached"] else "NOT REACHED"
        print(f"{row['share']} added at {STEADY_RATE} requests/s: {row['ms']:.2f} ms (at most {row['highest']:.0f} ms): {verdict}")


def against(file, found):
    """Whether no ratio is worse than in an earlier result by more than is allowed."""
    before = {row["what"]: row for row in json.loads(pathlib.Path(file).read_text())["ratios"]}
    worse = [row for row in found if row["what"] in before and row["cpu"] > before[row["what"]]["cpu"] * WORSE]
    for row in worse:
        print(f"worse: {row['what']}: {row['cpu']:.2f}, was {before[row['what']]['cpu']:.2f}", file=sys.stderr)
    return not worse


def options():
    parser = argparse.ArgumentParser(prog="./xy bench http")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--against", help="a result of --json; exit 1 when a ratio worsened by more than 10 %%")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4, help="of each server in each round")
    parser.add_argument("--warm", type=int, default=75,
                        help="seconds of load before the first round; what happens once a minute has been compiled by then")
    parser.add_argument("--only", default="", help="names of the servers to measure")
    parser.add_argument("--classpath-file", help="another build to measure")
    return parser.parse_args()


def main():
    chosen = options()
    say = (lambda *text: print(*text, file=sys.stderr)) if chosen.json else print
    class_path = peers.built_class_path(chosen.classpath_file)
    running = []

    def started(server):
        running.append(server)
        return server

    with tempfile.TemporaryDirectory() as directory:
        try:
            keys = key_pair(directory)
            hs256, rs256 = peers.token(), peers.token_rs256(keys / "private.pem")
            bad, wrong = peers.token(secret="x" * 32), peers.token(role="viewer")
            bad_rs256, wrong_rs256 = rs256[:-8] + "AAAAAAAA", peers.token_rs256(keys / "private.pem", role="viewer")
            up = started(peers.upstream(directory)).port

            def haproxy(name, algorithm, excess):
                key = peers.SECRET if algorithm == "HS256" else keys / "public.pem"
                return started(peers.haproxy(directory, name, up, algorithm, key, excess))

            for server, token in [(haproxy("haproxy-few", "HS256", FEW), hs256),
                                  (started(gateway(directory, "few", class_path, up, keys, limit=FEW)), hs256)]:
                say(prove_excess(server, token))
                server.stop()
                running.remove(server)

            policies = started(gateway(directory, "policies", class_path, up, keys))
            few_routes, many_routes = two_tables(directory, class_path, up, keys)
            started(few_routes)
            servers = {
                "nginx": (started(peers.nginx_proxy(directory, up)), None),
                "bare": (started(gateway(directory, "bare", class_path, up, keys, bare=True)), None),
                "haproxy": (haproxy("haproxy", None, MANY), None),
                "haproxy-hs256": (haproxy("haproxy-hs256", "HS256", MANY), hs256),
                "policies": (policies, hs256),
                "haproxy-rs256": (haproxy("haproxy-rs256", "RS256", MANY), rs256),
                "policies-rs256": (policies, rs256),
                "routes-1": (few_routes, hs256),
                "routes-100": (many_routes, hs256),
            }
            if chosen.only:
                servers = {name: servers[name] for name in chosen.only.split(",")}
            shown = set()
            for name, (server, token) in servers.items():
                if token:
                    say(prove(server, token, *((bad, wrong) if token is hs256 else (bad_rs256, wrong_rs256))))
                if server.name not in shown:
                    shown.add(server.name)
                    say(f"--- {server.name}\n" + server.configuration[:1_500])
            for name, (server, token) in servers.items():
                say(f"warming {name}")
                load(server.port, chosen.warm if allocated(server.process.pid) is not None else 2, token, strict=False)
            rounds = {name: [] for name in servers}
            for number in range(chosen.rounds):
                for name, (server, token) in servers.items():
                    rounds[name].append(measure(server, chosen.seconds, token))
                say(f"round {number + 1} of {chosen.rounds}: " + ", ".join(
                    f"{name} {seen[-1]['us']:.1f}" for name, seen in rounds.items()) + " us")
            late = added(up, policies, hs256, min(3, chosen.rounds), chosen.seconds)
        finally:
            for server in reversed(running):
                server.stop()
    table = {name: medians(seen) for name, seen in rounds.items()}
    found = ratios(table)
    if chosen.json:
        print(json.dumps({"servers": table, "ratios": found, "added": late}, indent=1))
    else:
        show(table, found, late)
    if chosen.against and not against(chosen.against, found):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
