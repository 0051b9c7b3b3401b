#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every sentence about trust that src can say stands in tests/sentences.md, with its tests."""
import os
import re
import unittest

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")

STRING = r'"(?:\\.|[^"\\\n])*"'
STRINGS = re.compile(rf"{STRING}(?:\s*{STRING})*")
# What is said by these; and marks. Text that only passes through ("%s") is made elsewhere.
SPEAKS = re.compile(r"\b(?:hp_record_add_note|hp_log_warning|hp_error_add_advice|hp_import_note|hp_ensemble_note)\(")
MARK = re.compile(r"undetermined: |NOT converged|not known|no pulls")
FAILS = re.compile(r"\.fails = (?=\")")
PASSED_ON = {"%s", "%.*s"}
DEFINED_IN = {"facts.c", "log.c", "error.c", "import_plan.c",
              "ensemble_note.c"}
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)


def joined(strings):
    """The text of adjacent string literals."""
    parts = re.findall(r'"((?:\\.|[^"\\\n])*)"', strings)
    return "".join(parts).replace('\\"', '"')


def read_files(folder, suffixes):
    """Texts without comments, by file name, which occurs once; folder/file by name too."""
    files = {}
    for where, _, names in os.walk(os.path.join(TOP, folder)):
        for name in names:
            if name.endswith(suffixes):
                with open(os.path.join(where, name), encoding="utf-8") as file:
                    text = file.read()
                if not name.endswith(".py"):
                    text = COMMENT.sub(" ", text)
                files.setdefault(name, []).append(text)
    return files


def sentences_of(text):
    """The first literal of each call that speaks after the parts of a note, reasons, marks."""
    found = []
    for call in SPEAKS.finditer(text):
        first = call.end()
        parts = re.compile(r"[^;\"]*?\(hp_note\)\{[^}]*\}").match(text, first)
        literal = STRINGS.search(text, parts.end() if parts else first)
        found.append(joined(literal.group(0)))
    found += [joined(STRINGS.match(text, m.end()).group(0)) for m in FAILS.finditer(text)]
    literals = [joined(m.group(0)) for m in STRINGS.finditer(text)]
    return found + [literal for literal in literals if MARK.search(literal)]


def function_of(text, name):
    """The body of a test that is run, or None."""
    start = re.search(rf"^static void {name}\(void \*\*state\) \{{$", text, re.M)
    if start is None or not re.search(rf"_test\({name}\)", text):
        return None
    return text[start.end():text.index("\n}\n", start.end())]


def pattern_of(words):
    """Words as they come out: what a format prints may be anything short."""
    parts = re.split(r"%[-+ 0-9.]*[a-z]+", words)
    return re.compile("(?:.{1,40}?)".join(re.escape(part) for part in parts))


class Sentences(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.source = read_files("src", ".c")
        cls.tests = read_files("tests", ".c")
        cls.rows = []
        with open(os.path.join(TOP, "tests", "sentences.md"), encoding="utf-8") as file:
            for line in file:
                # " | " divides: words may begin or end with anything else
                cells = line.strip().removeprefix("| ").removesuffix(" |").split(" | ")
                if len(cells) == 4 and cells[1].endswith(".c"):
                    cls.rows.append(cells)

    def test_every_sentence_stands_in_the_table(self):
        count = 0
        for name, texts in self.source.items():
            for text in texts:
                for sentence in sentences_of(text):
                    if sentence in PASSED_ON or name in DEFINED_IN:
                        continue
                    count += 1
                    known = any(row[1] == name and row[0] in sentence for row in self.rows)
                    self.assertTrue(known, f"{name}: no test is named for: {sentence}")
        self.assertGreater(count, 40)

    def test_every_row_is_said_somewhere(self):
        for words, name, _, _ in self.rows:
            self.assertIn(name, self.source, words)
            literals = [joined(m.group(0)) for text in self.source[name]
                        for m in STRINGS.finditer(text)]
            self.assertTrue(any(words in literal for literal in literals),
                            f"{name} does not say: {words}")

    def test_tests_exist_and_say_the_words(self):
        for words, _, said, silent in self.rows:
            for place in (said, silent):
                name, function = place.split(":")
                bodies = [function_of(text, function) for text in self.tests.get(name, [])]
                bodies = [body for body in bodies if body is not None]
                self.assertTrue(bodies, f"{place} is no test that runs")
                if place == said:
                    texts = [joined(m.group(0)) for text in self.tests[name]
                             for m in STRINGS.finditer(text)]
                    self.assertTrue(any(pattern_of(words).search(text) for text in texts),
                                    f"{name} does not expect: {words}")


class Reader(unittest.TestCase):
    """What the tests above stand on."""

    def test_sentences_are_found(self):
        text = ('hp_record_add_note(r, (hp_note){.severity = X, .fails = "did not"},\n'
                '    "one \\"%s\\" "\n "two", 3);\n'
                'hp_log_warning("three"); x = ok ? "converged" : "NOT converged";')
        self.assertEqual(sorted(sentences_of(text)),
                         ["NOT converged", "did not", 'one "%s" two', "three"])

    def test_a_test_must_run(self):
        text = "static void one(void **state) {\n    a;\n}\nint main: cmocka_unit_test(one)"
        self.assertEqual(function_of(text, "one"), "\n    a;")
        self.assertIsNone(function_of(text, "on"))
        self.assertIsNone(function_of(text.replace("_test(one)", ""), "one"))

    def test_formats_may_be_anything(self):
        self.assertTrue(pattern_of("by %.2g in").search("differ by 1e-5 in a0"))
        self.assertFalse(pattern_of("by %.2g in").search("differ by 1e-5 degrees"))


if __name__ == "__main__":
    unittest.main()
