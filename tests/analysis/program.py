# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of analysis/ run inside a test: an interpreter for each run would take most of its time."""

import contextlib
import io

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
