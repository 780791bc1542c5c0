"""The analysis answers for any table that can be read: no crash, and examples that show what they are said to show."""

from hypothesis import given
from hypothesis import strategies as st

from engine.decisions import DecisionError, analyse
from tests.engine.decisions.tabled import Column, Out, matching, tabled, valued

TYPES = """<itemDefinition name="tA"><typeRef>string</typeRef><allowedValues><text>"a", "b"</text></allowedValues>
</itemDefinition><itemDefinition name="tN"><typeRef>number</typeRef><allowedValues><text>[0..5], null</text></allowedValues>
</itemDefinition><itemDefinition name="tL" isCollection="true"><typeRef>tA</typeRef></itemDefinition>
<itemDefinition name="tC"><itemComponent name="n"><typeRef>number</typeRef></itemComponent></itemDefinition>
<itemDefinition name="tO"><typeRef>string</typeRef><allowedValues><text>string length(?) &lt; 3</text></allowedValues>
</itemDefinition>"""
KINDS = st.sampled_from(
    [
        *(
            "",
            "number",
            "string",
            "boolean",
            "date",
            "time",
            "dateTime",
            "duration",
            "dayTimeDuration",
            "Any",
            "integer",
        ),
        *("yearMonthDuration", "list", "context", "tA", "tN", "tL", "tC", "tO", "days and time duration", "range"),
    ]
)
CONSTANTS = st.sampled_from(
    [
        *(
            "null",
            "true",
            "false",
            "0",
            "-1",
            "2.5",
            "1E6000",
            "-1E-6000",
            "9.999999999999999999999999999999999E6144",
            "9999999999999999999999999999999999",
        ),
        *('""', '"a"', '"a\\u0000"', '"b"', '"😀"', '"é"', '"\\n"', '"a very long text indeed"'),
        *('date("2025-01-01")', '@"0001-01-01"', '@"9999-12-31"', '@"12000-01-01"', '@"-5000-01-01"'),
        *(
            '@"00:00:00"',
            '@"23:59:59"',
            '@"00:00:00Z"',
            '@"01:00:00+14:00"',
            '@"23:00:00-12:00"',
            '@"10:00:00@Asia/Tokyo"',
        ),
        *(
            '@"2025-01-01T00:00:00"',
            '@"2025-01-01T00:00:00.5Z"',
            '@"9999-12-31T23:59:59Z"',
            '@"0001-01-01T00:00:00+14:00"',
        ),
        *('@"2025-03-30T03:30:00@Europe/Paris"', '@"12000-01-01T10:00:00Z"', '@"-12000-01-01T10:00:00"'),
        *('@"P999999999DT23H59M59S"', '@"-P999999999D"', '@"P999999999999Y11M"', '@"-P999999999999Y11M"'),
        *('@"PT0S"', '@"P1D"', '@"-P9999999D"', '@"P0M"', '@"P1Y"', '@"-P99999Y"'),
    ]
)
ORDERS = st.sampled_from(("<", "<=", ">", ">=", "=", "!="))
BRACKETS = st.sampled_from(("[{}..{}]", "({}..{})", "[{}..{})", "]{}..{}]"))
ONE = st.one_of(
    CONSTANTS,
    st.builds("{} {}".format, ORDERS, CONSTANTS),
    st.builds(lambda shape, low, high: shape.format(low, high), BRACKETS, CONSTANTS, CONSTANTS),
    st.builds("? {} {}".format, ORDERS, CONSTANTS),
    st.sampled_from(["x", "[1, 2]", "contains(?, x)", "function(a) a", "{}", "? in (1, x)", "(!= 5)", '(= "a")']),
)
CELLS = st.one_of(
    st.just("-"),
    st.lists(ONE, min_size=1, max_size=3).map(", ".join),
    st.lists(ONE, max_size=3).map(lambda parts: f"not({', '.join(parts)})"),
)
TEXTS = st.sampled_from(["a", "b", "a", "a.b", "a + 1", '"fixed"', "c", "not(a)"])
COLUMNS = st.builds(Column, TEXTS, KINDS, st.one_of(st.just(""), CELLS), st.just(""))
OUTPUTS = st.builds(Out, st.just("out"), KINDS, st.sampled_from(["1, 2", '"a", "b"']), st.just(""))
POLICIES = st.sampled_from(["UNIQUE", "FIRST", "ANY", "PRIORITY", "COLLECT", "OUTPUT ORDER", "RULE ORDER"])


@given(
    POLICIES,
    st.lists(COLUMNS, max_size=3),
    st.lists(st.tuples(CELLS, CELLS, CELLS, CONSTANTS), max_size=6),
    OUTPUTS,
)
def test_any_table_is_analysed(policy, columns, rows, output):
    cells = [[*row[: len(columns)], row[3]] for row in rows]
    try:
        table = tabled(policy, columns, cells, [output], TYPES)
    except DecisionError:
        return

    for item in analyse(table):
        assert item.message
        assert all(1 <= row <= len(rows) for row in item.rows)
        assert item.column is None or 1 <= item.column <= len(columns) + 1
        if item.rule == "table-overlap" and len({column.text for column in columns}) == len(columns):
            assert len(set(matching(table, {"x": None, **valued(item.example)})) & set(item.rows)) >= 2
        if item.rule == "table-gap" and len({column.text for column in columns}) == len(columns):
            assert matching(table, {"x": None, **valued(item.example)}) == []
