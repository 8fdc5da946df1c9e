"""Greets MongoDB: one `hello`, before any login."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, TypeAlias

from helm_aeterna.adapters.network.sockets import connected, read_exactly, under_tls
from helm_aeterna.model.connection import ConnectionTrouble, MongodbAnswer, Trouble

if TYPE_CHECKING:
    import socket

_HEADER = struct.Struct("<iiii")  # length, request, answer to, kind of message
_OP_MSG = 2013
_LONGEST = 1 << 20
# hello: 1, $db: "admin"
_HELLO = b"\x1f\x00\x00\x00\x10hello\x00\x01\x00\x00\x00\x02$db\x00\x06\x00\x00\x00admin\x00\x00"

_Value: TypeAlias = "int | float | str | bool | None"
# Element types of BSON: numbers and switches; of a fixed length, read by nobody; with their length before them.
_NUMBERS = {0x01: "<d", 0x08: "<?", 0x10: "<i", 0x12: "<q"}
_SKIPPED = {0x07: 12, 0x09: 8, 0x0A: 0, 0x11: 8, 0x13: 16}
_TEXT, _NESTED = 0x02, {0x03: 0, 0x04: 0, 0x05: 5}


def greet(host: str, port: int, *, tls: bool, verify: bool) -> MongodbAnswer:
    """Say hello.

    Raises:
        ConnectionTrouble: Nothing came of it.
    """
    with connected(host, port) as connection:
        if not tls:
            return _hello(connection)
        with under_tls(connection, host, verify=verify) as encrypted:
            return _hello(encrypted)


def _hello(connection: socket.socket) -> MongodbAnswer:
    body = struct.pack("<IB", 0, 0) + _HELLO
    connection.sendall(_HEADER.pack(_HEADER.size + len(body), 1, 0, _OP_MSG) + body)
    length, _, _, kind = _HEADER.unpack(read_exactly(connection, _HEADER.size))
    if kind != _OP_MSG or not _HEADER.size < length <= _LONGEST:
        raise ConnectionTrouble(Trouble.NOT_SPOKEN)
    try:
        fields = _document(read_exactly(connection, length - _HEADER.size)[5:])
    except (struct.error, ValueError, IndexError):
        raise ConnectionTrouble(Trouble.NOT_SPOKEN) from None
    wire, name = fields.get("maxWireVersion"), fields.get("setName")
    if not isinstance(wire, int):
        raise ConnectionTrouble(Trouble.NOT_SPOKEN)
    return MongodbAnswer(wire_version=wire, replica_set=name if isinstance(name, str) else "")


def _document(data: bytes) -> dict[str, _Value]:
    """Read the plain fields of a BSON document; what is nested is left out.

    Raises:
        ValueError: It is none.
    """
    fields: dict[str, _Value] = {}
    place, end = 4, struct.unpack_from("<i", data)[0] - 1
    while place < end:
        kind = data[place]
        stop = data.index(b"\x00", place + 1)
        name, place = data[place + 1 : stop].decode(), stop + 1
        value, size = _element(kind, data, place)
        fields[name] = value
        place += size
    return fields


def _element(kind: int, data: bytes, place: int) -> tuple[_Value, int]:
    """The value of an element and how many bytes it takes."""
    if kind in _SKIPPED:
        return None, _SKIPPED[kind]
    if kind in _NUMBERS:
        return struct.unpack_from(_NUMBERS[kind], data, place)[0], struct.calcsize(_NUMBERS[kind])
    length = struct.unpack_from("<i", data, place)[0]
    if kind == _TEXT:
        return data[place + 4 : place + 3 + length].decode(), 4 + length
    if kind in _NESTED:
        return None, _NESTED[kind] + length
    raise ValueError("an element of an unknown type")
