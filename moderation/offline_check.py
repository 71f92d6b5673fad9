#!/usr/bin/env python3
"""Check an export of Taliq's audit log, or a proof, with nothing but Python and this file.

    python offline_check.py audit.jsonl [--checkpoint NOTE]... [--key VKEY]...
    python offline_check.py event.tlog-proof [--checkpoint NOTE]... [--key VKEY]...
    python offline_check.py growth.txt --checkpoint NOTE [--key VKEY]...

What it finds out, in this order:
  1. each event's hash is the SHA-256 of a zero byte and the event's text (RFC 6962, section 2.1);
  2. the events, in their order and none missing, make the tree whose root the signed head in the file names; or, of an
     export of some events, each of them is in that tree: which others there are, it does not show;
  3. with --checkpoint, a head that you kept from earlier: the log still begins with the very events it was made of;
  4. with --key, the public key that the newsroom gave you (`taliq audit key`): the heads are signed by it.
Without --key the signature is not checked, and without --checkpoint somebody who holds the newsroom's database and its
key could have written the whole file anew. Exit code: 0 whole, 1 not whole, 2 not readable.

This is a second implementation on purpose: it shares no line with the program that wrote the log.
"""

import argparse
import base64
import hashlib
import itertools
import json
import re
import sys


class Broken(Exception):
    """What is wrong, in a sentence."""


class Other(Exception):
    """The file is none that is checked here, in a sentence."""


def leaf_hash(body):
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """The roots of the perfect subtrees of all leaves so far, each with its size."""

    def __init__(self):
        self.parts, self.size = [], 0

    def add(self, leaf):
        """The head of the largest perfect subtree that ends with it."""
        width = 1
        while self.parts and self.parts[-1][0] == width:
            leaf, width = node_hash(self.parts.pop()[1], leaf), width * 2
        self.parts.append((width, leaf))
        self.size += 1
        return leaf

    def root(self):
        if not self.parts:
            return hashlib.sha256(b"").digest()
        root = self.parts[-1][1]
        for _, part in reversed(self.parts[:-1]):
            root = node_hash(part, root)
        return root


def read_note(note):
    """Origin, size, root, the signed text, and the signatures as (name, bytes)."""
    text, gap, rest = note.rpartition("\n\n")
    lines = text.split("\n")
    if not gap or len(lines) < 3 or not re.fullmatch("0|[1-9][0-9]*", lines[1]):
        raise Broken("this is no signed head of a log")
    signatures = re.findall("^— ([^ +]+) ([A-Za-z0-9+/=]+)$", rest, re.MULTILINE)
    try:
        root = base64.b64decode(lines[2], validate=True)
        signed = [(name, base64.b64decode(given, validate=True)) for name, given in signatures]
    except ValueError:
        raise Broken("this is no signed head of a log") from None
    return lines[0], int(lines[1]), root, (text + "\n").encode(), signed


def check_signature(note, vkeys):
    """Broken unless one of the keys, NAME+HASH+KEY, has signed the note; a key goes by the name of its log."""
    origin, _, _, text, signatures = read_note(note)
    for vkey in vkeys:
        try:
            name, said, encoded = vkey.strip().split("+", 2)
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise Broken("this is no public key: " + vkey[:80]) from None
        hashed = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
        if hashed.hex() != said or key[:1] != b"\x01" or len(key) != 33:
            raise Broken("this is no public key: " + vkey[:80])
        for signer, given in signatures:
            if signer == name == origin and given[:4] == hashed and ed25519_verifies(key[1:], text, given[4:]):
                return
    raise Broken("none of the given keys has signed the head")


