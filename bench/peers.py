"""The programs that xy-gateway is measured against, and how they are started, measured and stopped.

Everything listens on 127.0.0.1 on free ports, lives in a temporary directory and ends with the bench.
"""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

SECRET = "q8V0s5Yt2bKxW7mZr4Jd9Gh1Lp6Nc3Fa"
TICKS = os.sysconf("SC_CLK_TCK")
ROOT = pathlib.Path(__file__).resolve().parent.parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def need(*programs):
    paths = []
    for program in programs:
        path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin:/sbin")
        if path is None:
            raise SystemExit(f"the bench needs {program}; Debian: apt-get install nginx haproxy wrk openssl")
        paths.append(path)
    return paths if len(paths) > 1 else paths[0]


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(secret=SECRET, **claims):
    """An HS256 token; expires in a day unless the claims say otherwise."""
    claims = {"sub": "bench", "role": "operator", "exp": int(time.time()) + 86_400, **claims}
    signed = b64(b'{"alg":"HS256","typ":"JWT"}') + "." + b64(json.dumps(claims).encode())
    return signed + "." + b64(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest())


def token_rs256(key, **claims):
    claims = {"sub": "bench", "role": "operator", "exp": int(time.time()) + 86_400, **claims}
    signed = b64(b'{"alg":"RS256","typ":"JWT"}') + "." + b64(json.dumps(claims).encode())
    made = subprocess.run(["openssl", "dgst", "-sha256", "-sign", str(key)], input=signed.encode(),
                          capture_output=True, check=True)
    return signed + "." + b64(made.stdout)


