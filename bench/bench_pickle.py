"""Measures reading and writing of pickles with JMH, next to net.razorvine:pickle (and Jackson for the JSON that we write).

    ./xy bench pickle [--json] [--quick] [--classpath-file FILE]

The reply is that of the account list: three accounts, as CPython writes it in protocol 4.
"""

import argparse
import copy
import json
import os
import pathlib
import pickle
import subprocess
import tempfile

import bench_zmq
import peers

JARS = ["org.openjdk.jmh:jmh-core:1.37", "org.openjdk.jmh:jmh-generator-annprocess:1.37",
        "net.sf.jopt-simple:jopt-simple:5.0.4", "org.apache.commons:commons-math3:3.6.1", "net.razorvine:pickle:1.5"]
FASTER, MOST_ALLOCATED = 5.0, 2.0


def main():
    parser = argparse.ArgumentParser(prog="./xy bench pickle")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter iterations")
    parser.add_argument("--classpath-file")
    chosen = parser.parse_args()
    accounts = [{**copy.deepcopy(bench_zmq.ACCOUNT), "account_id": f"account{i}"} for i in (1, 2, 3)]
    rounds = ["-f", "1", "-wi", "3", "-i", "3", "-w", "1", "-r", "1"] if chosen.quick else \
        ["-f", "3", "-wi", "5", "-i", "5", "-w", "2", "-r", "2"]
    java = pathlib.Path(os.environ["JAVA_HOME"]) / "bin"
    with tempfile.TemporaryDirectory() as directory:
        home = pathlib.Path(directory)
        for jar in JARS:
            subprocess.run([peers.need("mvn"), "-q", "-B", "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy",
                            f"-Dartifact={jar}", f"-DoutputDirectory={home / 'jars'}"], check=True, stderr=subprocess.DEVNULL)
        path = ":".join([peers.built_class_path(chosen.classpath_file), *map(str, sorted((home / "jars").glob("*.jar")))])
        (home / "classes").mkdir()
        (home / "reply").write_bytes(pickle.dumps([True, accounts], protocol=4))
        subprocess.run([str(java / "javac"), "-cp", path, "-d", str(home / "classes"), "-proc:full",
                        "-processor", "org.openjdk.jmh.generators.BenchmarkProcessor",
                        str(peers.ROOT / "bench/java/io/xy/gateway/bench/PickleBench.java")], check=True)
        subprocess.run([str(java / "java"), "-cp", f"{home / 'classes'}:{path}", "org.openjdk.jmh.Main", "-prof", "gc", *rounds,
                        "-jvmArgs", f"-XX:+UseSerialGC -Dreply={home / 'reply'}", "-rf", "json", "-rff", str(home / "out.json")],
                       check=True, stdout=subprocess.DEVNULL)
        measured = json.loads((home / "out.json").read_text())
    table = {each["benchmark"].rsplit(".", 1)[1]: {
        "ns": each["primaryMetric"]["score"],
        "bytes": each["secondaryMetrics"]["gc.alloc.rate.norm"]["score"]} for each in measured}
    output = len(json.dumps(accounts, separators=(",", ":")))
    result = {"benchmarks": table, "output": output, "times as fast": table["theirRead"]["ns"] / table["ourRead"]["ns"],
              "allocated per output": table["ourRead"]["bytes"] / output}
    if chosen.json:
        print(json.dumps(result, indent=1))
        return
    for name, row in table.items():
        print(f"{name:12} {row['ns']:9.0f} ns {row['bytes']:9.0f} B")
    for what, value, reached in [("times as fast", result["times as fast"], result["times as fast"] >= FASTER),
                                 ("allocated per output", result["allocated per output"],
                                  result["allocated per output"] < MOST_ALLOCATED)]:
        print(f"{what:22} {value:6.2f}: {'reached' if reached else 'NOT REACHED'}")


if __name__ == "__main__":
    main()