def check_export(lines, kept):
    """The number of events. `kept` are notes from elsewhere."""
    lines = iter(lines)
    first = next(lines, None)
    if first is not None and "checkpoint" in json_of(first, 1):
        return check_selection(json_of(first, 1)["checkpoint"], lines, kept)
    tree, note, log = Tree(), None, None
    wanted: dict[int, list[bytes]] = {}
    for one in kept:
        _, size, root, _, _ = read_note(one)
        wanted.setdefault(size, []).append(root)
    for number, line in enumerate(itertools.chain([] if first is None else [first], lines), 1):
        if note is not None:
            raise Broken(f"line {number}: something follows the signed head")
        found = json_of(line, number)
        if "checkpoint" in found:
            note = found["checkpoint"]
            continue
        body = found["body"].encode()
        if found["position"] != tree.size:
            raise Broken(f"event {tree.size} is missing or out of its place")
        if leaf_hash(body).hex() != found["leaf"]:
            raise Broken(f"event {tree.size} was altered: its hash is another one")
        sealed = json_of(found["body"], number)
        if sealed["position"] != tree.size or log not in (None, sealed["log"]):
            raise Broken(f"event {tree.size} was altered: it is of another place")
        log = sealed["log"]
        if tree.add(leaf_hash(body)).hex() != found["subtree"]:
            raise Broken(f"event {tree.size - 1} is not what followed the events before it")
        if any(root != tree.root() for root in wanted.get(tree.size, ())):
            raise Broken(f"the first {tree.size} events are not those of the head that was kept")
    if note is None:
        raise Broken("the signed head at the end is missing: the file was cut off")
    origin, size, root, _, _ = read_note(note)
    if size != tree.size or root != tree.root():
        raise Broken(f"the file has {tree.size} events, and its signed head is of {size} others")
    for one in kept:
        if read_note(one)[0] != origin:
            raise Broken("the head that was kept is of another log: " + read_note(one)[0])
        if read_note(one)[1] > size:
            raise Broken("the head that was kept is of a longer log: events are missing at the end")
    return note, f"{size} events of {origin}, whole; root {root.hex()}"


def check_selection(note, lines, kept):
    """Some events of the log, each with its own way to the signed head, which stands before them and after them."""
    origin, size, root, _, _ = read_note(note)
    last, log, count, ended = -1, None, 0, False
    for number, line in enumerate(lines, 2):
        found = json_of(line, number)
        if ended or found.get("checkpoint", note) != note:
            raise Broken(f"line {number}: something follows the signed head, or it is another one")
        if "checkpoint" in found:
            ended = True
            continue
        position, leaf = found["position"], leaf_hash(found["body"].encode())
        sealed = json_of(found["body"], number)
        if sealed["position"] != position or log not in (None, sealed["log"]) or leaf.hex() != found["leaf"]:
            raise Broken(f"event {position} was altered")
        if position <= last:
            raise Broken(f"event {position} is out of its place")
        if not leads_to(root, size, position, leaf, map(bytes.fromhex, found["proof"])):
            raise Broken(f"event {position} is not in the tree of the signed head")
        last, log, count = position, sealed["log"], count + 1
    if not ended:
        raise Broken("the signed head at the end is missing: the file was cut off")
    compare_head(note, kept)
    return note, f"{count} of the {size} events of {origin}, each in the log; root {root.hex()}"


def leads_to(root, size, index, leaf, path):
    """RFC 6962, section 2.1.1, taken back: from the top of the tree down to the leaf."""
    left = list(path)

    def head(index, size):
        if size == 1:
            return leaf
        half, beside = 1 << (size - 1).bit_length() - 1, left.pop()
        if index < half:
            return node_hash(head(index, half), beside)
        return node_hash(beside, head(index - half, size - half))

    try:
        return 0 <= index < size and head(index, size) == root and not left
    except IndexError:
        return False


def check_growth(text, kept):
    """The log of the head that was kept is the beginning of the log of a later one."""
    top, gap, note = text.partition("\n\n")
    lines = top.split("\n")
    origin, size, root, _, _ = read_note(note if gap else "")
    old, path = int(lines[0].removeprefix("old ")), [base64.b64decode(line) for line in lines[1:] if line]
    if not kept:
        raise Broken(f"give the head of {old} events that you kept, with --checkpoint")
    for one in kept:
        if read_note(one)[:2] != (origin, old) or not grown(old, read_note(one)[2], size, root, path):
            raise Broken("the log does not extend the head that was kept")
    return note, f"the {size} events of {origin} begin with the {old} that were there before; root {root.hex()}"


