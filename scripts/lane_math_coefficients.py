#!/usr/bin/env python3
"""Prints the polynomials of src/freshet/kernels/lanes/lane_math.hpp: minimax in relative error (Remez exchange).

Needs mpmath. For each function and precision: the coefficients, lowest power first, and the largest relative error.
  exp2m1  (2^r - 1) / r          on [-1/2, 1/2]
  log2    log2(1 + t) / t        on [sqrt(1/2) - 1, sqrt(2) - 1]
  atanh   log2((1 + s) / (1 - s)) / s as a polynomial in s^2, for |s| <= (sqrt(2) - 1) / (sqrt(2) + 1)
"""

from mpmath import atanh, cos, expm1, log, log1p, lu_solve, matrix, mp, mpf, pi, sqrt

mp.dps = 60


def minimax(f, low, high, degree):
    """The polynomial of a degree nearest to f on [low, high] in relative error, and that error."""
    n = degree + 2
    points = [(low + high) / 2 + (high - low) / 2 * cos(pi * (n - 1 - i) / (n - 1)) for i in range(n)]
    for _ in range(30):
        rows = [[x**k for k in range(degree + 1)] + [(-1) ** i * f(x)] for i, x in enumerate(points)]
        solution = lu_solve(matrix(rows), matrix([f(x) for x in points]))
        coefficients = [solution[k] for k in range(degree + 1)]

        def error(x):
            return sum(c * x**k for k, c in enumerate(coefficients)) / f(x) - 1

        grid = [low + (high - low) * i / 4000 for i in range(4001)]
        values = [error(x) for x in grid]
        extremes = [grid[0]]
        for i in range(1, 4000):
            if (values[i] - values[i - 1]) * (values[i + 1] - values[i]) <= 0:
                extremes.append(grid[i])
        extremes.append(grid[-1])
        if len(extremes) != n:
            break
        points = extremes
    return coefficients, max(abs(v) for v in values)


def exp2m1(r):
    return log(2) if r == 0 else expm1(r * log(2)) / r


def log2(t):
    return 1 / log(2) if t == 0 else log1p(t) / log(2) / t


def log2_of_ratio(s2):
    s = sqrt(s2)
    return 2 / log(2) if s == 0 else 2 * atanh(s) / log(2) / s


half = mpf(1) / 2
limit = (sqrt(2) - 1) / (sqrt(2) + 1)
for name, f, low, high, degree in [
    ("exp2m1, float", exp2m1, -half, half, 5),
    ("exp2m1, double", exp2m1, -half, half, 11),
    ("log2, float", log2, sqrt(half) - 1, sqrt(mpf(2)) - 1, 8),
    ("atanh, double", log2_of_ratio, mpf(0), limit**2, 7),
]:
    coefficients, error = minimax(f, low, high, degree)
    print(f"{name}: largest relative error {mp.nstr(error, 3)}")
    for c in coefficients:
        print("   ", mp.nstr(c, 20))
