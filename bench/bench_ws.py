"""Measures fan-out to browsers: CPU per delivery and one-way latency of a gateway node, next to nats-server's own WebSocket
listener under the same load by the same program.

    ./xy bench ws [--load all|latest|idle|frozen|reconnect|allocation] [--json] [--rounds N] [--seconds S] [--warm S] [--clients N]
                  [--classpath-file FILE] [--instances N] [--only gateway|nats]

    all        each value to each client, four loads (or the one that --clients names), both servers, in turn
    latest     200 clients x 100 subjects, 2,000 values/s: each value, and the newest at most ten times a second
    idle       10,000 quiet connections: resident memory of each
    frozen     1,000 clients x 500 values/s, without and with one that does not read: latency of the others
    reconnect  5,000 clients cut at once: time until all have resumed, subscriptions that NATS sees meanwhile
    allocation 500 values/s to 1, 100 and 1,000 clients: bytes that the event loops allocate per value, by Flight Recorder

The node comes from the class path in FILE, or from the built cluster/target. CPU per delivery survives a noisy machine,
ratios of one run more than absolute figures; the publisher and the receiver are not counted, nor the NATS server that feeds
the gateway.
"""

import argparse
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

import peers

LOADS = [(100, 1_000), (100, 5_000), (1_000, 500), (1_000, 2_000)]
BYTES = 200
SUBJECT = "xy.md.bench.a"
MANY = "xy.md.bench.s"
SETTLE_SECONDS = 4


