"""Figures that test/research/backtest.test.ts compares with: a pair's z-score traded on 5-minute bars.

Written without the program under test, as loops over closes. A sample is taken at the end of each bar, of what was
known just before: the closes of the bars before it. An order fills at the close that comes with that bar's end,
half a spread away. Usage: python3 pair_backtest.py A.csv.gz B.csv.gz, one JSON object on stdout.
"""
import csv
import gzip
import json
import math
import sys

WINDOW, MINIMUM, ENTRY, EXIT, STOP = 2016, 500, 2.5, 0.5, 5.0
NOTIONAL, FEE, HALF = 10000.0, 5e-4, 0.5e-4
WIDTH = 300000


def closes(path):
    with gzip.open(path, "rt") as lines:
        return {int(r["open_time_ms"]) + WIDTH: float(r["close"]) for r in csv.DictReader(lines)}


def main(path_a, path_b):
    a, b = closes(path_a), closes(path_b)
    start, end = min(min(a), min(b)), max(max(a), max(b))
    la = lb = None
    series, open_trade, stopped = [], None, False
    trades, cash, fees = [], 0.0, 0.0
    for t in range(start, end + 1, WIDTH):
        pending = None
        if la is not None and lb is not None:
            series.append(math.log(la) - math.log(lb))
            window = series[-WINDOW:]
            if len(window) >= MINIMUM:
                mean = math.fsum(window) / len(window)
                dev = math.sqrt(math.fsum((s - mean) ** 2 for s in window) / len(window))
                z = 0.0 if dev == 0 else (window[-1] - mean) / dev
                size = abs(z)
                if open_trade:
                    reverted = z <= EXIT if open_trade["side"] > 0 else z >= -EXIT
                    beyond = size >= STOP
                    stopped = stopped or beyond
                    if reverted or beyond:
                        pending = "close"
                elif size < ENTRY:
                    stopped = False
                elif not stopped and size < STOP:
                    edge = (size - EXIT) * dev * 1e4 - 4 * HALF * 1e4 - 4 * FEE * 1e4
                    if edge >= 0:
                        # Size: what the notional buys (or brings) at the touch when the signal is given.
                        up = 1 if z > 0 else -1
                        pa, pb = (la * (1 - HALF), lb * (1 + HALF)) if up > 0 else (la * (1 + HALF), lb * (1 - HALF))
                        open_trade = {"side": up, "a": NOTIONAL / pa, "b": NOTIONAL / pb, "cash": 0.0}
                        pending = "open"
        la, lb = a.get(t, la), b.get(t, lb)
        if pending:
            trade = open_trade
            sell_a = (trade["side"] > 0) == (pending == "open")
            for size, price, sell in ((trade["a"], la, sell_a), (trade["b"], lb, not sell_a)):
                paid = size * price * (1 - HALF if sell else 1 + HALF)
                trade["cash"] += (paid if sell else -paid) - paid * FEE
                fees += paid * FEE
            if pending == "close":
                trades.append(trade["cash"])
                cash += trade["cash"]
                open_trade = None
    print(json.dumps({"closed": len(trades), "pnl": cash, "fees": fees, "won": sum(c > 0 for c in trades)}))


main(*sys.argv[1:3])
