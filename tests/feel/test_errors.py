"""Where the text is wrong, and in which words."""

import pytest

from feel import BudgetExceeded, FeelError, FeelSyntaxError, compile_expression, compile_tests

WRONG = {
    "1 +": ("Expected a value but the text ends", 1, 4),
    "1 2": ("Expected the end but found '2'", 1, 3),
    '1 "two"': ("Expected the end but found a text", 1, 3),
    "= 1 +\n  * 2": ("Expected a value but found '*'", 2, 3),
    "if a then b": ("Expected 'else' but the text ends: an 'if' always has its 'else'", 1, 12),
    "if a b": ("Expected 'then' but the text ends", 1, 7),
    "for i of xs return i": ("Expected 'in' but found 'return'", 1, 13),
    "for i in xs satisfies i": ("Expected ',' or 'return' but found 'satisfies'", 1, 13),
    "for 1 in xs return 1": ("Expected a name but found '1'", 1, 5),
    "[1, 2": ("Expected ',' or ']' but the text ends: the '[' of line 1, column 1 is not closed", 1, 6),
    "abs(1": ("Expected ',' or ')' but the text ends: the '(' of line 1, column 4 is not closed", 1, 6),
    "{a: 1": ("Expected ',' or '}' but the text ends: the '{' of line 1, column 1 is not closed", 1, 6),
    "abs(\n  [1, (2 + 3]\n)": ("Expected ')' but found ']': the '(' of line 2, column 7 is not closed", 2, 13),
    "f(]1..2[, (1..3], [1..2)": (
        "Expected ',' or ')' but the text ends: the '(' of line 1, column 2 is not closed",
        1,
        25,
    ),
    "[(1..2], ]1..2], [1..2[": (
        "Expected ',' or ']' but the text ends: the '[' of line 1, column 1 is not closed",
        1,
        24,
    ),
    "{a: ]1..2[, b: [": ("Expected a value but the text ends", 1, 17),
    "([1, []": ("Expected ',' or ']' but the text ends: the '[' of line 1, column 2 is not closed", 1, 8),
    "(1..x[1]": ("Expected ']' or ')' at the end of the range but the text ends", 1, 9),
    "[1, 2)": ("Expected ',' or ']' but found ')': the '[' of line 1, column 1 is not closed", 1, 6),
    "1..2, (3": ("Expected the end but found '..'", 1, 2),
    "[1..2] + (3": ("Expected ')' but the text ends: the '(' of line 1, column 10 is not closed", 1, 12),
    "{a: [1}": ("Expected ',' or ']' but found '}': the '[' of line 1, column 5 is not closed", 1, 7),
    '(1 "two"': ("Expected ')' but found a text", 1, 4),
    "(1) 2)": ("Expected the end but found '2'", 1, 5),
    "1 == 2": ("Expected a value but found '=': FEEL compares with one '='", 1, 4),
    "1 != = 2": ("Expected a value but found '=': FEEL compares with '!='", 1, 6),
    "1 => 2": ("Expected a value but found '>': write '>='", 1, 4),
    "1 =< 2": ("Expected a value but found '<': write '<='", 1, 4),
    "1 <> 2": ("Expected a value but found '>': write '!='", 1, 4),
    "a && b": ("The character '&' has no meaning here: write 'and', or '+' to join texts", 1, 3),
    "a || b": ("The character '|' has no meaning here: write 'or'", 1, 3),
    "!a": ("The character '!' has no meaning here: write not(…), or '!=' for unequal", 1, 1),
    "a % 2": ("The character '%' has no meaning here: write modulo(…, …)", 1, 3),
    "'text'": ("Expected a value but found ''': texts stand in double quotes: \"…\"", 1, 1),
    "a = 'text'": ("Expected a value but found ''': texts stand in double quotes: \"…\"", 1, 5),
    "“text”": ("The character '“' has no meaning here: texts stand in straight double quotes: \"…\"", 1, 1),
    "null()": ("'null' is a value and no function: leave the brackets away", 1, 5),
    "true() and 1": ("'true' is a value and no function: leave the brackets away", 1, 5),
    "a ? 1 : 2": ("Expected the end but found '?': write 'if … then … else …' for a choice", 1, 3),
    "a is null": ("Expected the end but found 'null': write '= null'", 1, 6),
    "i++": ("Expected a value but found '+': FEEL changes no variable", 1, 3),
    "/* no end": ("This comment does not end", 1, 1),
    "{1: 1}": ("Expected a name but found '1'", 1, 2),
    "{a: 1, a: 2}": ("The context has two entries named 'a'", 1, 8),
    '"no end': ("This text in double quotes does not end", 1, 1),
    "`no end": ("This name in back quotes does not end", 1, 1),
    "a § b": ("The character '§' has no meaning here", 1, 3),
    '@"yesterday"': ("Expected a date, time or duration after '@'", 1, 2),
    "@5": ("Expected a date, time or duration in double quotes after '@' but found '5'", 1, 2),
    "[1..5": (
        "Expected ']' or ')' at the end of the range but the text ends: the '[' of line 1, column 1 is not closed",
        1,
        6,
    ),
    "a[": ("Expected a value but the text ends", 1, 3),
    "a.": ("Expected a name but the text ends", 1, 3),
    "1e9999": ("This number is too large", 1, 1),
    "function(a) external {}": ("External functions are not available here", 1, 1),
    'substring(string: "a", 2)': ("Expected a parameter's name and ':' but found '2'", 1, 24),
    "(< 5": ("Expected ')' but the text ends: the '(' of line 1, column 1 is not closed", 1, 5),
    "a between 1 or 2": ("Expected 'and' but found 'or'", 1, 13),
    "": ("Expected a value but the text ends", 1, 1),
    "then": ("Expected a value but found 'then'", 1, 1),
}


@pytest.mark.parametrize(("text", "wanted"), WRONG.items())
def test_a_wrong_text_is_refused_where_it_is_wrong(text, wanted):
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text)

    assert (caught.value.message, caught.value.line, caught.value.column) == wanted
    assert f"line {wanted[1]}, column {wanted[2]}" in str(caught.value)
    assert caught.value.code == "expression-syntax"


def test_a_wrong_cell_is_refused():
    with pytest.raises(FeelSyntaxError):
        compile_tests("1, , 2")
    with pytest.raises(FeelSyntaxError):
        compile_tests("not(1) 2")


def test_all_errors_of_the_language_are_one_family():
    assert issubclass(FeelSyntaxError, FeelError)
    assert issubclass(BudgetExceeded, FeelError)
    assert BudgetExceeded.code == "expression-budget-exceeded"


def test_a_range_may_be_closed_by_an_opening_bracket_only_there():
    for text in ("]1..5[ in 3", "(]1..5[)", "{a: ]1..5[}", "if x in ]1..5[ then 1 else 2"):
        compile_expression(text)
