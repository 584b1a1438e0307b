"""Measures fan-out to browsers: CPU per delivery and one-way latency of a gateway node, next to nats-server's own WebSocket
listener under the same load by the same program.

    ./xy bench ws [--classpath-file FILE] [--instances N] [--seconds S] [--only gateway|nats]

The node comes from the class path in FILE, or from the built cluster/target. CPU per delivery survives a noisy machine,
ratios of one run more than absolute figures; the publisher and the receiver are not counted, nor the NATS server that feeds
the gateway.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile

import peers

LOADS = [(100, 1_000), (1_000, 500)]
BYTES = 200
SUBJECT = "xy.md.bench.a"
WARM_SECONDS = 8


def nats_server(directory):
    port, ws_port = peers.free_port(), peers.free_port()
    text = f"""listen: 127.0.0.1:{port}
websocket {{ listen: "127.0.0.1:{ws_port}", no_tls: true }}
"""
    path = pathlib.Path(directory) / "nats.conf"
    path.write_text(text)
    server = peers.Program("nats-server", port, [peers.need("nats-server"), "-c", str(path)], text)
    return server, ws_port


def gateway(directory, class_path, nats_port, instances):
    port = peers.free_port()
    environment = {
        "SERVICE_TYPE": "ws-fanout,nats-bridge,health", "XY_INSTANCES": str(instances), "WS_HOST": "127.0.0.1",
        "WS_PORT": str(port), "NATS_URLS": f"nats://127.0.0.1:{nats_port}", "JWT_SECRET": peers.SECRET,
    }
    # A directory of its own: what is measured does not depend on the routes and rules that are shipped.
    conf = pathlib.Path(directory) / "conf"
    conf.mkdir()
    return peers.gateway("gateway", class_path, conf, port, environment)


def frames(directory):
    """What each kind of client sends: a subscription, mode all."""
    xy = pathlib.Path(directory) / "sub.json"
    xy.write_text(json.dumps({"op": "sub", "id": 1, "sub": 1, "s": SUBJECT, "mode": "all"}) + "\n")
    nats = pathlib.Path(directory) / "sub.nats"
    nats.write_text('CONNECT {"verbose":false}\n' + f"SUB {SUBJECT} 1\nPING\n")
    headers = pathlib.Path(directory) / "headers"
    headers.write_text(f"Sec-WebSocket-Protocol: xy.v1.json, bearer, {peers.token(role='viewer', accounts=['*'])}\r\n")
    return xy, nats, headers


def measure(load, server, ws_port, nats_port, clients, rate, seconds, *files):
    """Deliveries, CPU seconds of the server for them, latency percentiles."""
    receiver = subprocess.Popen(
        [load, "receive", str(ws_port), str(clients), str(WARM_SECONDS), str(seconds), *map(str, files)],
        stdout=subprocess.PIPE, text=True)
    publisher = None
    try:
        await_line(receiver, "CONNECTED")
        publisher = subprocess.Popen(
            [load, "publish", str(nats_port), SUBJECT, str(rate), str(WARM_SECONDS + seconds + 1), str(BYTES)],
            stdout=subprocess.DEVNULL)
        await_line(receiver, "START")
        before = server.cpu()
        await_line(receiver, "END")
        cpu = server.cpu() - before
        result = json.loads(receiver.stdout.readline())
    finally:
        for process in (receiver, publisher):
            if process is not None:
                process.terminate()
                process.wait()
    result.update(clients=clients, rate=rate, ns=cpu * 1e9 / max(1, result["delivered"]), cpu=cpu / seconds,
                  share=result["delivered"] / (clients * rate * seconds))
    return result


def await_line(process, word):
    for line in process.stdout:
        if line.strip() == word:
            return
    raise SystemExit(f"the receiver ended before it said {word}")


def show(name, r):
    print(f"{name:12} {r['clients']:5} x {r['rate']:5}/s  {r['ns']:7.0f} ns CPU per delivery  p50 {r['p50']:7.2f} ms"
          f"  p99 {r['p99']:7.2f} ms  {r['share'] * 100:5.1f} % delivered  {r['cpu'] * 100:4.0f} % of a core"
          f"  {r['delivered'] / max(1, r['reads']):5.1f} per read  {r['closed']} closed", flush=True)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--classpath-file")
    options.add_argument("--instances", type=int, default=1)
    options.add_argument("--seconds", type=int, default=10)
    options.add_argument("--only", choices=["gateway", "nats"])
    chosen = options.parse_args()
    class_path = peers.built_class_path(chosen.classpath_file)
    with tempfile.TemporaryDirectory() as directory:
        load = str(pathlib.Path(directory) / "ws_load")
        subprocess.run([peers.need("gcc"), "-O2", "-o", load, str(peers.ROOT / "bench/ws_load.c")], check=True)
        xy, nats, headers = frames(directory)
        server, nats_ws = nats_server(directory)
        try:
            node = gateway(directory, class_path, server.port, chosen.instances)
            try:
                for clients, rate in LOADS:
                    results = {}
                    if chosen.only != "nats":
                        results["gateway"] = measure(
                            load, node, node.port, server.port, clients, rate, chosen.seconds, xy, headers)
                    if chosen.only != "gateway":
                        results["nats-server"] = measure(
                            load, server, nats_ws, server.port, clients, rate, chosen.seconds, nats)
                    for name, result in results.items():
                        show(name, result)
                    if len(results) == 2:
                        ratio = results["gateway"]["ns"] / results["nats-server"]["ns"]
                        print(f"{'ratio':12} {clients:5} x {rate:5}/s  {ratio:7.2f} CPU per delivery of the gateway to the peer's",
                              flush=True)
            finally:
                node.stop()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
