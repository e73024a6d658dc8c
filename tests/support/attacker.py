"""Somebody who solves for what a report keeps back, exactly: linear programs over fractions.

Every cell is at least nought; what is shown is an equation. `bounds` tells between which values
a sum of cells lies in all tables that show the same.
"""

from fractions import Fraction

ENDLESS = Fraction(10**9)
"""What nothing bounds."""


class Attacker:
    def __init__(self, cells):
        self.place = {cell: n for n, cell in enumerate(cells)}
        self.rows = []
        self.slacks = 0

    def learn(self, cells, value, minus=()):
        """Note that the sum of some cells, less that of others, is so much."""
        row = {self.place[cell]: Fraction(1) for cell in cells}
        for cell in minus:
            row[self.place[cell]] = Fraction(-1)
        self.rows.append((row, Fraction(value)))

    def at_least(self, cells, value):
        row = {self.place[cell]: Fraction(1) for cell in cells}
        row[("slack", self.slacks)] = Fraction(-1)
        self.slacks += 1
        self.rows.append((row, Fraction(value)))

    def bounds(self, cells):
        """Return the least and the greatest value of a sum of cells."""
        aim = {self.place[cell]: Fraction(1) for cell in cells}
        least, greatest = _least(self.rows, aim), _least(self.rows, {n: -v for n, v in aim.items()})
        return least, -greatest


def _least(rows, aim):
    """Return the least value of `aim` under equations over variables from nought on: two phases."""
    rows = [
        ({n: (v if value >= 0 else -v) for n, v in row.items()}, abs(value)) for row, value in rows
    ]
    tableau = [
        {**row, ("extra", n): Fraction(1), "is": value} for n, (row, value) in enumerate(rows)
    ]
    basis = [("extra", n) for n in range(len(rows))]
    cost = {("extra", n): Fraction(1) for n in range(len(rows))}
    assert _minimise(tableau, basis, cost, banned=()) == 0, "what is shown contradicts itself"
    _drop_extras(tableau, basis)
    extras = {("extra", n) for n in range(len(rows))}
    return _minimise(tableau, basis, aim, banned=extras)


def _minimise(tableau, basis, cost, *, banned):
    reduced = dict(cost)
    for row, name in zip(tableau, basis, strict=True):
        weight = cost.get(name, 0)
        if weight:
            for key, value in row.items():
                reduced[key] = reduced.get(key, Fraction(0)) - weight * value
    while True:
        entering = [
            key for key, value in reduced.items() if key != "is" and value < 0 and key not in banned
        ]
        if not entering:
            return -reduced.get("is", Fraction(0))
        key = min(entering, key=str)  # Bland's rule: no ring of steps
        ratios = [
            (row["is"] / row[key], str(basis[n]), n)
            for n, row in enumerate(tableau)
            if row.get(key, 0) > 0
        ]
        if not ratios:
            return -ENDLESS
        _pivot(tableau, basis, reduced, min(ratios)[2], key)


def _pivot(tableau, basis, reduced, number, key):
    pivot = tableau[number]
    by = pivot[key]
    for name in pivot:
        pivot[name] /= by
    for row in (*(row for n, row in enumerate(tableau) if n != number), reduced):
        factor = row.get(key, 0)
        if factor:
            for name, value in pivot.items():
                changed = row.get(name, Fraction(0)) - factor * value
                if changed or name == "is":
                    row[name] = changed
                else:
                    row.pop(name, None)
    basis[number] = key


def _drop_extras(tableau, basis):
    """Take the helpers of the first phase out of the basis, and equations that say nothing new."""
    for number in reversed(range(len(basis))):
        if not (isinstance(basis[number], tuple) and basis[number][0] == "extra"):
            continue
        free = [
            key
            for key, value in tableau[number].items()
            if value and key != "is" and not (isinstance(key, tuple) and key[0] == "extra")
        ]
        if free:
            _pivot(tableau, basis, {}, number, free[0])
        else:
            del tableau[number], basis[number]
