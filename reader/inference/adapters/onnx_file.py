"""What an ONNX file says about itself, read from its bytes without running or mapping it.

Only the few fields of the protobuf that decide whether the file may be opened: inputs,
outputs, operators, and where tensors lie.
Source: onnx.proto of ONNX 1.23 (field numbers).
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from reader.core.errors import ModelUnavailableError
from reader.core.text import Text, say

LARGEST_BYTES: Final = 16 << 30
_DEEPEST: Final = 32
_MOST_FIELDS: Final = 20_000_000
_MOST_VALUES: Final = 1 << 31
"""A tensor that an operator is to make out of nothing may not have more values."""

_OWN_DOMAINS: Final = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft"})
"""Operators that ONNX Runtime brings along; all others would be code of somebody else's."""

_MAKES_TENSORS: Final = frozenset({"ConstantOfShape", "Expand", "Tile", "Resize", "Upsample"})
_BYTES_OF_TYPE: Final = {
    1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 12: 4, 13: 8, 16: 2,
}  # fmt: skip
FLOAT, FLOAT16, DOUBLE, _INT64 = 1, 10, 11, 7

_VARINT, _BYTES = 0, 2


@dataclass(frozen=True, slots=True)
class OnnxValue:
    """An input or output: element type and shape; None for a side that may be anything."""

    name: str
    element: int
    shape: tuple[int | None, ...]


@dataclass(slots=True)
class OnnxFacts:
    """What the file says; `external` are files beside it that hold tensors."""

    inputs: tuple[OnnxValue, ...] = ()
    outputs: tuple[OnnxValue, ...] = ()
    external: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)
    metadata: dict[str, str] = field(default_factory=dict)
    defined: set[str] = field(default_factory=set)
    initial: set[str] = field(default_factory=set)
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    made: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)


def inspect_onnx(path: Path) -> OnnxFacts:
    """Read and check a file; nothing beside it is opened.

    Raises: ModelUnavailableError: damaged; tensors outside its folder; operators of others;
        sizes that no model has.
    """
    name = path.stem
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise _absurd(name)
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            walk = _Walk(memoryview(data), name)
            try:
                walk.model()
            finally:
                walk.release()
    except (OSError, ValueError, IndexError, UnicodeDecodeError, RecursionError) as error:
        raise _damaged(name) from error
    facts = walk.facts
    _check_operators(facts, name)
    _check_external(facts, path)
    return facts


def _check_operators(facts: OnnxFacts, name: str) -> None:
    foreign = sorted(facts.foreign - facts.defined)
    if foreign:
        raise ModelUnavailableError(
            say("The model {name} needs operators of {domain}, which are programs of their own.",
                name=name, domain=foreign[0][:60]),
            say("Nothing in it was run. Ask its makers for a file with ONNX's own operators."),
        )  # fmt: skip
    for _operator, inputs in facts.made:
        for one in inputs:
            count = 1
            for side in facts.shapes.get(one, ()):
                count *= max(1, abs(side))
            if count > _MOST_VALUES:
                raise _absurd(name)


def _check_external(facts: OnnxFacts, path: Path) -> None:
    """Every file named must lie below the model's own folder, also behind links."""
    folder = path.parent.resolve()
    for location in facts.external:
        inner = PurePosixPath(location)
        # ONNX Runtime has places of its own with stars in them, which are addresses in memory.
        escapes = inner.is_absolute() or ".." in inner.parts or any(c in location for c in "\\:*")
        if escapes or not (folder / inner).resolve().is_relative_to(folder):
            raise ModelUnavailableError(
                say(
                    "The model {name} wants to read a file outside its own folder.", name=path.stem
                ),
                say("It was not opened. Get the model again from somebody you trust."),
            )
        if not (folder / inner).is_file():
            raise ModelUnavailableError(
                say("The weights of the model {name} are missing.", name=path.stem),
                say("Put {file} back beside it.", file=inner.name),
            )
        if (folder / inner).stat().st_size > LARGEST_BYTES:
            raise _absurd(path.stem)


