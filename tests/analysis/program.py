# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of analysis/ run inside a test: an interpreter for each run would take most of its time."""

import contextlib
import io
from unittest import mock

import matplotlib.figure
import style

style.STYLE["savefig.dpi"] = 60  # nobody looks at these


def run(program, *arguments):
    """Exit code, output and errors of program.main."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = program.main(list(arguments))
        except SystemExit as stop:  # argparse
            code = stop.code
    return code, out.getvalue(), err.getvalue()


def drawn_once():
    """A context in which figures are laid out and drawn as PNG alone, and a PDF is an empty file:
    for tests of which figures there are. Most of the time of a figure goes into its PDF."""
    savefig = matplotlib.figure.Figure.savefig

    def save(figure, path, **options):
        if path.endswith(".pdf"):
            open(path, "wb").close()
        else:
            savefig(figure, path, **options)
    return mock.patch.object(matplotlib.figure.Figure, "savefig", save)
