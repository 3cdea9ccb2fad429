#!/usr/bin/env python3
"""check_numbers.py BINARY: what the program prints of numbers against an independent reckoning.

BINARY is build/numbers, which runs lines `value format` through the program's own formatters. Compared are
100,000 random values with decimal.Decimal, rounded half away from zero; the figure that Excel shows of each with
the one on the page; the readings of tests/readings.txt, written by hand; and words read back to numbers by a
reader of its own that refuses every slip (mốt, tư, lăm, linh, mươi, không trăm)."""
import os
import random
import re
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal, getcontext

HERE = os.path.dirname(os.path.abspath(__file__))
VALUES = 100000
SEED = 5
UNIT = "hồ sơ"
getcontext().prec = 400

SCALED = {"tien": (1, "đồng"), "nghin": (10**3, "nghìn"), "trieu_dong": (10**6, "triệu đồng"),
          "ty_dong": (10**9, "tỷ đồng")}


def run(binary, lines):
    done = subprocess.run([binary], input="\n".join(lines) + "\n", capture_output=True, text=True)
    if done.returncode or done.stderr:
        sys.exit("numbers: the driver failed: %d %s" % (done.returncode, done.stderr))
    answers = done.stdout.split("\n")[:-1]
    if len(answers) != len(lines):
        sys.exit("numbers: %d answers to %d lines" % (len(answers), len(lines)))
    return answers


# ---- what should be printed --------------------------------------------------------------------


def group(digits, dot):
    return re.sub(r"(?<=\d)(?=(?:\d{3})+$)", dot, digits)


def fixed(x, digits):
    """x with that many decimals; a zero has no sign."""
    q = x.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    whole, _, rest = format(abs(q), "f").partition(".")
    return ("-" if q < 0 else "") + group(whole, ".") + ("," + rest if rest else "")


def needed(x):
    """As many decimals as x has, at most six."""
    s = fixed(x, 6).rstrip("0").rstrip(",")
    return "0" if s in ("-0", "") else s


class Value:
    """What one value of the data is: typed with % or not, with so many decimals."""

    def __init__(self, text):
        terms = [self.term(t) for t in text.split("+")]
        self.text = text
        self.computed = len(terms) > 1
        self.x = sum(t[0] for t in terms)
        self.digits = max(t[1] for t in terms)
        self.percent = text.endswith("%")

    @staticmethod
    def term(t):
        bare = t.rstrip("%").replace(".", "").replace(",", ".")
        _, _, decimals = bare.partition(".")
        return Decimal(bare) / (100 if t.endswith("%") else 1), len(decimals)

    def percent_digits(self):
        return self.digits if self.percent or self.computed else max(self.digits - 2, 0)


def expected(v, chain):
    """The text, None when the program must refuse; then the number that the cell holds, None for text."""
    spec, _, unit = chain.partition(" | ")
    if chain == "don_vi":
        spec, unit = "", "don_vi"
    name, _, n = spec.partition(" ")
    n, x = int(n) if n else None, v.x
    if name == "":
        if v.percent:
            text = fixed(x * 100, v.digits) + "%"
        elif re.fullmatch(r"0|[1-9]\d{0,3}", v.text):
            text = v.text
        else:
            text = fixed(x, v.digits)
    elif name == "so":
        text = fixed(x, v.digits if n is None else n)
    elif name == "phan_tram":
        text = fixed(x * 100, v.percent_digits() if n is None else n) + "%"
    elif name == "dem":
        text = "0%d" % x if x in range(1, 10) else needed(x)
    else:
        by, word = SCALED[name]
        if v.percent:
            return None, None
        x = x / by
        text = (needed(x) if n is None else fixed(x, n)) + " " + word
    return text + (" " + UNIT if unit else ""), x


