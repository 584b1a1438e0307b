"""The desk's services as CPython workers: pickle in, pickle out, tracebacks on failure.

usage: desk_worker.py PORT [LOG]   with a log, instructions are executed and written there, one line each
"""

import os
import pickle
import sys
import threading
import time
import traceback

import zmq

WORKER, READY, REQUEST, REPLY, HEARTBEAT = b"MDPW01", b"\x01", b"\x02", b"\x03", b"\x04"

ACCOUNTS = {
    "cpython1": {"id": "cpython1", "name": "甲", "status": "active", "balance": 5000, "available_balance": 4711,
                 "used_margin": 289, "unrealized_pnl": -1.5, "realized_pnl": 2.25, "last_update": 1718960000000},
    "cpython2": {"id": "cpython2", "name": "乙", "status": "inactive", "balance": 1, "available_balance": 1,
                 "used_margin": 0, "unrealized_pnl": 0, "realized_pnl": 0, "last_update": 1718960000000},
}


def authenticate(username, password):
    if (username, password) == ("trader1", "password123"):
        return {"success": True, "user_id": "user1", "username": username,
                "permissions": ["trade", "view_accounts", "manage_algorithms"]}
    return {"success": False, "message": "Invalid username or password"}


def execute_instructions(instructions, accounts, dry_run):
    raw = instructions[0]["raw"]
    with open(sys.argv[2], "a") as log:
        log.write(raw + "\n")
    if raw.startswith("die"):
        os._exit(3)
    if raw.startswith("slow"):
        time.sleep(1.5)
    return {"success": True, "execution_id": "exec of " + raw, "results": []}


SERVICES = {
    b"auth_service": {"ping": lambda: "pong", "authenticate": authenticate},
    b"instruction_service": {"ping": lambda: "pong", "execute_instructions": execute_instructions},
    b"account_service": {
        "ping": lambda: "pong",
        "get_accounts": lambda: list(ACCOUNTS.values()),
        "get_account": lambda account_id: ACCOUNTS.get(account_id),
        "get_positions": lambda account_id: [],
        "get_risk_metrics": lambda account_id: 1 / 0,
    },
}


def serve(name, functions):
    socket = zmq.Context.instance().socket(zmq.DEALER)
    socket.linger = 0
    socket.connect(f"tcp://127.0.0.1:{sys.argv[1]}")
    socket.send_multipart([b"", WORKER, READY, name])
    beat = time.monotonic()
    while True:
        if socket.poll(500):
            frames = socket.recv_multipart()
            if frames[2] == REQUEST:
                client, request_id, payload = frames[3], frames[5], frames[6]
                function, args, kwargs = pickle.loads(payload)
                try:
                    answer = [True, functions[function](*args, **kwargs)]
                except Exception:
                    answer = [False, traceback.format_exc()]
                socket.send_multipart([b"", WORKER, REPLY, client, b"", request_id, pickle.dumps(answer)])
        if time.monotonic() - beat > 1:
            beat = time.monotonic()
            socket.send_multipart([b"", WORKER, HEARTBEAT])


for service, table in SERVICES.items():
    threading.Thread(target=serve, args=(service, table), daemon=True).start()
print("ready", flush=True)
threading.Event().wait()
