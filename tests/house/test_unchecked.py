#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a call returns is looked at, or it is said here why not."""
import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {str(f.relative_to(ROOT)): f.read_text() for f in (ROOT / "src").rglob("*.c")}

CHECKED = re.compile(
    r"(?:MPI_|H5[A-Z]|LAPACKE_|EVP_Digest|cyaml_|inflate|deflate|posix_|yaml_emitter_(?!delete|set_)"
    r"|yaml_document_a|yaml_parser_(?!delete|set_)|yaml_\w+_event_init|gsl_(?:multifit|odeiv2|root|"
    r"spline|spmatrix|linalg|sf|integration)_)\w*$"
    r"|(?:f?close|closedir|fflush|fread|fwrite|p?read|p?write|fsync|ftruncate|rename|unlink|rmdir|"
    r"mkdir|remove|fcntl|sigaction|waitpid|kill|setrlimit|getrlimit|setenv|fseek|setvbuf|link)$"
    r"|hp_(?!free$|log|error_|record_|key$)\w+$")

# Nothing is returned by these, or nothing that could be wrong.
VOID = re.compile(r"gsl_\w+_free$|deflate$|gsl_multifit_nlinear_niter$|gsl_integration_glfixed_point$|gsl_odeiv2_\w+_reset$|hp_\w+$")

# What could be returned is of no use there: function, files (all: *), reason.
ALLOWED = (
    (r"H5[DSTGAPOE]close|H5Eset_auto2|H5Ewalk2|H5Epush2|H5Eclear2|H5Dvlen_reclaim", "*",
     "objects of a file: what was written is brought to it by H5Fflush, which is checked; messages"),
    (r"H5Fclose", "src/ensemble/ src/import/ src/synth/synth_place.c src/results/hdf5",
     "of a file that was read, or after an error that is told"),
    (r"close", "*", "of a file that was read, of a lock, or after an error that is told: files that "
     "are written end with hp_file_write_blocks, which checks fsync and close"),
    (r"fclose", "*", "of a file that was read, or after an error; written ones end with "
     "hp_file_close or hp_text_close, which ask ferror, too"),
    (r"closedir", "*", "a folder was read"),
    (r"unlink|rmdir", "*", "of what is temporary or empty: what stays is replaced or removed later"),
    (r"remove", "src/import/import_kept_job.c", "a text beside rows that are kept, written anew next time"),
    (r"setenv", "src/parallel/start.c", "choices that save time"),
    (r"fflush", "src/toy/toy_log.c src/core/log.c src/parallel/signs_of_life.c src/results/", "of the "
     "terminal, which has no other place to say so"),
    (r"MPI_Abort|MPI_Finalize", "*", "the program ends"),
    (r"MPI_Comm_rank|MPI_Comm_size", "src/cli/main.c", "of MPI_COMM_WORLD: MPI ends the program"),
    (r"posix_spawn_file_actions_destroy|inflateEnd|cyaml_free", "*", "what is released"),
    (r"posix_fadvise|H5Pset_chunk_cache", "*", "advice that may be left"),
    (r"kill", "src/ensemble/probe_process.c", "a child that has ended is no error"),
    (r"setrlimit", "src/ensemble/probe_serve.c src/results/hdf5_disk.c", "the parent has a limit of "
     "time of its own; a soft limit that stays shows when the file is written"),
    (r"H5Dget_storage_size|H5Aiterate2", "src/ensemble/probe_", "the child looks whether HDF5 "
     "survives it; what is wrong is told by the reading afterwards"),
    (r"H5Lget_val", "src/ensemble/storage.c", "a text of a message, empty before"),
    (r"gsl_sf_bessel_il_scaled_e", "src/bands/features.c", "0 where it underflows"),
    (r"gsl_spline_eval_e", "src/potential/forms_splines.c", "r is within the table"),
    (r"sigaction", "src/core/stop.c src/cli/blas.c", "signals that there are"),
    (r"MPI_Comm_free", "src/parallel/team.c", "nothing is done with it any more"),
    (r"MPI_Get_library_version|H5Fget_name|H5Pget_filter2|H5Lunpack_elink_val", "*",
     "texts of a message, empty before"),
)


