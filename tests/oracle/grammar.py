"""What generated expressions are made of: templates per kind of value. `$kind` is a slot; `$kind:x` one that may read `x`.

A template's text is also the name of the construct, by which differences are told apart (differences.py).
"""

from __future__ import annotations

LITERALS: dict[str, tuple[str, ...]] = {
    "number": ("0", "1", "2", "3", "5", "10", "-1", "-2", "0.5", "1.5", "2.25", "-3.75", "100", "1024", "1e3", ".5", "7.125"),
    "n": ("0", "1", "2", "3", "4", "0.5", "1.5", "10"),
    "int": ("0", "1", "2", "3", "-1", "-2", "4", "10"),
    "scale": ("0", "1", "2", "-1", "3"),
    "string": (
        '""', '"a"', '"b"', '"abc"', '"ABC"', '"foobar"', '"a b c"', '"é"', '"😀x"', r'"a\nb"', r'"\u0041"', '"1"', '"1.5"',
        '"true"', '" x "', '"a,b;c"', '"2025-06-10"', '"ß"', r'"say \"hi\""', r'"back\\slash"', '"x-y_z"',
    ),
    "pattern": ('"a"', '"b+"', '"[a-c]"', '"^a"', '"c$"', '"(a)(b)"', '"\\\\s"', '"."', '"x|y"', '"o{2}"', '"["', '"(?:ab)+"', '""'),
    "replacement": ('"z"', '""', '"[$1]"', '"$0$0"', '"-"', '"$2$1"'),
    "flags": ('"i"', '"s"', '"m"', '""', '"im"', '"q"', "null"),
    "digits": ('"1"', '"1.5"', '"-2"', '"1 000"', '"1,000.5"', '"1.000,5"', '"abc"', '""', '"1e3"', '" 1 "', '"+1"', '"0x10"'),
    "boolean": ("true", "false", "true", "false", "null"),
    "null": ("null",),
    "date": (
        'date("2025-06-10")', '@"2024-02-29"', 'date("2025-01-31")', "date(2024, 12, 31)", '@"1999-12-31"', 'date("2025-06-09")',
    ),
    "datetext": (
        '"2025-06-10"', '"2024-02-29"', '"2023-02-29"', '"2025-13-01"', '"2025-6-1"', '"20250610"', '"2025-06-10T10:00:00"', '""',
        '"x"', '"0001-01-01"', '"9999-12-31"', '"-2025-06-10"', '"2025-06-31"', '"12025-01-01"',
    ),
    "time": ('time("10:30:00")', '@"23:59:59"', 'time("00:00:00Z")', 'time("10:30:00+02:00")', "time(8, 15, 30)", '@"10:30:00.5"',
             'time("10:30:00@Europe/Paris")'),
    "timetext": (
        '"10:30:00"', '"10:30"', '"24:00:00"', '"23:59:60"', '"10:30:00Z"', '"10:30:00+02:00"', '"10:30:00@Europe/Paris"', '"1:2:3"',
        '"10:30:00.123"', '"10:30:00+25:00"', '"10:30:00@Nowhere/Else"', '"T10:30:00"', '"103000"', '"x"', '"10:30:00z"',
    ),
    "datetime": (
        'date and time("2025-06-10T10:30:00")', '@"2025-06-10T10:30:00Z"', 'date and time("2024-02-29T23:59:59+02:00")',
        'date and time(date("2025-01-31"), time("08:00:00"))', '@"2025-03-30T01:30:00@Europe/Paris"', '@"2025-06-10T10:30:00.25"',
        'date and time("2025-06-10T08:30:00@Europe/Paris")',
    ),
    "datetimetext": (
        '"2025-06-10T10:30:00"', '"2025-06-10"', '"2025-06-10T24:00:00"', '"2025-06-10T10:30"', '"2025-06-10 10:30:00"',
        '"2025-06-10T10:30:00Z"', '"2025-06-10T10:30:00+02:00"', '"2025-06-10T10:30:00@Europe/Paris"', '"2025-02-30T00:00:00"', '"x"',
    ),
    "days": ('duration("P1D")', '@"PT36H"', 'duration("-PT1H30M")', '@"P10DT4H5M6S"', 'duration("PT0S")', '@"PT0.5S"', '@"P40D"'),
    "months": ('duration("P1Y2M")', '@"P13M"', 'duration("-P1M")', '@"P0M"', 'duration("P2Y")'),
    "durationtext": (
        '"P1D"', '"PT1H"', '"P1Y2M"', '"P1Y1D"', '"P"', '"PT"', '"P1DT"', '"-P1D"', '"P1.5D"', '"PT1.5S"', '"P1W"', '"1D"', '"P-1D"',
        '"PT1M1H"', '"P400D"', '"P13M"', '"x"', '"+P1D"',
    ),
    "range": ("[1..5]", "(1..5)", "[1..5)", "]1..5[", "[5..10]", "[0..1]", "(>= 3)", "(< 5)", "[2..3]", "(5..8]", "[1..1]", "(= 2)"),
    "dates": ('[date("2025-01-01")..date("2025-12-31")]', '[@"2024-02-29"..@"2025-06-10")'),
    "span": ("1..3", "3..1", "0..4", "2..2", "-1..1"),
    "flat": ("[]", "[1]", "[1, 2, 3]", "[3, 1, 2]", "[1, null]", "[null]", "[2, 2, 3]", "[0.5, 1.5]", "[5, 4, 3, 2, 1]", "items"),
    "numbers": ("[]", "[1]", "[1, 2, 3]", "[3, 1, 2]", "[2, 2, 3, 3]", "[0.5, 1.5, 4]", "[10, 9, 100]", "items"),
    "strings": ('["a", "b"]', "[]", '["b", "a", "b"]', '["a", null]', '["x"]', "words"),
    "booleans": ("[true, true]", "[true, false]", "[]", "[null]", "[true, null]", "[false, null]", "[true, 1]"),
    "nested": ("[[1, 2], [3]]", "[1, [2, [3, [4]]]]", "[[]]", "[[1], 2]", "[[null], []]"),
    "rows": ("rows", '[{n: 1, t: "x"}, {n: 2, t: "y"}]', "[{n: 1}, {t: 2}]", "[{n: 3, item: 4}]"),
    "context": ('{n: 1, t: "x"}', "{}", "{n: null}", "{n: 1, m: {k: 2}}", "person", '{"a b": 1}', "{n: [1, 2]}", "{m: {k: 1, l: 2}}"),
    "entries": ('[{key: "a", value: 1}]', '[{key: "a", value: 1}, {key: "b", value: null}]', "[]", '[{key: "a"}]', "[{key: 1, value: 1}]"),
    "contexts": ("[{a: 1}, {b: 2}]", "[{a: 1}, {a: 2}]", "[]", "[{a: 1}, null]"),
    "key": ('"n"', '"t"', '"m"', '"z"', '"a b"', '""'),
    "keys": ('["m", "k"]', '["n"]', "[]", '["m", "z"]', '["z", "k"]'),
    "function": ("function(x, y) x < y", "function(x, y) x > y", "function(x) x", "function() 1"),
    "matching": ("function(old, new) old = new", "function(old, new) old < new", "function(old, new) true", "function(old, new) 1"),
    "name": ("tally", "risk", "ratio", "text", "flag", "nothing", "missing", "full name", "person", "items", "rows", "words"),
    "type": (
        "number", "string", "boolean", "date", "time", "date and time", "days and time duration", "years and months duration",
        "list<number>", "list<string>", "list<Any>", "context<n: number>", "context", "list", "Any", "Null", "function<number> -> number",
        "range<number>", "nonsense",
    ),
}  # fmt: skip

