"""Questions by hand on which both languages agree: what generated ones reach rarely. Names: grammar.NAMES."""

VECTORS = tuple(
    line
    for line in r"""
concatenate([1], 2)
append([1], [2])
{a: 1, "b c": 2}["b c"]
{a: 1}.b
[{a: 1}, {b: 2}].a
[1,2,3][item = 2 or item = 3]
[1,2,3][true]
[1,2,3][false]
[[1,2],[3]][1][2]
5[1]
5[2]
5[item > 3]
"abc"[1]
"abc"[0]
[1,2,3][-1]
[1,2,3][-4]
[1,2,3][0]
[1,2,3][1.5]
[[1],[2]][item[1] = 2]
[1,2,3,4][item > 1][item < 4]
[{item: 1}, {item: 2}][item = 1]
[{item: 1}, {item: 2}][item.item = 1]
[{a: 1, b: 2}, {a: 2, b: 3}][a = 2].b
[{a: 1}, {a: null}][a = null]
rows[n = 1].t
rows[1].t
rows.n[1]
items[item > 2][1]
{a: [1,2]}.a[1]
{a: {b: [1, {c: 2}]}}.a.b[2].c
person.m.k
full name
full name + "!"
risk + tally
missing
missing = null
missing != true
nothing = missing
if null then 1 else 2
{a: 1} = {a: 1.0}
{a: 1, b: 2} = {b: 2, a: 1}
{a: 1} = {a: "1"}
[1, "a"] = [1, 1]
[1,2,3] = [1,2]
[] = null
[null] = null
{} = null
null != null
null != 1
1 != "1"
date("2025-06-10") = date and time("2025-06-10T00:00:00")
date("2025-06-10") < date and time("2025-06-10T01:00:00")
date and time("2025-06-10T10:00:00Z") = date and time("2025-06-10T12:00:00+02:00")
time("10:00:00Z") = time("12:00:00+02:00")
@"2025-06-10T10:00:00@Europe/Paris" = @"2025-06-10T08:00:00Z"
@"P1Y" = @"P12M"
@"P1D" = @"PT24H"
string(@"P1Y")
string(1.50)
string(10**20)
string([1,"a",null,true])
string({a: "x", b: [1]})
string(null)
string(@"PT90M")
string(@"P1DT25H")
string(@"PT1.500S")
string(@"2025-06-10T10:00:00.100Z")
string(date and time("2025-06-10T10:00:00@Europe/Paris"))
number("1.000,5", ".", ",")
number("1,000.5", ",", ".")
number("1 000", " ", null)
substring("foobar", -2)
substring("foobar", -2, 1)
substring("foobar", 3, 3.8)
substring("😀x", 2)
replace("abc", "(a)(b)", "$2$1")
replace("a.b", "\.", "-")
replace("abracadabra", "a.*?a", "*")
replace("abc", "b", "$0$0")
matches("abc", "ABC", "i")
matches("a b", "a\sb")
matches("a\nb", "a.b", "s")
matches("a\nb", "a.b")
split("John Doe", "\s")
split("a;b;c;;", ";")
split("", ",")
upper case("ß")
lower case("İ")
substring before("foobar", "")
substring after("foobar", "")
substring after("", "a")
"a" + null
1 + "a"
"a" + ["b"]
[1] + [2]
-"a"
-null
not(1)
all([])
all(null)
all([true, null])
any([])
any([false, null])
count(null)
count([])
min([])
sum([])
mean([])
median([])
stddev([2,4,7,5])
stddev([47])
mode([])
mode([6, 1, 9, 6, 1])
product([2, 3, 4])
floor(-1.56, 1)
ceiling(-1.5)
decimal(2.5, 0)
decimal(1.115, 2)
round half up(-5.5, 0)
round half down(5.5, 0)
modulo(10.1, 4.5)
modulo(-10.1, 4.5)
modulo(4, -3)
modulo(10, 0)
sqrt(-1)
log(0)
2 ** 0.5
2 ** -1
2 ** 3 ** 2
-2 ** 2
--1
2 - -1
1/3*3
0.1 + 0.2
insert before([1,3], 1, 2)
remove([1,2,3], 2)
index of([1,2,3,2], 2)
index of([1,null,2], null)
list contains([1,2,null], null)
list contains([1,2], [1])
distinct values([1,2,null,2,1,null])
flatten([[1,2],[[3]], 4])
sort([3,1,4,5,2], function(x,y) x < y)
sort([{n:2},{n:1}], function(a,b) a.n < b.n)
list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5)
string join(["a",null,"c"], "X")
string join(["a"], null)
before([1..5), [5..10])
meets([1..5], [5..10])
overlaps([5..8], [3..7])
null instance of Any
null instance of Null
[] instance of list<string>
{a: 1, b: 2} instance of context<a: number>
@"P1M" instance of days and time duration
for i in 1..3, j in i..3 return j
for i in [1,2], j in ["a","b"] return j
for i in 0..4 return if i = 0 then 1 else i * partial[-1]
for x in [3,2,1] return for y in 1..x return y
for x in null return x
for x in [] return x
for i in (1..3) return i
some x in [1,2], y in [2,3] satisfies x = y
some x in null satisfies true
every x in [] satisfies false
{f: function(x, y) x + y}.f(y: 1, x: 2)
{f: function(n) if n <= 1 then 1 else n * f(n - 1), r: f(5)}.r
{a: function(x) x * 2, b: a(3)}.b
(function(a) a)(b: 1)
@"2025-06-10T10:00:00@Europe/Paris".timezone
@"2025-06-10T10:00:00+02:00".time offset
@"PT10H30M".hours
day of week(date("2019-09-17"))
week of year(date(2003,12,29))
week of year(date(2005,1,1))
date and time(date("2012-12-24"), time("23:59:00"))
time("23:59:00") + duration("PT2M")
@"2025-01-31" + @"P1M"
@"2024-02-29" + @"P1Y"
@"2024-03-31" - @"P1M"
@"2025-03-30T01:30:00@Europe/Paris" + @"PT1H"
@"P1Y2M" + @"P3M"
@"P1D" + @"P1M"
time(@"2025-06-10T10:00:00+02:00")
date(@"2025-06-10T23:00:00-05:00")
date(2025, 2, 30)
time(25, 0, 0)
1 in [1,2,3]
5 in (> 5)
5 in >= 5
"b" in ["a".."c"]
null in [1, null]
null in [1..2]
5 in ([1..3], [4..6])
5 in [[1..3], [4..6]]
[1,2] in [[1,2],[3]]
is(1, 1.0)
is(@"2012-12-25", @"23:00:50")
context merge([{a: 1}, {a: 2, b: 3}])
get entries({a: 1})
"\u{1F600}"
"\U01F600"
"\uD83D\uDE00"
/* c */ 1 // d
1 between 1 and 2 and true
null between 1 and 2
not(true) or true
a.b.c
1..3
if true then 1
for x in [1] x
[1,2
"abc
1 2
{a 1}
[1,,2]
f(
""".splitlines()
    if line
)
