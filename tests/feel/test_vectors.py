"""The vectors agreed with the browser's FEEL (design/web.md §8), as this package answers them."""

from decimal import Decimal

import pytest

from tests.feel.asking import ask, same

D = Decimal
ROWS = [{"a": 2, "n": "x"}, {"a": 1, "n": "y"}]
VECTORS = {
    "0.1 + 0.2": D("0.3"),
    "0.1 + 0.2 = 0.3": True,
    "100000000000000000000 + 1": D("100000000000000000001"),
    "1/3": D("0.3333333333333333333333333333333333"),
    "if 1 then 1 else 2": D(2),
    '1 = "1"': None,
    "true = 1": None,
    "null < 1": None,
    '"a" + 1': None,
    "1 + null": None,
    "1/0": None,
    "sum([])": None,
    "min([])": None,
    "count(null)": None,
    "sum([1,null])": None,
    "null = null": True,
    '"x" = null': False,
    "missing = null": True,
    "missing != true": True,
    "missing = false": False,
    "null or true": True,
    "null and false": False,
    "null and true": None,
    "true and 1": None,
    "not(null)": None,
    "-2 ** 2": D(4),
    "2 ** 3 ** 2": D(64),
    "[1,2,3][1]": D(1),
    "[1,2,3][-1]": D(3),
    "[1,2,3][0]": None,
    "[1,2,3][4]": None,
    "[1,2,3][item > 1]": [D(2), D(3)],
    "for i in 3..1 return i": [D(3), D(2), D(1)],
    "some x in [] satisfies x": False,
    "every x in [] satisfies x": True,
    "5 in (1,5)": True,
    "5 in [1..5)": False,
    "rows[a > 1].a": [D(2)],
    'string length("😀")': D(1),
    'upper case("ß")': "SS",
    '"a\\u0041"': "aA",
    "if falls = true then 5 else 0": D(5),
}


@pytest.mark.parametrize(("text", "wanted"), VECTORS.items())
def test_the_agreed_vectors_hold(text, wanted):
    assert same(ask(text, rows=ROWS, falls=True), wanted)
