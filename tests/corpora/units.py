# SPDX-License-Identifier: Apache-2.0
"""Units in comments, by a grammar: atoms, powers, quotients. dhgen has a table of spellings; this parses, so that the two can be held
against each other. A unit is its exponents: metres per second squared is {"m": 1, "s": -2}.
"""
import re

ATOMS = {"metre": "m", "meter": "m", "second": "s", "sec": "s", "msec": "ms", "usec": "us", "microsecond": "us", "millisecond": "ms",
         "nanosecond": "ns", "minute": "min", "hour": "h", "radian": "rad", "degree": "deg", "volt": "V", "ampere": "A", "amp": "A",
         "watt": "W", "joule": "J", "pascal": "Pa", "kilopascal": "kPa", "hertz": "Hz", "newton": "N", "percent": "%", "kelvin": "K",
         "gauss": "gauss", "byte": "B", "kilobyte": "kB", "centimeter": "cm", "centimetre": "cm", "millimeter": "mm",
         "kilometer": "km",
         "millivolt": "mV", "ohm": "Ohm", "celsius": "degC", "celcius": "degC", "rpm": "rpm", "lux": "lx"}
SHORT = set("m cm mm dm km dam s ms us ns min h rad mrad deg V mV A mA mAh Ah W kW J hJ kJ N Nm Hz kHz MHz K Pa hPa kPa mbar degC "
            "mG G g kg mgauss gauss mT % dB dBm B kB KiB MiB MB bit kbit l ml ppm pix lx rpm Ohm".split())


def atom(word):
    if word in SHORT:
        return word
    word = word.lower()
    return ATOMS.get(word) or ATOMS.get(word[:-1] if word.endswith("s") else "")


def times(into, of, power):
    for name, exponent in of.items():
        into[name] = into.get(name, 0) + exponent * power


def split_power(text):
    match = re.match(r"^(.*?)(?:\^|\*\*)(\d)$", text) or re.match(r"^([a-z]+)(2)$", text)
    return (match.group(1), int(match.group(2))) if match else (text, 1)


def parse(text):
    """The exponents, or None: no unit."""
    text = re.sub(r"\s+per\s+", "/", text.strip())
    text = re.sub(r"\s+squared$", "^2", text)
    if re.fullmatch(r"(deg(ree)?s?\s+[Cc]el[sc]ius|\N{DEGREE SIGN}C|degrees? C)", text):
        return {"degC": 1}
    inner, power = split_power(text)
    if inner.startswith("(") and inner.endswith(")") and inner.count("(") == 1:
        unit = parse(inner[1:-1])
        return unit and {name: exponent * power for name, exponent in unit.items()}
    unit = {}
    for i, part in enumerate(re.split(r"/(?![^()]*\))", text)):
        name, power = split_power(part)
        if name.startswith("(") and name.endswith(")"):
            found = parse(name[1:-1])
        elif name in ("Nm", "N m", "N*m"):
            found = {"N": 1, "m": 1}
        else:
            found = {atom(name): 1} if atom(name) else None
        if not found:
            return None
        times(unit, found, power if i == 0 else -power)
    return unit


def brackets(comment):
    """What stands in (...) and [...], with what follows the bracket; brackets inside of others too."""
    for start, char in enumerate(comment):
        if char not in "([":
            continue
        depth = 0
        for end in range(start, len(comment)):
            depth += (comment[end] in "([") - (comment[end] in ")]")
            if depth == 0:
                yield char, comment[start + 1:end], comment[end + 1:]
                break


def in_words(comment):
    """The unit behind "in ": the longest of up to four words."""
    for match in re.finditer(r"(?:^|[ (,\[])in (?:units of )?(?=([^,;.()\[\]]+))", comment):
        words = match.group(1).split(" ")
        for n in range(min(4, len(words)), 0, -1):
            unit = parse(" ".join(words[:n]))
            if unit and " ".join(words[n:]).startswith(("*", "per ")):
                return None
            if unit:
                return unit
    return None


def of_comment(comment):
    """The unit that a comment gives a number for certain; None: none, or two that differ."""
    found = []
    for kind, inner, behind in brackets(comment):
        power = re.match(r"(?:\*\*|\^)2", behind)
        unit = parse(inner) or (parse(inner.split(",")[0]) if kind == "(" else None)
        if unit:
            found.append({name: exponent * 2 for name, exponent in unit.items()} if power else unit)
    if found:
        return found[0] if all(unit == found[0] for unit in found) else None
    return in_words(comment) or (parse(comment.split(",")[-1]) if "," in comment else parse(comment) if " " not in comment else None)
