"""Regular expressions mean what XPath says, and nothing else is one."""

import pytest

from feel import Remark, compile_expression
from tests.feel.asking import ask

FITS = {
    ("a\rb", "a.b"): False,
    ("a\nb", "a.b"): False,
    ("a\nb", "a.b", "s"): True,
    ("a\nb", "^b", "m"): True,
    ("a\nb", "^b"): False,
    ("a\n", "a$"): False,
    ("x", "[A-Z-[OI]]", "i"): True,
    ("o", "[A-Z-[OI]]", "i"): False,
    ("b", "[a-c-[b]]"): False,
    ("c", "[a-c-[b]]"): True,
    ("5", "[0-9-[0-4]]"): True,
    ("-", "[a-]"): True,
    ("hello world", "hello\\ sworld", "x"): True,
    ("hello world", "hello[ ]world", "x"): True,
    ("a]b", "a [\\]] b", "x"): True,
    ("hello", "\\p{ IsBasicLatin}+", "x"): True,
    ("x", "\\p{IsGreek}"): False,
    ("x", "\\P{IsGreek}"): True,
    ("x", "[\\p{IsBasicLatin}]"): True,
    ("x", "\\p{Ll}"): True,
    ("x", "\\P{Ll}"): False,
    ("X", "[\\P{Ll}]"): True,
    ("é", "^\\w$"): True,
    ("_", "\\w"): False,
    ("_", "\\W"): True,
    ("_", "[\\W]"): True,
    ("٣", "\\d"): True,
    ("a", "\\D"): True,
    ("a", "[\\D]"): True,
    ("a b", "a\\sb"): True,
    ("a", "[\\S]"): True,
    ("\u00a0", "\\s"): False,
    ("_a:1", "^\\i\\c+$"): True,
    ("1", "^\\I$"): True,
    ("!", "[^\\c]"): True,
    ("a\tb", "a\\tb"): True,
    ("a$", "a\\$"): True,
    ("abab", "(?:ab)+"): True,
    ("aaa", "^a{2,3}?"): True,
    ("aA", "(a)\\1", "i"): True,
    ("aA", "(a)\\1"): False,
    ("x-ab-ab", "x(-ab)\\1$"): True,
    ("abcbc", "(a)?(bc)\\2"): None,
    ("abba", "(a)(b)\\2\\1$"): True,
    ("(aa", "\\((a)\\1"): True,
    ("KIKI", "[a-z-[aeiou]]", "i"): True,
}
NONE = (
    *("(a|b)\\1", "(a)?\\1", "(a+)\\1", "((a))\\1", "b|(a)\\1", "(a)\\2", "(a)\\11", "(a\\1)", "(a)[\\1]"),
    *(
        "\\0",
        "[a\\0]",
        "\\b",
        "\\",
        "[a",
        "a]",
        "[]]",
        "[]",
        "(?i)a",
        "(?=a)",
        "(",
        "a{1,2000}",
        "\\pL",
        "\\p{Nonsense}",
    ),
    *("[[a]]", "[a-z-[b]c]", "[a-[a]]", "[a-z-[^b]]", "[\\d-[5]]", "[\\I]", "[\\P{IsGreek}]", "a**"),
)


@pytest.mark.parametrize(("given", "wanted"), FITS.items())
def test_a_pattern_fits(given, wanted):
    text, pattern, flags = (*given, None)[:3]

    assert ask("matches(t, p, f)", t=text, p=pattern, f=flags) is wanted


@pytest.mark.parametrize("pattern", NONE)
def test_what_is_no_pattern_of_xpath_is_none_here(pattern):
    for call in ("matches(x, p)", 'replace(x, p, "")', "split(x, p)", "extract(x, p)"):
        warnings: list[Remark] = []

        assert compile_expression(call).evaluate({"x": "abc", "p": pattern}, warnings=warnings) is None
        assert warnings[0].message == "This regular expression cannot be used"


REPLACED = {
    ("abc", "(a)", "$12"): "a2bc",
    ("abcdefghijkl", "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)", "$10$2"): "jbkl",
    ("abc", "b", "[$0]"): "a[b]c",
    ("abc", "b", "\\$\\\\"): "a$\\c",
    ("abc", "b", "$"): None,
    ("abc", "b", "$x"): None,
    ("abc", "b", "\\x"): None,
    ("abc", "b*", "x"): None,
    ("abc", "B", "x", "i"): "axc",
}


@pytest.mark.parametrize(("given", "wanted"), REPLACED.items())
def test_a_text_is_replaced(given, wanted):
    text, pattern, new, flags = (*given, None)[:4]

    assert ask("replace(t, p, n, f)", t=text, p=pattern, n=new, f=flags) == wanted


def test_a_text_is_not_cut_at_nothing():
    assert ask('split("abc", "")') is None
    assert ask('split("abc", "x*")') is None