def excel(number, form):
    """What Excel shows of a number in a format, with the signs of Vietnamese."""
    x = Decimal("%.15g" % float(number))
    sections = re.findall(r'(?:"[^"]*"|\\.|[^;"])+', form)
    sign = "-" if x < 0 else ""
    if x < 0 and len(sections) > 1:
        form, sign = sections[1], ""
    else:
        form = sections[0]
    m = re.fullmatch(r'(#,##0|0+)(?:\.(0+))?(%?)((?:"[^"]*"|\\.)*)', form)
    if not m:
        return "a format that is not known: " + form
    whole, decimals, percent, literal = m.groups()
    q = abs(x * 100 if percent else x).quantize(Decimal(1).scaleb(-len(decimals or "")), ROUND_HALF_UP)
    head, _, tail = format(q, "f").partition(".")
    head = group(head, ".") if "," in whole else head.zfill(len(whole))
    return sign + head + ("," + tail if tail else "") + percent + re.sub(r'"|\\', "", literal)


# ---- random values -----------------------------------------------------------------------------


def typed(rng, x, grouped):
    whole, _, decimals = format(abs(x), "f").partition(".")
    if grouped:
        whole = group(whole, ".")
    return ("-" if x.is_signed() else "") + whole + ("," + decimals if decimals else "")


def magnitude(rng):
    """A whole number of 1 to 25 digits, each length as likely; most have at most 12."""
    n = rng.choice([1, 1, 2, 3, 3, 4, 4, 5, 6, 7, 8, 9, 10, 11, 12, rng.randint(13, 25)])
    return rng.randrange(10 ** (n - 1) if n > 1 else 0, 10**n)


def value(rng):
    kind = rng.randrange(6)
    sign = rng.choice([1, 1, 1, -1])
    if kind == 0:
        x = Decimal(sign * magnitude(rng))
    elif kind in (1, 5):
        d = rng.randint(1, 8)
        x = Decimal(sign * (magnitude(rng) * 10**d + rng.randrange(10**d))).scaleb(-d)
    elif kind == 2:  # half of the last digit printed: 2,5 0,125 1,00005
        d = rng.randint(0, 4)
        x = Decimal(sign * (rng.randrange(10 ** rng.randint(1, 7)) * 10 + 5)).scaleb(-d - 1)
    elif kind == 3:
        d = rng.randint(0, 5)
        x = Decimal(sign * rng.randrange(10 ** (d + rng.randint(1, 4)))).scaleb(-d)
        return typed(rng, x, rng.random() < 0.5) + "%", kind
    else:  # a half of thousands, millions, milliards
        d = rng.choice([2, 3, 5, 6, 8, 9])
        x = Decimal(sign * (rng.randrange(10**5) * 10 + 5) * 10 ** (d - 1))
    text = typed(rng, x, rng.random() < 0.5)
    if kind == 5:
        more = [typed(rng, Decimal(rng.randrange(10**6)).scaleb(-rng.randint(0, 6)), False)
                for _ in range(rng.randint(1, 3))]
        text = "+".join([text] + more)
    return text, kind


def chain(rng, kind):
    name = rng.choice(["", "", "so", "so", "phan_tram", "dem", "tien", "nghin", "trieu_dong", "ty_dong"])
    if kind == 3 and rng.random() < 0.6:
        name = rng.choice(["", "phan_tram"])
    if name in ("", "dem") or rng.random() < 0.2:
        spec = name
    else:
        spec = "%s %d" % (name, rng.choice([0, 1, 2, 3, 4, 4, rng.randint(5, 10)]))
    if name in ("tien", "trieu_dong", "ty_dong") or rng.random() < 0.8:
        return spec
    return spec + " | don_vi" if spec else "don_vi"


