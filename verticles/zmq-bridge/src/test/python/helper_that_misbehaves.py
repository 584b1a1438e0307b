"""A helper that does what the content says, to see what becomes of it: die, sleep, huge, half, or answers it."""
import struct
import sys
import time

source, sink = sys.stdin.buffer, sys.stdout.buffer
while True:
    head = source.read(5)
    if len(head) < 5:
        break
    content = source.read(struct.unpack(">I", head[:4])[0])
    if content == b"die":
        sys.exit(3)
    if content == b"sleep":
        time.sleep(60)
    if content == b"huge":
        sink.write(struct.pack(">I", 0xffffffff) + b"T")
    elif content == b"half":
        sink.write(struct.pack(">I", 100) + b"Txx")
        sink.flush()
        sys.exit(0)
    else:
        sink.write(struct.pack(">I", len(content)) + b"T" + content)
    sink.flush()