class Bench:
    """The two servers, the load program and what clients send, for one run."""

    def __init__(self, directory, chosen):
        self.directory, self.chosen = pathlib.Path(directory), chosen
        self.load = str(self.directory / "ws_load")
        subprocess.run([peers.need("gcc"), "-O2", "-o", self.load, str(peers.ROOT / "bench/ws_load.c")], check=True)
        self.headers = self.file(
            "headers", f"Sec-WebSocket-Protocol: xy.v1.json, bearer, {peers.token(role='viewer', accounts=['*'])}\r\n")
        self.all = self.subscription("all.json", SUBJECT, mode="all")
        self.nats_sub = self.file("sub.nats", 'CONNECT {"verbose":false}\n' + f"SUB {SUBJECT} 1\nPING\n")
        self.nats_ws, self.monitor = peers.free_port(), peers.free_port()
        self.server = self.nats_server()
        try:
            self.node = self.gateway()
        except BaseException:
            self.server.stop()
            raise

    def stop(self):
        self.node.stop()
        self.server.stop()

    def file(self, name, text):
        path = self.directory / name
        path.write_text(text)
        return str(path)

    def subscription(self, name, subject, **options):
        return self.file(name, json.dumps({"op": "sub", "id": 1, "sub": 1, "s": subject, **options}) + "\n")

    def nats_server(self):
        port = peers.free_port()
        text = f"""listen: 127.0.0.1:{port}
http: 127.0.0.1:{self.monitor}
websocket {{ listen: "127.0.0.1:{self.nats_ws}", no_tls: true }}
"""
        return peers.Program("nats-server", port, [peers.need("nats-server"), "-c", self.file("nats.conf", text)], text)

    def gateway(self):
        port = peers.free_port()
        environment = {
            "SERVICE_TYPE": "ws-fanout,nats-bridge,health", "XY_INSTANCES": str(self.chosen.instances),
            "WS_HOST": "127.0.0.1", "WS_PORT": str(port), "NATS_URLS": f"nats://127.0.0.1:{self.server.port}",
            "JWT_SECRET": peers.SECRET, "WS_MAX_CONNECTIONS": "100000", "WS_MAX_CONNECTIONS_PER_USER": "100000",
            "WS_MAX_CONNECTIONS_PER_ADDRESS": "100000", "WS_MAX_SUBSCRIPTIONS_PER_USER": "1000000",
        }
        # A directory of its own: what is measured does not depend on the routes and rules that are shipped.
        conf = self.directory / "conf"
        conf.mkdir()
        return peers.gateway("gateway", peers.built_class_path(self.chosen.classpath_file), conf, port, environment)

    @contextlib.contextmanager
    def running(self, *arguments, **options):
        process = subprocess.Popen([self.load, *map(str, arguments)], text=True, **options)
        try:
            yield process
        finally:
            process.terminate()
            process.wait()

    def publishing(self, rate, seconds, subject=SUBJECT, subjects=()):
        return self.running("publish", self.server.port, subject, rate, seconds, BYTES, *subjects, stdout=subprocess.DEVNULL)

    def measure(self, server, ws_port, clients, rate, *files, subject=SUBJECT, subjects=()):
        """Deliveries, CPU seconds of the server for them, latency percentiles."""
        warm, seconds = self.chosen.warm, self.chosen.seconds
        with self.running("receive", ws_port, clients, warm, seconds, *files, stdout=subprocess.PIPE) as receiver:
            await_line(receiver, "CONNECTED")
            with self.publishing(rate, warm + seconds + 1, subject, subjects):
                await_line(receiver, "START")
                before = server.cpu()
                await_line(receiver, "END")
                cpu = server.cpu() - before
                result = json.loads(receiver.stdout.readline())
        result.update(clients=clients, rate=rate, ns=cpu * 1e9 / max(1, result["delivered"]), cpu=cpu / seconds,
                      share=result["delivered"] / (clients * rate * seconds))
        return result

    def measure_gateway(self, clients, rate, frames, **options):
        return self.measure(self.node, self.node.port, clients, rate, frames, self.headers, **options)

    def holding(self, clients, *files):
        return self.running("hold", self.node.port, clients, *files, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def upstream_subscriptions(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.monitor}/varz", timeout=5) as answer:
            return json.load(answer)["subscriptions"]


def await_line(process, word):
    for line in process.stdout:
        if line.split()[:1] == [word]:
            return line.split()[1:]
    raise SystemExit(f"the load ended before it said {word}")


def show(name, r):
    say(f"{name:12} {r['clients']:5} x {r['rate']:5}/s  {r['ns']:7.0f} ns CPU per delivery  p50 {r['p50']:7.2f} ms"
        f"  p99 {r['p99']:7.2f} ms  {r['share'] * 100:5.1f} % delivered  {r['cpu'] * 100:4.0f} % of a core"
        f"  {r['delivered'] / max(1, r['reads']):5.1f} per read  {r['closed']} closed")


def load_all(bench):
    rounds = []
    for clients, rate in LOADS:
        results = {}
        if bench.chosen.only != "nats":
            results["gateway"] = bench.measure_gateway(clients, rate, bench.all)
        if bench.chosen.only != "gateway":
            results["nats-server"] = bench.measure(bench.server, bench.nats_ws, clients, rate, bench.nats_sub)
        for name, result in results.items():
            show(name, result)
        if len(results) == 2:
            results["ratio"] = results["gateway"]["ns"] / results["nats-server"]["ns"]
            say(f"{'ratio':12} {clients:5} x {rate:5}/s  {results['ratio']:7.2f} CPU per delivery of the gateway to the peer's")
        rounds.append(results)
    return rounds


def load_latest(bench):
    clients = bench.chosen.clients or 200
    results = {}
    for name, options in {"all": {"mode": "all"}, "latest": {"mode": "latest", "rate": 10}}.items():
        frames = bench.subscription(name + "-many.json", "xy.md.bench.*", **options)
        results[name] = bench.measure_gateway(clients, 2_000, frames, subject=MANY, subjects=(100,))
        show(name, results[name])
    results["ratio"] = results["latest"]["cpu"] / results["all"]["cpu"]
    say(f"{'ratio':12} {results['ratio']:7.2f} CPU of mode latest to that of mode all")
    return results


def load_idle(bench):
    clients = bench.chosen.clients or 10_000
    # What the first connections load and compile is no connection's own.
    with bench.holding(500, bench.all, bench.headers) as first:
        await_line(first, "HELD")
    time.sleep(SETTLE_SECONDS)
    before = peers.resident_bytes(bench.node.process.pid)
    with bench.holding(clients, bench.all, bench.headers) as held:
        took = float(await_line(held, "HELD")[0])
        time.sleep(SETTLE_SECONDS)
        after = peers.resident_bytes(bench.node.process.pid)
    each = (after - before) / clients
    say(f"idle         {clients} connections  {each / 1024:.1f} KiB resident each  open in {took:.1f} s")
    return {"clients": clients, "bytes_each": each, "seconds": took}


def load_frozen(bench):
    clients = bench.chosen.clients or 1_000
    results = {"without": bench.measure_gateway(clients, 500, bench.all)}
    with bench.holding(1, bench.all, bench.headers) as frozen:
        await_line(frozen, "HELD")
        frozen.stdin.write("freeze\n")
        frozen.stdin.flush()
        results["with"] = bench.measure_gateway(clients, 500, bench.all)
    for name, result in results.items():
        show(name, result)
    results["ratio"] = results["with"]["p99"] / results["without"]["p99"]
    say(f"{'ratio':12} {results['ratio']:7.2f} p99 of the others with one that is frozen to that without")
    return results


def load_reconnect(bench):
    clients = bench.chosen.clients or 5_000
    with bench.publishing(2, 600), bench.holding(clients, bench.all, bench.headers) as held:
        first = float(await_line(held, "HELD")[0])
        time.sleep(SETTLE_SECONDS)
        before, cpu = bench.upstream_subscriptions(), bench.node.cpu()
        held.stdin.write("cut\n")
        held.stdin.flush()
        again = float(await_line(held, "HELD")[0])
        after, cpu = bench.upstream_subscriptions(), bench.node.cpu() - cpu
    say(f"reconnect    {clients} clients  first in {first:.1f} s  again in {again:.1f} s with {cpu:.1f} s of CPU"
        f"  upstream subscriptions {before} before, {after} after")
    return {"clients": clients, "first": first, "again": again, "cpu": cpu, "upstream_before": before, "upstream_after": after}


class FlightRecorder:
    """What threads of a node allocate, as its own recorder tells it once a second."""

    EVENT = "jdk.ThreadAllocationStatistics"

    def __init__(self, pid, file):
        self.pid, self.file, self.bin = str(pid), str(file), pathlib.Path(os.environ["JAVA_HOME"]) / "bin"

    def start(self):
        self.ask("JFR.start", "name=bench", "settings=none", f"+{self.EVENT}#enabled=true", f"+{self.EVENT}#period=1s")

    def stop(self):
        self.ask("JFR.stop", "name=bench", f"filename={self.file}")

    def ask(self, *command):
        subprocess.run([str(self.bin / "jcmd"), self.pid, *command], check=True, stdout=subprocess.DEVNULL)

    def allocated(self, names):
        """Bytes per second of the threads whose names begin so."""
        text = subprocess.run([str(self.bin / "jfr"), "print", "--json", "--events", self.EVENT, self.file], check=True,
                              capture_output=True, text=True).stdout
        points = {}
        for event in json.loads(text)["recording"]["events"]:
            name = (event["values"]["thread"] or {}).get("javaName") or ""
            if name.startswith(names):
                points.setdefault(name, []).append((event["values"]["startTime"], event["values"]["allocated"]))
        if not points:
            raise SystemExit("the recording tells nothing of these threads")
        total = 0
        for series in points.values():
            series.sort()
            total += (series[-1][1] - series[0][1]) / max(1, len(series) - 1)
        return total


def load_allocation(bench):
    results = []
    for clients in [bench.chosen.clients] if bench.chosen.clients else [1, 100, 1_000]:
        recorder = FlightRecorder(bench.node.process.pid, bench.directory / f"{clients}.jfr")
        seconds = bench.chosen.warm + bench.chosen.seconds
        with bench.running("receive", bench.node.port, clients, bench.chosen.warm, bench.chosen.seconds, bench.all,
                           bench.headers, stdout=subprocess.PIPE) as receiver:
            await_line(receiver, "CONNECTED")
            with bench.publishing(500, seconds + 1):
                await_line(receiver, "START")
                recorder.start()
                time.sleep(max(1, bench.chosen.seconds - 2))
                recorder.stop()
                await_line(receiver, "END")
        each = recorder.allocated("vert.x-eventloop-thread") / 500
        say(f"allocation   {clients:5} clients  {each:9.0f} bytes per value  {each / clients:7.0f} per delivery")
        results.append({"clients": clients, "bytes_per_value": each, "bytes_per_delivery": each / clients})
    return results


LOADERS = {"all": load_all, "latest": load_latest, "idle": load_idle, "frozen": load_frozen, "reconnect": load_reconnect,
           "allocation": load_allocation}


def say(text):
    print(text, flush=True, file=sys.stderr if json_wanted else sys.stdout)


def main():
    global json_wanted
    options = argparse.ArgumentParser()
    options.add_argument("--load", choices=LOADERS, default="all")
    options.add_argument("--json", action="store_true", help="print the result as JSON")
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument("--clients", type=int, help="another number than the load's own; not of the load all")
    options.add_argument("--classpath-file")
    options.add_argument("--instances", type=int, default=1)
    options.add_argument("--warm", type=int, default=8)
    options.add_argument("--seconds", type=int, default=10)
    options.add_argument("--only", choices=["gateway", "nats"], help="of the load all")
    chosen = options.parse_args()
    json_wanted = chosen.json
    with tempfile.TemporaryDirectory() as directory:
        bench = Bench(directory, chosen)
        try:
            rounds = [LOADERS[chosen.load](bench) for _ in range(chosen.rounds)]
        finally:
            bench.stop()
    if chosen.json:
        print(json.dumps({"load": chosen.load, "rounds": rounds}, indent=1))


json_wanted = False

if __name__ == "__main__":
    main()
