"""numpy's correlation matrix of rows that a file holds, as a peer: one command a line on stdin, one answer a line.

`time` answers the seconds of one np.corrcoef, the fastest of some; `write PATH` writes the matrix as f64.
Usage: python3 correlation.py ROWS SERIES SAMPLES
"""
import sys
import time

import numpy as np

rows = np.fromfile(sys.argv[1]).reshape(int(sys.argv[2]), int(sys.argv[3]))
print(np.__version__, flush=True)
for line in sys.stdin:
    command, _, path = line.strip().partition(" ")
    if command == "write":
        np.corrcoef(rows).tofile(path)
        print("written", flush=True)
        continue
    best, until = float("inf"), time.perf_counter() + 0.15
    while time.perf_counter() < until:
        begun = time.perf_counter()
        np.corrcoef(rows)
        best = min(best, time.perf_counter() - begun)
    print(best, flush=True)