def cpu_seconds(pids):
    """User and system time of the processes and their present children."""
    total = 0
    for pid in pids:
        try:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except FileNotFoundError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def resident_bytes(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    return 0


def children(pid):
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found.append(int(stat.parent.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


class Program:
    """A started server: its port, its processes, its configuration as shown to the reader."""

    def __init__(self, name, port, command, configuration, environment=None, cwd=None):
        self.name, self.port, self.configuration = name, port, configuration
        self.log = tempfile.NamedTemporaryFile(prefix=name + "-", suffix=".log", delete=False)
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, cwd=cwd,
                                        env={**os.environ, **(environment or {})}, start_new_session=True)
        self.await_port(port)

    def await_port(self, port):
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name} ended: {pathlib.Path(self.log.name).read_text()}")
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit(f"{self.name} does not listen on {port}")

    def pids(self):
        return [self.process.pid, *children(self.process.pid)]

    def cpu(self):
        return cpu_seconds(self.pids())

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.log.close()
        os.unlink(self.log.name)


class OtherPort:
    """Of a program that listens on several, so that each can be measured by itself while the others are idle."""

    def __init__(self, program, name, port):
        self.name, self.port, self.configuration, self.process = name, port, "in the process of " + program.name, program.process
        self.cpu = program.cpu
        program.await_port(port)


def upstream(directory):
    """nginx that answers every request itself: 200 and 13 bytes of JSON."""
    port = free_port()
    text = nginx_text(directory, "upstream", f"""
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{ default_type application/json; return 200 '{{"ok":"true"}}'; }}
  }}""")
    return nginx(directory, "upstream", port, text)


def nginx_proxy(directory, up):
    """nginx as a bare reverse proxy with kept-alive upstream connections."""
    port = free_port()
    text = nginx_text(directory, "nginx", f"""
  upstream up {{ server 127.0.0.1:{up}; keepalive 128; keepalive_requests 1000000; }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{ proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; }}
  }}""")
    return nginx(directory, "nginx", port, text)


def gateway(name, class_path, conf, port, environment, options=(), start=()):
    """A node of the gateway with the flags that ./xy starts it with; or another program on its class path."""
    flags = os.environ.get("XY_BENCH_FLAGS")
    if not flags:
        raise SystemExit("start the bench with ./xy bench")
    java = pathlib.Path(os.environ["JAVA_HOME"]) / "bin/java"
    start = start or ["io.xy.gateway.cluster.GatewayMain", "run", str(conf)]
    command = [str(java), *flags.split(), *options, "-cp", class_path, *start]
    shown = "\n".join(f"{path.relative_to(conf)}:\n{path.read_text()}" for path in sorted(conf.rglob("*.yaml")))
    return Program(name, port, command, shown, {
        "XY_PROFILE": "dev", "XY_INSTANCES": "1", "MANAGEMENT_PORT": "0", "LOG_LEVEL": "warn", "NATS_CHILD": "false",
        "XY_STATE": str(conf / "state"), **environment})


def built_class_path(file=None):
    """Of the built tree, or what stands in a file: another build to compare with."""
    if file:
        return pathlib.Path(file).read_text().strip()
    target = ROOT / "cluster/target"
    jars = sorted((target / "lib").glob("*.jar"))
    if not jars:
        raise SystemExit("build first: ./xy run")
    return ":".join(map(str, [target / "classes", *jars]))


def nginx_text(directory, name, servers):
    return f"""worker_processes 1;
daemon off;
master_process off;
pid {directory}/{name}.pid;
error_log {directory}/{name}.err warn;
events {{ worker_connections 8192; }}
http {{
  access_log off;
  keepalive_requests 1000000;
  client_body_temp_path {directory}/{name}-body; proxy_temp_path {directory}/{name}-proxy;
  fastcgi_temp_path {directory}/{name}-f; uwsgi_temp_path {directory}/{name}-u; scgi_temp_path {directory}/{name}-s;
{servers}
}}
"""


def nginx(directory, name, port, text):
    path = pathlib.Path(directory) / f"{name}.conf"
    path.write_text(text)
    return Program(name, port, [need("nginx"), "-c", str(path), "-p", str(directory)], text)


def haproxy(directory, name, up, algorithm, key, excess):
    """HAProxy with token check, role check and rate tracking per address and per user, or bare without a key."""
    port = free_port()
    checks = "" if algorithm is None else f"""
  http-request set-var(txn.token) http_auth_bearer
  http-request set-var(txn.alg) var(txn.token),jwt_header_query('$.alg')
  http-request deny deny_status 401 unless {{ var(txn.alg) -m str {algorithm} }}
  http-request deny deny_status 401 unless {{ var(txn.token),jwt_verify(txn.alg,"{key}") -m int 1 }}
  http-request set-var(txn.exp) var(txn.token),jwt_payload_query('$.exp','int')
  http-request set-var(txn.now) date()
  http-request deny deny_status 401 if {{ var(txn.exp),sub(txn.now) -m int lt 0 }}
  http-request set-var(txn.role) var(txn.token),jwt_payload_query('$.role')
  http-request deny deny_status 403 unless {{ var(txn.role) -m str operator admin }}
  http-request set-var(txn.sub) var(txn.token),jwt_payload_query('$.sub')
  http-request track-sc0 src table by_address
  http-request track-sc1 var(txn.sub) table by_user
  http-request track-sc2 path table by_path
  http-request deny deny_status 429 if {{ sc_http_req_rate(0) gt {excess} }}
  http-request deny deny_status 429 if {{ sc_http_req_rate(1) gt {excess} }}
  http-request deny deny_status 429 if {{ sc_http_req_rate(2) gt {excess} }}
  http-request set-header X-Request-ID %[uuid()]"""
    text = f"""global
  nbthread 1
  maxconn 4096
  tune.maxrewrite 1024
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option http-keep-alive
backend by_address
  stick-table type ip size 100k expire 60s store http_req_rate(10s)
backend by_user
  stick-table type string len 64 size 100k expire 60s store http_req_rate(10s)
backend by_path
  stick-table type string len 64 size 100k expire 60s store http_req_rate(10s)
frontend in
  bind 127.0.0.1:{port}{checks}
  default_backend up
backend up
  http-reuse always
  server u 127.0.0.1:{up} maxconn 1024 pool-max-conn 256
"""
    path = pathlib.Path(directory) / f"{name}.cfg"
    path.write_text(text)
    return Program(name, port, [need("haproxy"), "-db", "-f", str(path)], text.replace(SECRET, "…"))