def check_values(binary, failures):
    rng = random.Random(SEED)
    cases = [("0,1+0,2", ""), ("0,1+0,2", "so 1"), ("2,5", "so 0"), ("0,125", "so 2"), ("-2,5", "so 0"),
             ("-0,00", ""), ("0", "dem"), ("999999,5", "so 0"), ("1056000000", "ty_dong")]
    while len(cases) < VALUES:
        text, kind = value(rng)
        cases.append((text, chain(rng, kind)))
    shown = 0
    for (text, form), got in zip(cases, run(binary, ["%s %s" % c for c in cases])):
        want, cell = expected(Value(text), form)
        printed, number, excels = got.split("\t") if not got.startswith("!") else (None, "", "")
        if printed != want:
            failures.append("%s | %s is %r, not %r" % (text, form, got, want))
        elif number:
            shown += 1
            if excel(number, excels) != printed:
                failures.append("%s | %s is %r, in Excel %r" % (text, form, printed, excel(number, excels)))
        elif want is not None:
            figure = re.match("[-0-9.,]*", want).group(0)
            decimals = len(figure.partition(",")[2]) + (2 if "%" in want else 0)
            if fixed(Decimal("%.15g" % float(cell)), decimals) == fixed(cell, decimals):
                failures.append("%s | %s is text in the workbook" % (text, form))
    print("numbers: %d values as reckoned, %d of them figures of the workbook" % (len(cases), shown))
    return len(cases) + shown


# ---- words -------------------------------------------------------------------------------------

DIGIT = {w: i for i, w in enumerate("không một hai ba bốn năm sáu bảy tám chín".split())}


class Reader:
    """Words to a number; ValueError for words that nobody would say."""

    def __init__(self, words):
        self.word = words.split(" ")
        self.i = 0

    def peek(self):
        return self.word[self.i] if self.i < len(self.word) else None

    def take(self, *allowed):
        if self.peek() in allowed:
            self.i += 1
            return True
        return False

    def need(self, ok):
        if not ok:
            raise ValueError("at word %d of “%s”" % (self.i + 1, " ".join(self.word)))

    def digit(self):
        w = self.peek()
        self.need(w in DIGIT)
        self.i += 1
        return DIGIT[w]

    def below_hundred(self):
        if self.take("mười"):
            tens = 1
        else:
            tens = self.digit()
            self.need(tens > 0)
            if not self.take("mươi"):
                return tens
            self.need(tens > 1)
        if tens > 1 and self.take("mốt"):
            return tens * 10 + 1
        if tens > 1 and self.take("tư"):
            return tens * 10 + 4
        if self.take("lăm"):
            return tens * 10 + 5
        if self.peek() not in DIGIT:
            return tens * 10
        ones = self.digit()
        self.need(ones not in ((0, 1, 4, 5) if tens > 1 else (0, 5)))
        return tens * 10 + ones

    def below_thousand(self, first):
        """Behind something the hundreds are always said."""
        start = self.i
        if self.peek() in DIGIT:
            hundreds = self.digit()
            if self.take("trăm"):
                self.need(hundreds > 0 or not first)
                if self.take("linh"):
                    ones = self.digit()
                    self.need(ones > 0)
                    return hundreds * 100 + ones
                if self.peek() in DIGIT or self.peek() == "mười":
                    rest = self.below_hundred()
                    self.need(rest >= 10)
                    return hundreds * 100 + rest
                self.need(hundreds > 0)
                return hundreds * 100
            self.i = start
        self.need(first)
        return self.below_hundred()

    def whole(self):
        if self.word[self.i :] == ["không"]:
            self.i += 1
            return 0
        total, block, first, last, last_block = 0, 0, True, 9, 3
        while self.peek() not in (None, "phẩy"):
            if self.peek() == "tỷ":
                self.need(block > 0)
            else:
                part = self.below_thousand(first)
                power = 6 if self.take("triệu") else 3 if self.take("nghìn") else 0
                self.need(power < last)
                block += part * 10**power
                first, last = False, power
            if self.take("tỷ"):
                rank = 2 if self.take("tỷ") else 1
                self.need(rank < last_block)
                total += block * 10 ** (9 * rank)
                block, last, last_block = 0, 9, rank
        return total + block

    def decimals(self):
        zeros = 0
        while self.take("không"):
            zeros += 1
        rest = self.word[self.i :]
        if len(rest) > 3 and all(w in DIGIT for w in rest):
            self.i = len(self.word)
            return "0" * zeros + "".join(str(DIGIT[w]) for w in rest)
        part = self.below_thousand(True)
        return "0" * zeros + str(part)

    def number(self):
        minus = self.take("âm")
        if "phẩy" in self.word:
            cut = self.word.index("phẩy")
            whole = Reader(" ".join(self.word[self.i : cut])).whole()
            self.i = cut + 1
            text = "%d.%s" % (whole, self.decimals())
        else:
            text = str(self.whole())
        self.need(self.peek() is None)
        return -Decimal(text) if minus else Decimal(text)


