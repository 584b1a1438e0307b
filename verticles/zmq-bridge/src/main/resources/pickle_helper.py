"""Pickles and JSON for the gateway: frames on stdin, answers on stdout, one at a time.

A frame is four bytes of length (big-endian), one byte that says what is wanted, and the content:
  R  the pickle of a reply [flag, value]   -> T or F by the flag, and the value as JSON
  V  the pickle of any value               -> T and the value as JSON
  C  the JSON [method, [args], {kwargs}]   -> T and the pickle of [method, (args), {kwargs}]
An answer has the same form; its byte is T, F, or E with a reason that never repeats the content.

Names that a pickle mentions are looked up in a list. Values of this language are made as they are. Names that were
configured become stand-ins that only hold what the pickle says of them: their modules are never imported. The words
numpy and pandas in the list allow the few names with which those libraries write themselves.
"""
import argparse
import base64
import collections
import datetime
import decimal
import io
import json
import pickle
import resource
import struct
import sys
import uuid

DEPTH = 64
NODES = 100_000
SAFE_INTEGER = 2 ** 53
DIGITS = 1_233
MOST_EXPONENT = 400

PLAIN = {
    ("datetime", "datetime"), ("datetime", "date"), ("datetime", "time"), ("datetime", "timedelta"),
    ("datetime", "timezone"), ("decimal", "Decimal"), ("uuid", "UUID"), ("collections", "OrderedDict"),
    ("collections", "deque"), ("builtins", "set"), ("builtins", "frozenset"), ("builtins", "complex"),
    ("builtins", "bytearray"), ("builtins", "bytes"), ("builtins", "object"), ("_codecs", "encode"),
    ("copyreg", "_reconstructor"),
}
# What protocols 0 to 2 call these modules.
OLD_NAMES = {"__builtin__": "builtins", "copy_reg": "copyreg"}
NUMPY = {
    ("numpy", "ndarray"), ("numpy", "dtype"),
    ("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct"),
    ("numpy.core.multiarray", "scalar"), ("numpy._core.multiarray", "scalar"),
    ("numpy.core.numeric", "_frombuffer"), ("numpy._core.numeric", "_frombuffer"),
}
PANDAS = NUMPY | {
    ("pandas.core.frame", "DataFrame"), ("pandas.core.series", "Series"),
    ("pandas.core.internals.managers", "BlockManager"), ("pandas.core.internals.managers", "SingleBlockManager"),
    ("pandas._libs.internals", "_unpickle_block"), ("pandas.core.indexes.base", "_new_Index"),
    ("pandas.core.indexes.base", "Index"), ("pandas.core.indexes.range", "RangeIndex"),
    ("pandas.core.indexes.datetimes", "DatetimeIndex"), ("pandas.core.indexes.datetimes", "_new_DatetimeIndex"),
    ("pandas._libs.arrays", "__pyx_unpickle_NDArrayBacked"), ("pandas.core.arrays.datetimes", "DatetimeArray"),
    ("pandas._libs.tslibs.timestamps", "_unpickle_timestamp"), ("builtins", "slice"),
}


class Refused(Exception):
    pass


class StandIn:
    """An object of a configured class: the arguments that made it and the state that was given to it."""

    def __new__(cls, *args, **kwargs):
        self = object.__new__(cls)
        self.arguments = args
        self.state = dict(kwargs)
        return self

    def __setstate__(self, state):
        if isinstance(state, list):
            self.arguments = tuple(state)
            return
        parts = state if isinstance(state, tuple) and len(state) == 2 else (state,)
        for part in parts:
            if isinstance(part, dict):
                self.state.update(part)
            elif part is not None:
                raise Refused("the state of an object is not understood")

    def plain(self):
        if self.state:
            return {key: value for key, value in self.state.items() if not str(key).startswith("_")}
        if len(self.arguments) == 1:
            return self.arguments[0]
        return list(self.arguments)


def member(cls, name):
    """What getattr is for in the pickle of an enum, and nothing else."""
    if isinstance(cls, type) and issubclass(cls, StandIn) and isinstance(name, str):
        return cls(name)
    raise Refused("a name is not allowed")


class Names:
    def __init__(self, allowed):
        self.known = set(PLAIN)
        self.exact = set()
        self.modules = set()
        self.made = {}
        for name in allowed:
            if name == "numpy":
                self.known |= NUMPY
            elif name == "pandas":
                self.known |= PANDAS
            elif name.endswith(".*"):
                self.modules.add(name[:-2])
            else:
                self.exact.add(name)

    def find(self, module, name):
        if (module, name) in self.known:
            return None
        if "." not in name and (module + "." + name in self.exact or module in self.modules):
            stand_in = self.made.get((module, name))
            if stand_in is None:
                if len(self.made) >= 1_000:
                    raise Refused("too many names")
                stand_in = self.made[(module, name)] = type("StandIn", (StandIn,), {})
            return stand_in
        raise Refused("a name is not allowed")


class Reader(pickle.Unpickler):
    def __init__(self, content, names):
        super().__init__(io.BytesIO(content))
        self.names = names

    def find_class(self, module, name):
        module = OLD_NAMES.get(module, module)
        if (module, name) == ("builtins", "getattr"):
            return member
        stand_in = self.names.find(module, name)
        return super().find_class(module, name) if stand_in is None else stand_in

    def persistent_load(self, pid):
        raise Refused("persistent ids are not allowed")


