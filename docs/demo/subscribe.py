#!/usr/bin/env python3
"""Subscribes with the protocol xy.v1 and prints what comes; needs python3-websockets.

WS_URL        ws://localhost:3002/ws, or wss://
WS_CA         PEM file of the authority behind wss://; the platform's when there is none
TOKEN         access token, or TOKEN_FILE
SUBJECTS      comma list of subjects and patterns, xy.md.tick.demo
DURATION_SEC  how long, 15
VALUES        end with success after so many values; 0 for none
"""
import asyncio
import json
import os
import ssl
import sys

import websockets


def token():
    path = os.environ.get("TOKEN_FILE")
    return open(path, encoding="utf-8").read().strip() if path else os.environ.get("TOKEN", "")


async def follow(socket, subjects, wanted):
    names, values = {}, 0
    await socket.send(json.dumps({"op": "auth", "id": 1, "token": token()}))
    for number, subject in enumerate(subjects, start=2):
        await socket.send(json.dumps({"op": "sub", "id": number, "sub": number, "s": subject, "mode": "all"}))
    async for frame in socket:
        for record in json.loads(frame):
            kind = record[0]
            if kind == "b":
                names[record[1]] = record[2]
            elif kind in ("s", "d"):
                values += 1
                print(f"{names[record[1]]} {record[2]} {json.dumps(record[4])}", flush=True)
            elif kind == "g":
                print(f"{names[record[1]]} {record[2]}-{record[3]} will not come: {record[4]}", flush=True)
            elif kind in ("err", "x"):
                return f"refused: {json.dumps(record)}"
            elif kind == "e":
                print(f"subscribed {subjects[record[1] - 2]}", flush=True)
        if wanted and values >= wanted:
            return None
    return "the connection has ended"


async def main():
    url = os.environ.get("WS_URL", "ws://localhost:3002/ws")
    secure = ssl.create_default_context(cafile=os.environ.get("WS_CA")) if url.startswith("wss:") else None
    wanted = int(os.environ.get("VALUES", "0"))
    subjects = os.environ.get("SUBJECTS", "xy.md.tick.demo").split(",")
    async with websockets.connect(url, ssl=secure, subprotocols=["xy.v1.json"], compression=None) as socket:
        try:
            duration = float(os.environ.get("DURATION_SEC", "15"))
            return await asyncio.wait_for(follow(socket, subjects, wanted), duration)
        except asyncio.TimeoutError:
            return "not enough values came in time" if wanted else None


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
