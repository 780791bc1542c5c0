"""What the tables of DMN 1.5, 10.3.2 to 10.3.4, say themselves: expressions that are true, by table."""

EXAMPLES: dict[str, str] = {
    "10.3.2.3.7 and .8, durations": r"""
duration("P0DT25H") = duration("P1DT1H")
duration("P0Y13M") = duration("P1Y1M")
string(duration("P0DT25H")) = "P1DT1H"
string(duration("P0Y13M")) = "P1Y1M"
""",
    "10.3.2.5, lists and filters": r"""
[1, 2, 3, 4][item > 2] = [3, 4]
[{x: 1, y: 2}, {x: 2, y: 3}][x = 1] = [{x: 1, y: 2}]
[{x: 1, y: 2}, {x: null, y: 3}][x < 2] = [{x: 1, y: 2}]
[{x: 1, y: 2}, {x: 2, y: 3}].y = [2, 3]
[{x: 1, y: 2}, {x: 2}].y = [2, null]
[1, 2, 3][-1] = 3
[1, 2, 3][4] = null
""",
    "10.3.2.6, contexts": r"""
get entries({key1: "value1"})[key = "key1"].value = ["value1"]
get value({"key 1": 5}, "key 1") = 5
""",
    "Table 42, ranges": r"""
[1..10].start included and [1..10].end included
[1..10].start = 1 and [1..10].end = 10
(1..10].start included = false
(<= 10).start included = false
(<= 10).start = null
(<= 10).end = 10 and (<= 10).end included
(> 1).start = 1
(> 1).start included = false
(> 1).end = null
(> 1).end included = false
""",
    "Table 43, types": r"""
123 instance of number
true instance of boolean
"abc" instance of string
date("2017-01-01") instance of date
["a", "b", "c"] instance of list<string>
["a", true, 123] instance of list<Any>
[1..10) instance of range<number>
(>= @"2019-01-01") instance of range<date>
{name: "Peter", age: 30} instance of context<age: number, name: string>
""",
    "Table 49, if, some and every": r"""
(if true then 1 else 2) = 1
(if null then 1 else 2) = 2
(some n in [] satisfies true) = false
(every n in [] satisfies false) = true
(for i in 0..4 return if i = 0 then 1 else i * partial[-1])[-1] = 24
(for i in [1, 2], j in [3, 4] return i * j) = [3, 4, 6, 8]
""",
    "Tables 50 and 51, three values": r"""
(true and null) = null
(false and null) = false
(null and null) = null
(true or null) = true
(false or null) = null
(null or "a") = null
not(true) = false
not(null) = null
""",
    "Tables 53 and 54, equality and order": r"""
[1, 2] = [1, 2]
{a: 1, b: 2} = {b: 2, a: 1}
[1..3] = [1..3]
([1..3] = [1..3)) = false
1 = 1.000
date("2025-06-09") < date("2025-06-10")
"a" < "ab"
("a" = 1) = null
time("10:00:00Z") = time("12:00:00+02:00")
""",
    "Table 55, between and in": r"""
5 between 1 and 10
5 in (<= 5)
(5 in (< 5)) = false
5 in (1..10)
5 in [5..10)
(5 in (5..10]) = false
5 in [1, 5]
5 in ([1..3], [4..6])
""",
    "Tables 57 to 60, arithmetic": r"""
@"2025-06-10" + @"P1D" = @"2025-06-11"
@"2025-06-10" + @"P1M" = @"2025-07-10"
@"2025-12-10" + @"P1Y2M" = @"2027-02-10"
@"2025-06-10T10:00:00Z" - @"2025-06-10" = @"PT10H"
@"23:00:00" + @"PT2H" = @"01:00:00"
@"P1Y" + @"P2M" = @"P1Y2M"
"foo" + "bar" = "foobar"
@"P1D" * 2 = @"P2D"
2 * @"P1Y" = @"P2Y"
@"P1D" / @"PT12H" = 2
@"P2Y" / @"P1Y" = 2
@"P1D" / 0 = null
1 / 0 = null
2 ** 10 = 1024
2 ** 1000000000 = null
-@"P1D" = @"-P1D"
""",
    "Table 63, arguments by name that are left out": r"""
(function(a, b) [a, b])(a: 1) = [1, null]
(function(a, b) b = null)(a: 1)
""",
    "Table 61, types": r"""
[123] instance of list<number>
(123 instance of string) = false
(null instance of Any) = false
null instance of Null
""",
    "Tables 65 to 67, properties": r"""
date("2025-06-10").weekday = 2
@"10:30:15.5".second = 15.5
@"10:30:00+02:00".time offset = @"PT2H"
@"10:30:00".time offset = null
@"2025-06-10T10:00:00@Europe/Paris".timezone = "Europe/Paris"
@"P1Y2M".months = 2
@"P1Y2M".days = null
@"P1DT2H".hours = 2
@"P1DT2H".years = null
[1..5).end included = false
""",
    "Table 68, filters of what is no list": r"""
5[1] = 5
5[item > 3] = [5]
5[item > 6] = []
""",
    "Table 72, conversions": r"""
date("2012-12-25") - date("2012-12-24") = duration("P1D")
date(date and time("2012-12-25T11:00:00Z")) = date("2012-12-25")
date(2012, 12, 25) = date("2012-12-25")
date and time("2012-12-24T23:59:00") = date and time(date("2012-12-24"), time("23:59:00"))
date and time("2012-12-24T23:59:00") + duration("PT1M") = date and time("2012-12-25T00:00:00")
time(date and time("2012-12-25T11:00:00Z")) = time("11:00:00Z")
time("23:59:00z") = time(23, 59, 0, duration("PT0H"))
time("23:59:00z") + duration("PT2M") = time("00:01:00@Etc/UTC")
number("1 000,0", " ", ",") = number("1,000.0", ",", ".")
string(1.1) = "1.1"
string(null) = null
date and time("2012-12-24T23:59:00") - date and time("2012-12-22T03:45:00") = duration("P2DT20H14M")
duration("P2Y2M") = duration("P26M")
years and months duration(date("2011-12-22"), date("2013-08-24")) = duration("P1Y8M")
range("[18..21)") = [18..21)
range("[2..)").start = 2
range("(..2)").end = 2
range("") = null
range("[..]") = null
""",
    "Table 74, strings": r"""
substring("foobar", 3) = "obar"
substring("foobar", 3, 3) = "oba"
substring("foobar", -2, 1) = "a"
substring("\U01F40Eab", 2) = "ab"
string length("foo") = 3
string length("\U01F40Eab") = 3
upper case("aBc4") = "ABC4"
lower case("aBc4") = "abc4"
substring before("foobar", "bar") = "foo"
substring before("foobar", "xyz") = ""
substring after("foobar", "ob") = "ar"
substring after("", "a") = ""
replace("banana", "a", "o") = "bonono"
replace("abcd", "(ab)|(a)", "[1=$1][2=$2]") = "[1=ab][2=]cd"
contains("foobar", "of") = false
starts with("foobar", "fo")
ends with("foobar", "r")
matches("foobar", "^fo*b")
split("John Doe", "\s") = ["John", "Doe"]
split("a;b;c;;", ";") = ["a", "b", "c", "", ""]
string join(["a", "b", "c"], "_and_") = "a_and_b_and_c"
string join(["a", "b", "c"], "") = "abc"
string join(["a", "b", "c"], null) = "abc"
string join(["a"], "X") = "a"
string join(["a", null, "c"], "X") = "aXc"
string join([], "X") = ""
string join(["a", null, "c"]) = "ac"
string join([]) = ""
""",
    "Table 75, lists": r"""
list contains([1, 2, 3], 2)
count([1, 2, 3]) = 3
count([]) = 0
count([1, [2, 3]]) = 2
min([1, 2, 3]) = 1
max(1, 2, 3) = 3
min(1) = min([1])
max([]) = null
sum([1, 2, 3]) = 6
sum(1) = 1
sum([]) = null
mean([1, 2, 3]) = 2
mean([]) = null
all([false, null, true]) = false
all([]) = true
all(0) = null
any([false, null, true]) = true
any([]) = false
any(0) = null
sublist([4, 5, 6], 1, 2) = [4, 5]
append([1], 2, 3) = [1, 2, 3]
concatenate([1, 2], [3]) = [1, 2, 3]
insert before([1, 3], 1, 2) = [2, 1, 3]
remove([1, 2, 3], 2) = [1, 3]
list replace([2, 4, 7, 8], 3, 6) = [2, 4, 6, 8]
list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5) = [5, 5, 7, 8]
reverse([1, 2, 3]) = [3, 2, 1]
index of([1, 2, 3, 2], 2) = [2, 4]
union([1, 2], [2, 3]) = [1, 2, 3]
distinct values([1, 2, 3, 2, 1]) = [1, 2, 3]
flatten([[1, 2], [[3]], 4]) = [1, 2, 3, 4]
product([2, 3, 4]) = 24
product([]) = null
median(8, 2, 5, 3, 4) = 4
median([6, 1, 2, 3]) = 2.5
median([]) = null
stddev(2, 4, 7, 5) = 2.081665999466132735282297706979931
stddev([47]) = null
stddev([]) = null
mode(6, 3, 9, 6, 6) = [6]
mode([6, 1, 9, 6, 1]) = [1, 6]
mode([]) = []
""",
    "Table 76, numbers": r"""
decimal(1/3, 2) = .33
decimal(1.5, 0) = 2
decimal(2.5, 0) = 2
floor(1.5) = 1
floor(-1.56, 1) = -1.6
ceiling(1.5) = 2
ceiling(-1.56, 1) = -1.5
round up(5.5, 0) = 6
round up(-5.5, 0) = -6
round up(1.121, 2) = 1.13
round up(-1.126, 2) = -1.13
round down(5.5, 0) = 5
round down(-5.5, 0) = -5
round down(-1.126, 2) = -1.12
round half up(5.5, 0) = 6
round half up(-5.5, 0) = -6
round half up(1.121, 2) = 1.12
round half up(-1.126, 2) = -1.13
round half down(5.5, 0) = 5
round half down(-5.5, 0) = -5
round half down(1.121, 2) = 1.12
round half down(-1.126, 2) = -1.13
abs(-10) = 10
abs(@"-PT5H") = @"PT5H"
modulo(12, 5) = 2
modulo(-12, 5) = 3
modulo(12, -5) = -3
modulo(-12, -5) = -2
modulo(10.1, 4.5) = 1.1
modulo(-10.1, 4.5) = 3.4
modulo(10.1, -4.5) = -3.4
modulo(-10.1, -4.5) = -1.1
sqrt(16) = 4
decimal(log(10), 11) = 2.30258509299
decimal(exp(5), 12) = 148.413159102577
odd(5) and not(odd(2))
even(2) and not(even(5))
""",
    "Table 77, is": r"""
is(date("2012-12-25"), time("23:00:50")) = false
is(date("2012-12-25"), date("2012-12-25"))
is(time("23:00:50z"), time("23:00:50")) = false
is(time("23:00:50z"), time("23:00:50+00:00"))
""",
    "Table 78, ranges": r"""
before(1, 10) and not(before(10, 1))
before(1, [1..10]) = false
before(1, (1..10]) and before(1, [5..10])
before([1..10], 10) = false
before([1..10), 10) and before([1..10], 15)
before([1..10], [15..20]) and not(before([1..10], [10..20]))
before([1..10), [10..20]) and before([1..10], (10..20])
after(10, 5) and not(after(5, 10))
after(12, [1..10]) and after(10, [1..10)) and not(after(10, [1..10]))
after([11..20], 10) and after((11..20], 11) and not(after([11..20], 11))
after([11..20], [1..10]) and not(after([1..10], [11..20]))
after([11..20], [1..11)) and after((11..20], [1..11])
meets([1..5], [5..10]) and not(meets([1..5), [5..10]))
meets([1..5], (5..10]) = false
met by([5..10], [1..5]) and not(met by((5..10], [1..5]))
overlaps([1..5], [3..8]) and overlaps([1..8], [3..5])
overlaps([1..5], [6..8]) = false
overlaps([1..5], [5..8]) and not(overlaps([1..5], (5..8]))
overlaps([5..8], [1..5)) = false
overlaps before([1..5], [3..8]) and not(overlaps before([1..5], [6..8]))
overlaps before([1..5), (1..5]) and overlaps before([1..5], (1..5])
overlaps before([1..5), [1..5]) = false
overlaps after([3..8], [1..5]) and not(overlaps after([6..8], [1..5]))
overlaps after((1..5], [1..5)) and overlaps after((1..5], [1..5])
overlaps after([1..5], [1..5]) = false
finishes(10, [1..10]) and not(finishes(10, [1..10)))
finishes([5..10], [1..10]) and not(finishes([5..10), [1..10]))
finishes((1..10], [1..10])
finished by([1..10], 10) and not(finished by([1..10), 10))
finished by([1..10], (1..10]) and not(finished by([1..10], [5..10)))
includes([1..10], 5) and not(includes([1..10], 12))
includes((1..10], 1) = false
includes((1..10], (1..5]) and includes([1..10], (1..10))
during(5, [1..10]) and not(during(1, (1..10]))
during([4..6], [1..10]) and during([1..10), [1..10])
starts(1, [1..10]) and not(starts(1, (1..10]))
starts([1..5], [1..10]) and not(starts((1..5], [1..10]))
started by([1..10], 1) and not(started by((1..10], 1))
started by([1..10], [1..10)) and not(started by([1..10], (1..5]))
coincides(5, 5) and not(coincides(3, 4))
coincides([1..5], [1..5]) and not(coincides((1..5), [1..5]))
""",
    "Table 79, days and weeks": r"""
day of year(date(2019, 9, 17)) = 260
day of week(date(2019, 9, 17)) = "Tuesday"
month of year(date(2019, 9, 17)) = "September"
week of year(date(2019, 9, 17)) = 38
week of year(date(2003, 12, 29)) = 1
week of year(date(2004, 1, 4)) = 1
week of year(date(2005, 1, 1)) = 53
week of year(date(2005, 1, 3)) = 1
week of year(date(2005, 1, 9)) = 1
""",
    "Table 80, sort": r"""
sort(list: [3, 1, 4, 5, 2], precedes: function(x, y) x < y) = [1, 2, 3, 4, 5]
""",
    "Table 81, contexts": r"""
get value({key1: "value1"}, "key1") = "value1"
get value({key1: "value1"}, "unexistent-key") = null
get entries({key1: "value1", key2: "value2"}) = [{key: "key1", value: "value1"}, {key: "key2", value: "value2"}]
context([{key: "a", value: 1}, {key: "b", value: 2}]) = {a: 1, b: 2}
context([{key: "a", value: 1}, {key: "b", value: 2, something: "else"}]) = {a: 1, b: 2}
context([{key: "a", value: 1}, {key: "b"}]) = null
context put({x: 1}, "y", 2) = {x: 1, y: 2}
string(context put({x: 1, y: 0, z: 0}, "y", 2)) = "{x: 1, y: 2, z: 0}"
context put({x: 1}, ["y"], 2) = context put({x: 1}, "y", 2)
context put({x: 1, y: {a: 0}}, ["y", "a"], 2) = {x: 1, y: {a: 2}}
context put({x: 1, y: {a: 0}}, [], 2) = null
context merge([{x: 1}, {y: 2}]) = {x: 1, y: 2}
context merge([{x: 1, y: 0}, {y: 2}]) = {x: 1, y: 2}
""",
}