class Plain:
    """Values as JSON can say them, counted each time that they are met."""

    def __init__(self):
        self.nodes = 0

    def of(self, value, depth=0):
        self.nodes += 1
        if self.nodes > NODES:
            raise Refused("the message expands to too many values")
        if depth > DEPTH:
            raise Refused("the message is nested too deeply")
        if value is None or value is True or value is False:
            return value
        if isinstance(value, StandIn):
            return self.of(value.plain(), depth + 1)
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, int):
            return self.integer(value)
        if isinstance(value, float):
            return self.real(value)
        if isinstance(value, (list, tuple, collections.deque)):
            return [self.of(item, depth + 1) for item in value]
        if isinstance(value, dict):
            return {self.key(key): self.of(item, depth + 1) for key, item in value.items()}
        if isinstance(value, (set, frozenset)):
            return self.members(value, depth)
        return self.special(value, depth)

    def members(self, value, depth):
        items = [self.of(item, depth + 1) for item in value]
        return sorted(items, key=lambda item: json.dumps(item, sort_keys=True))

    def special(self, value, depth):
        if isinstance(value, (bytes, bytearray)):
            return base64.b64encode(bytes(value)).decode("ascii")
        if isinstance(value, decimal.Decimal):
            return self.decimal(value)
        if isinstance(value, datetime.timedelta):
            return value.total_seconds()
        if isinstance(value, (datetime.date, datetime.time)):
            return value.isoformat()
        if isinstance(value, datetime.timezone):
            return datetime.datetime(2000, 1, 1, tzinfo=value).isoformat()[19:]
        if isinstance(value, uuid.UUID):
            return str(value)
        if hasattr(value, "to_dict") and type(value).__module__.startswith("pandas."):
            frame = type(value).__name__ == "DataFrame"
            return self.of(value.to_dict("records") if frame else value.to_dict(), depth + 1)
        if hasattr(value, "tolist") and type(value).__module__.split(".")[0] in ("numpy", "pandas"):
            return self.of(value.tolist(), depth + 1)
        raise Refused("a value has no form in JSON")

    def key(self, key):
        if isinstance(key, StandIn):
            key = key.plain()
        if isinstance(key, str):
            return self.text(key)
        if key is None:
            return "null"
        if key is True or key is False:
            return "true" if key else "false"
        if isinstance(key, (int, float, decimal.Decimal, datetime.date, datetime.time, uuid.UUID)):
            plain = self.of(key)
            return plain if isinstance(plain, str) else json.dumps(plain)
        raise Refused("a key has no form in JSON")

    def text(self, value):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise Refused("a text has a lone surrogate") from None
        return value

    def integer(self, value):
        if value.bit_length() > 4_096:
            raise Refused("a number is too long")
        return int(value) if -SAFE_INTEGER <= value <= SAFE_INTEGER else int.__repr__(value)

    def real(self, value):
        if value != value or value in (float("inf"), float("-inf")):
            raise Refused("a number is not finite")
        return float(value)

    def decimal(self, value):
        if not value.is_finite() or len(value.as_tuple().digits) > DIGITS or abs(value.adjusted()) > MOST_EXPONENT:
            raise Refused("a Decimal is not a finite number of sensible size")
        return str(value)


def as_json(value):
    return json.dumps(Plain().of(value), ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")


def answer(wanted, content, names):
    if wanted == b"C":
        method, args, kwargs = json.loads(content)
        if not isinstance(method, str) or not isinstance(args, list) or not isinstance(kwargs, dict):
            raise Refused("the call is not a method, a list and a dict")
        return b"T", pickle.dumps([method, tuple(args), kwargs], 4)
    value = Reader(content, names).load()
    if wanted == b"V":
        return b"T", as_json(value)
    if isinstance(value, (list, tuple)) and len(value) == 2 and isinstance(value[0], bool):
        return (b"T" if value[0] else b"F"), as_json(value[1])
    raise Refused("the reply is not a flag and a value")


def guarded(wanted, content, names, most):
    try:
        status, body = answer(wanted, content, names)
        return (b"E", b"the answer is too long") if len(body) > most else (status, body)
    except Refused as refused:
        return b"E", str(refused).encode("utf-8")
    except MemoryError:
        return b"E", b"the message needs too much memory"
    except RecursionError:
        return b"E", b"the message is nested too deeply"
    except Exception as failure:
        return b"E", ("the message cannot be read: " + type(failure).__name__).encode("utf-8")


def limit(memory):
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--memory", type=int, required=True)
    parser.add_argument("--most", type=int, required=True)
    parser.add_argument("--allow", action="append", default=[])
    options = parser.parse_args()
    names = Names(options.allow)
    for word in ("numpy", "pandas"):
        if word in options.allow:
            __import__(word)
    limit(options.memory)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while True:
        head = source.read(5)
        if len(head) < 5:
            return
        length = struct.unpack(">I", head[:4])[0]
        if length > options.most:
            return
        status, body = guarded(head[4:], source.read(length), names, options.most)
        sink.write(struct.pack(">I", len(body)) + status + body)
        sink.flush()


main()