ARITHMETIC = tuple(f"$number {sign} $number" for sign in ("+", "-", "*", "/", "**"))
STATISTICS = ("min", "max", "sum", "mean", "median", "stddev", "product", "mode")
ROUNDINGS = ("decimal", "floor", "ceiling", "round up", "round down", "round half up", "round half down")
PLAIN_RANGES = ("before", "after", "meets", "met by", "overlaps", "overlaps before", "overlaps after", "finishes", "finished by",
                "includes", "during", "starts", "started by", "coincides")  # fmt: skip
COMPARED = ("number", "string", "boolean", "date", "time", "datetime", "days", "months", "flat", "context", "any")
TEMPLATES: dict[str, tuple[str, ...]] = {
    "number": (
        *ARITHMETIC, "-$number", "$n + $n * $n", "$n - $n - $n", "$n / $n / $n", "$n ** $n ** $n", "-$n ** $n", "$n * $n + $n / $n",
        "if $boolean then $number else $number", "count($flat)", "string length($string)", "abs($number)", "sqrt($number)",
        "modulo($number, $number)", "log($number)", "exp($number)", "number($digits)", "number($digits, $sep, $sep)",
        *(f"{name}($numbers)" for name in STATISTICS), *(f"{name}($number, $number)" for name in STATISTICS),
        *(f"{name}($number, $scale)" for name in ROUNDINGS), "floor($number)", "ceiling($number)",
        "$numbers[$int]", "$numbers[-$n]", "$context.n", "$name", "(function(a, b) $number:a:b)($number, $number)",
        "{f: function(a) $number:a, r: f($number)}.r", "$date.year", "$date.month", "$date.day", "$date.weekday", "$datetime.hour",
        "$datetime.second", "$time.minute", "$time.second", "$days.days", "$days.hours", "$days.minutes", "$days.seconds",
        "$months.years", "$months.months", "day of year($date)", "week of year($date)", "$days / $days", "$months / $months",
        "get value($context, $key)", "abs(n: $number)", "decimal(n: $number, scale: $scale)", "modulo(dividend: $number, divisor: $number)",
    ),
    "sep": ('","', '"."', '" "', "null", '";"'),
    "string": (
        "$string + $string", "substring($string, $int)", "substring($string, $int, $int)", "upper case($string)", "lower case($string)",
        "substring before($string, $string)", "substring after($string, $string)", "replace($string, $pattern, $replacement)",
        "replace($string, $pattern, $replacement, $flags)", "string($any)", "string join($strings)", "string join($strings, $string)",
        "if $boolean then $string else $string", "$strings[$int]", "day of week($date)", "month of year($date)", "$context.t",
        "substring(string: $string, start position: $int)", "string(from: $any)", "upper case(string: $string)",
        "trim($string)", "extract($string, $pattern)[1]", "string($number)", "string($days)", "string($months)", "string($date)",
        "string($datetime)", "string($time)", "string($flat)", "string($context)",
    ),
    "boolean": (
        *(f"${kind} {sign} ${kind}" for kind in COMPARED for sign in ("=", "!=", "<", "<=", ">", ">=")),
        "$boolean and $boolean", "$boolean or $boolean", "not($boolean)", "$boolean or $boolean and $boolean", "$any and $any",
        "$any or $any", "not($any)", "$number between $number and $number", "$string between $string and $string",
        "$date between $date and $date", "$any between $any and $any", "$number in $range", "$number in ($number, $number)",
        "$number in $flat", "$any in $flat", "$number in (< $number)", "$number in (> $number, < $number)", "$number in ($range, $number)",
        "$date in $dates", "$string in ($string, $string)", "$any in $any", "$any instance of $type", "$number instance of $type",
        "$flat instance of $type", "$context instance of $type", "$days instance of $type", "$months instance of $type",
        "$datetime instance of $type", "contains($string, $string)", "starts with($string, $string)", "ends with($string, $string)",
        "matches($string, $pattern)", "matches($string, $pattern, $flags)", "list contains($flat, $any)", "all($booleans)",
        "any($booleans)", "all($boolean, $boolean)", "any($boolean, $boolean)", "even($number)", "odd($number)",
        "some x in $numbers satisfies $boolean:x", "every x in $numbers satisfies $boolean:x", "is($any, $any)", "is($time, $time)",
        "is($datetime, $datetime)", "is defined($name)", "if $boolean then $boolean else $boolean", "if $any then true else false",
        *(f"{name}($range, $range)" for name in PLAIN_RANGES), "before($number, $number)", "before($number, $range)",
        "after($range, $number)", "includes($range, $number)", "during($number, $range)", "starts($number, $range)",
        "finishes($number, $range)", "$range = $range", "overlaps(range1: $range, range2: $range)", "is empty($flat)", "is blank($string)",
        "contains(string: $string, match: $string)", "$range.start included", "$range.end included",
    ),
    "flat": (
        "[$any, $any]", "[$number, $number, $number]", "for x in $numbers return $number:x", "for x in $span return $number:x",
        "for x in $numbers, y in $numbers return $number:x:y", "$numbers[$boolean:item]", "$flat[$any]", "$rows[$boolean:n]", "$rows.n",
        "append($flat, $any)", "append($flat, $any, $any)", "concatenate($flat, $flat)", "sublist($flat, $int)",
        "sublist($flat, $int, $int)", "insert before($flat, $int, $any)", "remove($flat, $int)", "reverse($flat)",
        "index of($flat, $any)", "union($flat, $flat)", "distinct values($flat)", "duplicate values($flat)", "flatten($nested)",
        "split($string, $pattern)", "sort($numbers, $function)", "sort($strings, $function)", "list replace($flat, $int, $any)",
        "list replace($flat, $matching, $any)", "mode($numbers)", "get entries($context)", "if $boolean then $flat else $flat",
        "for i in $span return if i = 1 then 1 else i + count(partial)", "partition($flat, $int)", "extract($string, $pattern)",
        "list replace(list: $flat, position: $int, newItem: $any)", "$any[item = $any]", "$any[1]", "$null[$any]",
        "append(list: $flat, item: $any)", "sort(list: $numbers, precedes: $function)",
    ),
    "numbers": ("[$number, $number]", "for x in $numbers return $number:x", "$numbers[$boolean:item]", "sort($numbers, $function)"),
    "context": (
        "{n: $any, m: $any}", "{n: $number, m: n}", "context put($context, $key, $any)", "context put($context, $keys, $any)",
        "context merge($contexts)", "context($entries)", "if $boolean then $context else $context", "$rows[$int]",
    ),
    "date": (
        "date($datetext)", "date($int, $int, $int)", "date($datetime)", "$date + $days", "$date - $days", "$date + $months",
        "$date - $months", "$months + $date", "date(from: $datetext)", "date(2025, $int, $int)", "last day of month($date)",
        "min($date, $date)", "max($date, $date)", "@$datetext",
    ),
    "time": (
        "time($timetext)", "time($int, $int, $int)", "time($datetime)", "$time + $days", "$time - $days", "time(from: $timetext)",
        "time(10, 30, 0, $days)", "time($date)", "@$timetext",
    ),
    "datetime": (
        "date and time($datetimetext)", "date and time($date, $time)", "$datetime + $days", "$datetime - $days", "$datetime + $months",
        "$datetime - $months", "date and time(date: $date, time: $time)", "@$datetimetext", "date and time($datetime, $time)",
    ),
    "days": (
        "duration($durationtext)", "$days + $days", "$days - $days", "$days * $number", "$days / $number", "-$days", "abs($days)",
        "$date - $date", "$datetime - $datetime", "$time - $time", "$date - $datetime", "$datetime.time offset", "sum($days, $days)",
        "@$durationtext", "$number * $days",
    ),
    "months": (
        "$months + $months", "$months - $months", "$months * $number", "$months / $number", "-$months", "abs($months)",
        "years and months duration($date, $date)", "$months + $days", "$number * $months",
        "years and months duration(from: $date, to: $date)",
    ),
    "range": ("[$number..$number]", "($number..$number)", "[$string..$string]", "range($rangetext)"),
    "rangetext": ('"[1..5]"', '"(1..5)"', '"[1..]"', '"x"', '"[\\"a\\"..\\"b\\"]"', '"]1..5["'),
}  # fmt: skip
KINDS = (
    "number",
    "string",
    "boolean",
    "flat",
    "context",
    "date",
    "time",
    "datetime",
    "days",
    "months",
    "range",
    "null",
)
ANY = ("number", "number", "string", "boolean", "flat", "context", "date", "days", "null")