def read_back(words):
    try:
        return Reader(words).number()
    except ValueError as e:
        return str(e)


def ordinal_back(words):
    if words in ("thứ nhất", "thứ tư"):
        return Decimal(1 if words == "thứ nhất" else 4)
    if words in ("thứ một", "thứ bốn") or not words.startswith("thứ "):
        return "no ordinal: " + words
    return read_back(words[4:])


def check_readings(binary, failures):
    pairs = []
    for n, line in enumerate(open(os.path.join(HERE, "readings.txt"), encoding="utf-8"), 1):
        line = line.rstrip("\n")
        if line and not line.startswith("#"):
            if line.count("\t") != 1:
                sys.exit("readings.txt:%d: wants a number, a tab, its words" % n)
            pairs.append(line.split("\t"))
    answers = run(binary, [number + " bang_chu" for number, _ in pairs])
    for (number, words), got in zip(pairs, answers):
        if got.split("\t")[0] != words:
            failures.append("%s reads %r, not %r" % (number, got, words))
        percent = words.endswith(" phần trăm")
        back = read_back(words[: -len(" phần trăm")] if percent else words)
        if back != Value(number).x * (100 if percent else 1):
            failures.append("%s in readings.txt reads back as %s" % (number, back))
    print("numbers: %d readings written by hand" % len(pairs))
    return 2 * len(pairs)


def check_round_trip(binary, failures):
    rng = random.Random(SEED)
    whole = list(range(1, 100001))
    for _ in range(5000):
        n = rng.randint(1, 18)
        x = rng.randrange(10 ** (n - 1), 10**n)
        if rng.random() < 0.5:  # with groups of zeros
            x -= x % 10 ** (3 * rng.randint(0, (n - 1) // 3))
            x += rng.choice([0, 0, 1, 4, 5, 10, 14, 15, 21, 105]) if n > 3 else 0
        whole.append(x)
    whole += [10**n + d for n in range(1, 19) for d in (-1, 0, 1) if 10**n + d <= 10**18]
    rest = []
    for _ in range(5000):
        d = rng.randint(1, 7)
        x = Decimal(rng.randrange(10 ** (rng.randint(0, 6) + d))).scaleb(-d)
        rest.append(-x if rng.random() < 0.5 else x)
    numbers = [Decimal(x) for x in whole] + rest
    answers = run(binary, [typed(rng, x, True) + " bang_chu" for x in numbers])
    for x, got in zip(numbers, answers):
        back = read_back(got.split("\t")[0])
        if back != x:
            failures.append("%s in words is %r, which reads back as %s" % (x, got, back))
    ordinals = range(1, 2001)
    for x, got in zip(ordinals, run(binary, ["%d thu_tu" % x for x in ordinals])):
        if ordinal_back(got.split("\t")[0]) != x:
            failures.append("the ordinal of %d is %r" % (x, got))
    print("numbers: %d words read back, %d ordinals" % (len(numbers), len(ordinals)))
    return len(numbers) + len(ordinals)


def main():
    binary, failures = os.path.abspath(sys.argv[1]), []
    done = sum(check(binary, failures) for check in (check_values, check_readings, check_round_trip))
    for f in failures[:50]:
        print("numbers: " + f)
    print("numbers: %d passed, %d failed" % (done - len(failures), len(failures)))
    return 1 if failures or not done else 0


if __name__ == "__main__":
    sys.exit(main())
