"""Figures that test/research/pairs.test.ts compares with: correlation, both directions of Engle-Granger, half-life.

Written without the program under test: numpy's least squares (an SVD) on explicit matrices, the normal
distribution by math.erf. Usage: python3 engle_granger.py A.csv.gz B.csv.gz WIDTH_SECONDS, one JSON object on stdout.
"""
import csv
import gzip
import json
import math
import sys

import numpy as np


def closes(path, width_ms):
    with gzip.open(path, "rt") as lines:
        rows = [(int(row["open_time_ms"]), float(row["close"])) for row in csv.DictReader(lines)]
    step = min(b[0] - a[0] for a, b in zip(rows, rows[1:]))
    return {t + step - width_ms: c for t, c in rows if (t + step) % width_ms == 0}


def adf(r, holes, lags):
    """t-value of r[-1] in dr = g r[-1] + sum f_i dr[-i]; rows that a hole touches are left out; (t, rss, rows)."""
    d = np.diff(r)
    rows = [t for t in range(lags + 1, len(r)) if not any(holes[t - lags : t + 1])]
    y = np.array([d[t - 1] for t in rows])
    x = np.array([[r[t - 1]] + [d[t - 1 - i] for i in range(1, lags + 1)] for t in rows])
    beta, _, _, _ = np.linalg.lstsq(x, y, rcond=None)
    rss = float(np.sum((y - x @ beta) ** 2))
    covariance = np.linalg.inv(x.T @ x) * rss / (len(rows) - lags - 1)
    return beta[0] / math.sqrt(covariance[0, 0]), rows


def akaike(r, holes, lags, most):
    d = np.diff(r)
    rows = [t for t in range(most + 1, len(r)) if not any(holes[t - most : t + 1])]
    y = np.array([d[t - 1] for t in rows])
    x = np.array([[r[t - 1]] + [d[t - 1 - i] for i in range(1, lags + 1)] for t in rows])
    beta, _, _, _ = np.linalg.lstsq(x, y, rcond=None)
    rss = float(np.sum((y - x @ beta) ** 2))
    return len(rows) * math.log(rss / len(rows)) + 2 * (lags + 1)


def p_value(tau):
    z = 2.92 + 1.5012 * tau + 0.039796 * tau**2 if tau <= -2.62 else 2.1945 + 0.64695 * tau - 0.29198 * tau**2 - 0.042377 * tau**3
    return 0.5 * (1 + math.erf(z / math.sqrt(2)))


def direction(y, x, holes):
    design = np.column_stack([np.ones_like(x), x])
    (alpha, beta), _, _, _ = np.linalg.lstsq(design, y, rcond=None)
    r = y - alpha - beta * x
    n = len(y)
    most = min(n // 2 - 2, math.ceil(12 * (n / 100) ** 0.25))
    lags = min(range(most + 1), key=lambda k: akaike(r, holes, k, most))
    tau, _ = adf(r, holes, lags)
    keep = [t for t in range(1, n) if not holes[t]]
    before = np.array([r[t - 1] for t in keep])
    change = np.array([r[t] - r[t - 1] for t in keep])
    slope = np.linalg.lstsq(np.column_stack([np.ones_like(before), before]), change, rcond=None)[0][1]
    half = -math.log(2) / math.log(1 + slope) if -1 < slope < 0 else None
    return {"alpha": alpha, "beta": beta, "statistic": tau, "p": p_value(tau), "lags": lags, "halfLife": half}


def main(path_a, path_b, seconds):
    width = int(seconds) * 1000
    a, b = closes(path_a, width), closes(path_b, width)
    times = sorted(set(a) & set(b))
    la, lb = np.log([a[t] for t in times]), np.log([b[t] for t in times])
    holes = [True] + [t - s != width for s, t in zip(times, times[1:])]
    keep = [i for i in range(1, len(times)) if not holes[i]]
    correlation = float(np.corrcoef(np.diff(la)[[i - 1 for i in keep]], np.diff(lb)[[i - 1 for i in keep]])[0, 1])
    print(json.dumps({"bars": len(times), "returns": len(keep), "correlation": correlation,
                      "aOnB": direction(la, lb, holes), "bOnA": direction(lb, la, holes)}, indent=1))


main(*sys.argv[1:4])