class _Walk:
    """Through the fields of a protobuf message; values are looked at, never copied."""

    def __init__(self, data: memoryview, name: str) -> None:
        self._data = data
        self._name = name
        self._count = 0
        self._last_shape: tuple[int, ...] = ()
        self.facts = OnnxFacts()

    def release(self) -> None:
        """Let go of the mapped file."""
        self._data.release()

    def model(self) -> None:
        """The whole file."""
        graphs = 0
        for number, value in self._fields((0, len(self._data))):
            if number == 7 and isinstance(value, tuple):
                graphs += 1
                self._graph(value, 0, outermost=True)
            elif number == 14 and isinstance(value, tuple):
                key, text = self._pair(value)
                self.facts.metadata[key] = text
            elif number == 25 and isinstance(value, tuple):
                self._function(value)
        if graphs != 1:
            raise ValueError("not one graph")

    def _function(self, span: tuple[int, int]) -> None:
        for number, value in self._fields(span):
            if number == 10 and isinstance(value, tuple):
                self.facts.defined.add(self._text(value))
            elif number == 7 and isinstance(value, tuple):
                self._node(value, 1)

    def _graph(self, span: tuple[int, int], depth: int, *, outermost: bool = False) -> None:
        if depth > _DEEPEST:
            raise ValueError("nested too deeply")
        inputs, outputs = [], []
        for number, value in self._fields(span):
            if not isinstance(value, tuple):
                continue
            if number == 1:
                self._node(value, depth)
            elif number == 5:
                self._tensor(value)
            elif number == 15:
                self._sparse(value)
            elif number == 11:
                inputs.append(self._value(value))
            elif number == 12:
                outputs.append(self._value(value))
        if outermost:
            given = self.facts.initial
            self.facts.inputs = tuple(one for one in inputs if one.name not in given)
            self.facts.outputs = tuple(outputs)

    def _node(self, span: tuple[int, int], depth: int) -> None:
        texts: dict[int, list[str]] = {1: [], 2: [], 4: [], 7: []}
        self._last_shape = ()
        for number, value in self._fields(span):
            if number in texts and isinstance(value, tuple):
                texts[number].append(self._text(value))
            elif number == 5 and isinstance(value, tuple):
                self._attribute(value, depth)
        inputs, outputs = texts[1], texts[2]
        operator, domain = "".join(texts[4]), "".join(texts[7])
        if domain not in _OWN_DOMAINS:
            self.facts.foreign.add(domain)
        if operator == "Constant" and outputs:
            self.facts.shapes[outputs[0]] = self._last_shape
        if operator in _MAKES_TENSORS:
            self.facts.made.append((operator, tuple(inputs)))

    def _attribute(self, span: tuple[int, int], depth: int) -> None:
        for number, value in self._fields(span):
            if not isinstance(value, tuple):
                continue
            if number in (5, 10):
                self._tensor(value)
            elif number in (6, 11):
                self._graph(value, depth + 1)
            elif number in (22, 23):
                self._sparse(value)

    def _sparse(self, span: tuple[int, int]) -> None:
        for number, value in self._fields(span):
            if number in (1, 2) and isinstance(value, tuple):
                self._tensor(value)

    def _tensor(self, span: tuple[int, int]) -> None:
        dims: list[int] = []
        element, name, external, elsewhere = 0, "", {}, False
        raw: tuple[int, int] | None = None
        for number, value in self._fields(span):
            if number == 1:
                dims += self._whole_numbers(value)
            elif number == 2 and isinstance(value, int):
                element = value
            elif number == 14 and isinstance(value, int):
                elsewhere = value == 1
            elif isinstance(value, tuple) and number == 8:
                name = self._text(value)
            elif isinstance(value, tuple) and number == 9:
                raw = value
            elif isinstance(value, tuple) and number == 13:
                key, text = self._pair(value)
                external[key] = text
        self.facts.initial.add(name)
        if elsewhere or external:
            self.facts.external.add(external.get("location", ""))
        self._check_size(dims, element, raw)
        if element == _INT64 and raw is not None and raw[1] - raw[0] <= 64 and len(dims) == 1:
            whole = bytes(self._data[raw[0] : raw[1]])
            self._last_shape = tuple(
                int.from_bytes(whole[n : n + 8], "little", signed=True)
                for n in range(0, len(whole) - 7, 8)
            )
            self.facts.shapes[name] = self._last_shape

    def _check_size(self, dims: list[int], element: int, raw: tuple[int, int] | None) -> None:
        count = 1
        for side in dims:
            count *= side
        if count < 0 or count > _MOST_VALUES:
            raise _absurd(self._name)
        if raw is not None and (raw[1] - raw[0]) * 2 < count * _BYTES_OF_TYPE.get(element, 0):
            raise _absurd(self._name)

    def _value(self, span: tuple[int, int]) -> OnnxValue:
        name, element = "", 0
        shape: tuple[int | None, ...] = ()
        for number, value in self._fields(span):
            if number == 1 and isinstance(value, tuple):
                name = self._text(value)
            elif number == 2 and isinstance(value, tuple):
                for kind, tensor in self._fields(value):
                    if kind == 1 and isinstance(tensor, tuple):
                        element, shape = self._tensor_type(tensor)
        return OnnxValue(name, element, shape)

    def _tensor_type(self, span: tuple[int, int]) -> tuple[int, tuple[int | None, ...]]:
        element, sides = 0, []
        for number, value in self._fields(span):
            if number == 1 and isinstance(value, int):
                element = value
            elif number == 2 and isinstance(value, tuple):
                for kind, side in self._fields(value):
                    if kind == 1 and isinstance(side, tuple):
                        known = [v for n, v in self._fields(side) if n == 1 and isinstance(v, int)]
                        sides.append(known[0] if known and known[0] > 0 else None)
        return element, tuple(sides)

    def _pair(self, span: tuple[int, int]) -> tuple[str, str]:
        found = {n: self._text(v) for n, v in self._fields(span) if isinstance(v, tuple)}
        return found.get(1, ""), found.get(2, "")

    def _whole_numbers(self, value: int | tuple[int, int]) -> list[int]:
        if isinstance(value, int):
            return [value]
        numbers, at = [], value[0]
        while at < value[1]:
            number, at = self._varint(at)
            numbers.append(number)
        return numbers

    def _text(self, span: tuple[int, int]) -> str:
        if span[1] - span[0] > 1 << 20:
            raise ValueError("a name of absurd length")
        return bytes(self._data[span[0] : span[1]]).decode("utf-8")

    def _fields(self, span: tuple[int, int]) -> Iterator[tuple[int, int | tuple[int, int]]]:
        """Numbers and values: whole numbers, or where a nested message or text lies."""
        at, end = span
        while at < end:
            self._count += 1
            if self._count > _MOST_FIELDS:
                raise ValueError("too many fields")
            key, at = self._varint(at)
            number, kind = key >> 3, key & 7
            if kind == _VARINT:
                whole, at = self._varint(at)
                yield number, whole
                continue
            if kind == _BYTES:
                length, at = self._varint(at)
            else:
                length = {1: 8, 5: 4}[kind] if kind in (1, 5) else end + 1
            if at + length > end:
                raise ValueError("cut off")
            yield number, (at, at + length)
            at += length

    def _varint(self, at: int) -> tuple[int, int]:
        value = shift = 0
        while True:
            byte = self._data[at]
            value |= (byte & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if byte < 0x80:
                return value - (1 << 64) if value >= 1 << 63 else value, at
            if shift > 63:
                raise ValueError("a number of absurd length")


def _damaged(name: str) -> ModelUnavailableError:
    return ModelUnavailableError(
        say("The file of the model {name} is damaged, or no ONNX file.", name=name),
        say("Get the model again from where it came from."),
    )


def _absurd(name: str) -> ModelUnavailableError:
    what: Text = say("The model {name} would need an absurd amount of memory.", name=name)
    return ModelUnavailableError(
        what, say("It was not opened. Get the model again from where it came from.")
    )


def label_names(metadata: Mapping[str, str]) -> tuple[str, ...]:
    """Names that the file's own metadata give its classes; empty where they give none."""
    import json

    for key in ("labels", "names", "classes"):
        text = metadata.get(key, "")
        try:
            listed = json.loads(text) if text[:1] in "[{" and text else text.split(",")
        except (ValueError, RecursionError):
            continue
        if isinstance(listed, dict):
            listed = list(listed.values())
        names = tuple(str(one).strip()[:64] for one in listed if str(one).strip())
        if names:
            return names
    return ()