def grown(old, old_root, new, new_root, path):
    """RFC 6962, section 2.1.2, taken back: from the top of the tree down to where the old one is whole."""
    left = list(path)

    def roots(old, new, is_whole):
        if old == new:
            known = old_root if is_whole else left.pop()
            return known, known
        half, beside = 1 << (new - 1).bit_length() - 1, left.pop()
        if old <= half:
            before, after = roots(old, half, is_whole)
            return before, node_hash(after, beside)
        before, after = roots(old - half, new - half, False)
        return node_hash(beside, before), node_hash(beside, after)

    try:
        return 0 < old <= new and roots(old, new, True) == (old_root, new_root) and not left
    except IndexError:
        return False


def compare_head(note, kept):
    """Without the whole log nothing can be said of a head of another size."""
    for one in kept:
        if read_note(one)[:3] != read_note(note)[:3]:
            raise Broken("the file is for another head than the one that was kept")


def json_of(text, number):
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Broken(f"line {number} is no event")
    return found


def check_proof(text, kept):
    head, gap, note = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines[0] != "c2sp.org/tlog-proof@v1" or len(lines) < 3:
        raise Broken("this is no proof")
    body = base64.b64decode(lines[1].removeprefix("extra "))
    index = int(lines[2].removeprefix("index "))
    path = [base64.b64decode(line) for line in lines[3:]]
    origin, size, root, _, _ = read_note(note)
    if not leads_to(root, size, index, leaf_hash(body), path):
        raise Broken("the event is not in the tree of the signed head")
    compare_head(note, kept)
    return note, f"event {index} of {origin} is in the log of {size} events:\n{body.decode()}"


# Ed25519 (RFC 8032, section 5.1.7), for checking only: nothing here is secret, so nothing need be fast or constant.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def ed25519_verifies(key, message, signature):
    if len(signature) != 64:
        return False
    point, start = unpacked(key), unpacked(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if point is None or start is None or scalar >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    base = unpacked((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    return multiplied(scalar, base) == added(start, multiplied(challenge, point))


def unpacked(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (not x and sign):
        return None
    return (P - x if x & 1 != sign else x), y


def added(one, other):
    (a, b), (c, d) = one, other
    k = D * a * b * c * d % P
    return (a * d + b * c) * pow(1 + k, -1, P) % P, (b * d + a * c) * pow(1 - k, -1, P) % P


def multiplied(scalar, point):
    result = (0, 1)
    while scalar:
        if scalar & 1:
            result = added(result, point)
        point, scalar = added(point, point), scalar >> 1
    return result


def read_file(name):
    with open(name, encoding="utf-8") as file:
        return file.read()


def start_of(name):
    """The first four bytes; another file than what can be checked here was not changed by anybody."""
    with open(name, "rb") as file:
        start = file.read(4)
    if start[:2] == b"\x1f\x8b":
        raise Other("the file is packed; unpack it by gzip first")
    if start[:1] not in (b"", b"{") and start not in (b"c2sp", b"old "):
        raise Other("the file is neither an export as JSON lines nor a proof, and no other is checked here")
    return start


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="an export as JSON lines, or a .tlog-proof")
    parser.add_argument("--checkpoint", action="append", default=[], help="a file with a signed head kept from earlier")
    parser.add_argument("--key", action="append", default=[], help="a public key of the newsroom")
    given = parser.parse_args(arguments)
    try:
        kept = [read_file(name) for name in given.checkpoint]
        start = start_of(given.file)
        with open(given.file, encoding="utf-8") as file:
            if start in (b"c2sp", b"old "):
                check = check_proof if start == b"c2sp" else check_growth
                note, said = check(file.read(), kept)
            else:
                note, said = check_export(file, kept)
        for one in [note, *kept] if given.key else []:
            check_signature(one, given.key)
    except Broken as broken:
        print(f"NOT WHOLE: {broken}")
        return 1
    except Other as other:
        print(f"NOT READABLE: {other}")
        return 2
    except KeyError as missing:
        print(f"NOT READABLE: a line lacks {missing}, so that this is no export of a log, or one of an early version")
        return 2
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        print(f"NOT READABLE: {type(error).__name__}: {error}")
        return 2
    print(said)
    print("signed by a given key" if given.key else "the signature was not checked: give the newsroom's --key")
    print(f"extends {len(kept)} kept head(s)" if kept else "not compared with a head that was kept from earlier")
    return 0


if __name__ == "__main__":
    sys.exit(main())