TESTS = (
    "$number", "$string", "< $number", "<= $number", "> $number", ">= $number", "$range", "[$number..$number]", "($number..$number)",
    "$number, $number", "$string, $string", "not($number)", "not($string)", "not($range)", "not(< $number, > $number)", "-", "$boolean",
    "null", "not(null)", "$flat", "? > $number", "? = $any", "$range, $range", "< $number, $range", "contains(?, $string)",
    "count(?) > $n", "not($number, $number)", "? in $range", "$name", "? != null", "$context", "> $string", "not($boolean)",
    "some x in $numbers satisfies x = ?", "? between $number and $number", "= $number", "!= $number", "$number + $number",
    "not($flat)", "if ? > $number then true else false", "? instance of $type", "$number, null",
)  # fmt: skip
VALUES = (
    0,
    1,
    2,
    3,
    5,
    10,
    -1,
    0.5,
    2.25,
    100,
    "",
    "a",
    "b",
    "abc",
    "1",
    True,
    False,
    None,
    [1, 2, 3],
    [],
    [1],
    ["a"],
    {"n": 1, "t": "x"},
)
NAMES: dict[str, object] = {
    "tally": 4, "risk": 3, "ratio": 0.25, "text": "abc", "flag": True, "nothing": None, "full name": "Ann Lee", "items": [4, 1, 3],
    "words": ["b", "a", "c"], "person": {"n": 7, "t": "y", "m": {"k": 5}}, "rows": [{"n": 1, "t": "x"}, {"n": 2, "t": "y"}, {"n": None}],
}  # fmt: skip
