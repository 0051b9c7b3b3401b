# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads pickles without running them, and says what is in those that are not understood.

A pickle names functions to be called when it is read; only those by which numpy stores an array and
Python a dictionary are known, and stand-ins of this file are called in their place."""

import pickle
import re

import numpy as np

from results import InputError

MOST_KEYS = 8  # of a dictionary that are printed
DEEPEST = 4  # levels of dictionaries, tuples and lists that are printed


class PickledType:
    """Stands for numpy.dtype: only the plain number types, only their byte order may be set."""

    known = r"[fiu][1248]"

    def __init__(self, code, align=False, copy=False):
        if not isinstance(code, str) or not re.fullmatch(self.known, code):
            raise pickle.UnpicklingError(f"numbers of type {code!r}")
        self.dtype = np.dtype(code)

    def __setstate__(self, state):
        self.dtype = self.dtype.newbyteorder(state[1])


class AnyType(PickledType):
    """The same when a pickle is described: other types are named, not read."""

    def __init__(self, code, align=False, copy=False):
        self.code = code if isinstance(code, str) else "unknown"
        self.dtype = np.dtype(code) if re.fullmatch(r"[fiu][1248]|c8|c16", self.code) else None

    def __setstate__(self, state):
        if self.dtype is not None:
            self.dtype = self.dtype.newbyteorder(state[1])


class PickledArray:
    """Stands for numpy.ndarray: shape, type and bytes, checked before numpy sees them."""

    def __init__(self, *_):
        self.value = None

    def __setstate__(self, state):
        _, shape, kind, column_major, data = state
        self.value = build_array(data, kind, shape, "F" if column_major else "C")


class Foreign:
    """What is not read, with its name: an array of another type, an object of any class. It takes
    whatever a pickle gives to an object and does nothing."""

    name, shape = "unknown", None

    def __new__(cls, *arguments, **__):
        made = object.__new__(cls)
        for one in arguments[:1]:  # of copyreg._reconstructor(CLASS, ...)
            if isinstance(one, type) and issubclass(one, Foreign):
                made.name = one.name
        return made

    def __init__(self, *_, **__):
        pass

    def __setstate__(self, _):
        pass

    def __setitem__(self, *_):
        pass

    def append(self, _):
        pass

    extend = add = append

    def __call__(self, *_, **__):
        return self


def foreign(name, shape=None):
    found = Foreign()
    found.name, found.shape = name, shape
    return found


class RestrictedUnpickler(pickle.Unpickler):
    """Unpickles arrays of numbers, dicts, lists, strings and numbers; other names are refused, or
    stand for themselves where a pickle is described."""

    def __init__(self, stream, describe=False):
        super().__init__(stream, encoding="latin1")  # as bytes are in pickles of Python 2
        self.describe = describe

    def find_class(self, module, name):
        module = module.replace("numpy._core", "numpy.core")
        if self.describe and (module, name) == ("numpy", "dtype"):
            return AnyType
        if (module, name) in ALLOWED:
            return ALLOWED[module, name]
        if self.describe:
            return type("Foreign", (Foreign,), {"name": f"{module}.{name}"})
        raise pickle.UnpicklingError(f"a call of {module}.{name}")


def build_array(data, kind, shape, order="C"):
    if not isinstance(kind, PickledType):
        raise pickle.UnpicklingError("an array without a type of numbers")
    if kind.dtype is None:
        return foreign(f"array of type {kind.code}", tuple(shape))
    data = data.encode("latin1") if isinstance(data, str) else data
    return np.frombuffer(data, kind.dtype).reshape(shape, order=order)


def build_from_buffer(data, kind, shape, order):
    """The form of pickle protocol 5."""
    array = PickledArray()
    array.value = build_array(data, kind, shape, order)
    return array


def build_scalar(kind, data):
    """A number of numpy's."""
    value = build_array(data, kind, (1,))
    return value if isinstance(value, Foreign) else value[0].item()


def encode_latin1(value, encoding):
    """The form in which protocols 0 to 2 hold bytes."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"text encoded as {encoding!r}")
    return value.encode("latin1")


def plain_dict(*arguments):
    """Stands for dictionaries that keep an order; their entries follow."""
    if arguments not in ((), ([],)):
        return dict(arguments[0])
    return {}


ALLOWED = {
    ("numpy", "ndarray"): PickledArray,
    ("numpy", "dtype"): PickledType,
    ("numpy.core.multiarray", "_reconstruct"): PickledArray,
    ("numpy.core.multiarray", "scalar"): build_scalar,
    ("numpy.core.numeric", "_frombuffer"): build_from_buffer,
    ("collections", "OrderedDict"): plain_dict,
    ("_codecs", "encode"): encode_latin1,
}


def load(path, describe=False):
    """What a pickle holds; arrays come as numpy arrays."""
    try:
        with open(path, "rb") as stream:
            return resolved(RestrictedUnpickler(stream, describe).load())
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except pickle.UnpicklingError as error:
        raise InputError(f"{path}: refused: expected a pickled array of numbers, found {error}"
                         ) from error
    except Exception as error:  # a broken pickle can raise anything
        raise InputError(f"{path}: not a pickled array of numbers ({error!r})") from error


def resolved(value, depth=0):
    """The same with the arrays that stand-ins hold."""
    if isinstance(value, PickledArray):
        return value.value
    if depth < 20 and isinstance(value, dict):
        return {key: resolved(one, depth + 1) for key, one in value.items()}
    if depth < 20 and isinstance(value, (list, tuple)):
        return type(value)(resolved(one, depth + 1) for one in value)
    return value


def key_text(key):
    """A key as it is written behind the name of a file: FILE::KEY."""
    return ",".join(map(str, key)) if isinstance(key, tuple) else str(key)


def entries(value):
    """(text of the key, value) of a dictionary, a tuple or a list; none of anything else."""
    if isinstance(value, dict):
        return [(key_text(key), one) for key, one in value.items()]
    if isinstance(value, (list, tuple)):
        return [(str(i), one) for i, one in enumerate(value)]
    return []


def outline(value, indent="", key="", depth=0):
    """Lines that say what is in it: keys, shapes, types."""
    head = f"{indent}{key}: " if key else indent
    if isinstance(value, np.ndarray):
        return [f"{head}array {value.shape} of {value.dtype}"]
    if isinstance(value, Foreign):
        shape = "" if value.shape is None else f" {value.shape}"
        return [f"{head}{value.name}{shape}, not read"]
    inside = entries(value)
    if not inside and not isinstance(value, (dict, list, tuple)):
        words = repr(value)
        return [f"{head}{type(value).__name__} {words[:70]}{'...' if len(words) > 70 else ''}"]
    lines = [f"{head}{type(value).__name__} of {len(inside)}"]
    if depth == DEEPEST:
        return lines
    plain = not isinstance(value, dict) and not any(entries(one) or hasattr(one, "shape")
                                                    for _, one in inside)
    shown = inside[:3 if plain else MOST_KEYS]
    for name, one in shown:
        lines += outline(one, indent + "  ", name, depth + 1)
    if len(inside) > len(shown):
        rest = ", ".join(name for name, _ in inside[len(shown):][:MOST_KEYS])
        more = len(inside) - len(shown)
        lines.append(f"{indent}  ... and {more} more: {rest}{', ...' if more > MOST_KEYS else ''}")
    return lines