def statements(text):
    """(name, line) of calls whose result is not used."""
    for aside in (r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"', r"#define(?:[^\n]*\\\n)*[^\n]*"):
        text = re.sub(aside, lambda found: re.sub(r"[^\n]", " ", found.group(0)), text,
                      flags=re.DOTALL)
    for found in re.finditer(r"(?:[;{}]|\)|(?:case [^:\n?]+|default|cleanup):|"
                             r"\belse|\bdo)\s*(?:\(void\)\s*)?\b([A-Za-z]\w+)\(", text):
        depth, at = 1, found.end()
        while depth > 0 and at < len(text):
            depth += {"(": 1, ")": -1}.get(text[at], 0)
            at += 1
        cast = re.search(r"=[^;{}]*\([\w ]+\)\s*$", text[:found.start(1)].rsplit("\n", 1)[-1])
        if text[at:at + 1] == ";" and not cast and CHECKED.match(found.group(1)):
            yield found.group(1), text.count("\n", 0, found.start(1)) + 1


def returns_status():
    """Functions of hadpot that can fail."""
    found = set()
    for path in [*(ROOT / "include").rglob("*.h"), *(ROOT / "src").rglob("*.[ch]")]:
        found |= set(re.findall(r"^(?:static )?hp_status (\w+)\(", path.read_text(), re.MULTILINE))
    return found


class UncheckedTest(unittest.TestCase):
    maxDiff = None

    def test_texts_in_memory_say_when_it_runs_out(self):
        """That of glibc leaves characters out (include/hadpot/text_stream.h)."""
        self.assertEqual([f for f, text in SOURCES.items() if re.search(r"\bopen_memstream\(", text)],
                         [])

    def test_results_of_calls_are_used(self):
        unchecked = []
        for file, text in SOURCES.items():
            for name, line in statements(text):
                allowed = any(re.fullmatch(names, name) and
                              any(part == "*" or file.startswith(part) for part in files.split())
                              for names, files, _ in ALLOWED)
                if not allowed and not VOID.match(name):
                    unchecked.append(f"{file}:{line}: {name}")
        self.assertEqual(unchecked, [])

    def test_status_is_used_or_void_with_a_reason(self):
        """A status that is not used is written (void), and the lines around it say why."""
        functions, bare, dumb = returns_status(), [], []
        for file, text in SOURCES.items():
            lines = text.split("\n")
            for name, line in statements(text):
                if name not in functions:
                    continue
                here = lines[line - 1]
                if "(void)" not in here:
                    bare.append(f"{file}:{line}: {name}")
                elif not any("/*" in near or "*/" in near for near in lines[max(line - 4, 0):line + 1]):
                    dumb.append(f"{file}:{line}: {name}")
        self.assertEqual(bare, [])
        self.assertEqual(dumb, [])

    def test_memory_is_checked(self):
        """What is allocated is compared with NULL, or handed to who does, in the next lines."""
        unchecked = []
        for file, text in SOURCES.items():
            lines = text.split("\n")
            for i, line in enumerate(lines):
                found = re.search(r"([\w>.\-\[\]*]+) = (?:\([^)]*\))?(?:\w+ [?=!].*)?(?:malloc|calloc|realloc|"
                                  r"aligned_alloc|strdup|strndup|hp_alloc|hp_copy_string|"
                                  r"gsl_\w+_alloc\w*|fopencookie|fopen|opendir)\(", line)
                if not found:
                    continue
                name = found.group(1).lstrip("*")
                after = "\n".join(lines[i:i + 14])
                if not re.search(r"NULL|_block\(|record->failed", after):
                    unchecked.append(f"{file}:{i + 1}: {name}")
        self.assertEqual(unchecked, [])


if __name__ == "__main__":
    unittest.main()
