"""Two TURN clients of aioice, and two ICE agents of it, reach each other through
the relay. Everything sent has to arrive as it was; anything else ends the script.

    python3 -I aioice.py HOST PORT TRANSPORT USER PASSWORD [CA]

TRANSPORT is udp, tcp or tls. Over TLS the server's certificate has to be for HOST, and
of the CA in the file, if one is named, else of one that this machine trusts.

Without -I Python would take this file for the library of its name.
"""

import asyncio
import ssl
import sys
from importlib.metadata import version

from aioice import Candidate, Connection, TransportPolicy, turn

host, port, transport, user, password, *ca = sys.argv[1:]
server = (host, int(port))
secure = None
if transport == "tls":
    transport, secure = "tcp", ssl.create_default_context(cafile=ca[0] if ca else None)

# Four bytes and fewer are less than a STUN header, also with the four of
# ChannelData before them: over TCP such a message must not wait for the next.
SIZES = [1, 4, 5, 101, 1200]
PATIENCE = 30  # seconds
GREETING = b"I am here"


async def within(awaitable, what):
    try:
        return await asyncio.wait_for(awaitable, PATIENCE)
    except asyncio.TimeoutError:
        raise SystemExit(f"{what}: nothing within {PATIENCE} s") from None


def payload(size, mark):
    return bytes((mark + i) % 256 for i in range(size))


class End(asyncio.DatagramProtocol):
    """An allocation, and what arrives at its relayed address."""

    def __init__(self):
        loop = asyncio.get_running_loop()
        self.arrived = asyncio.Queue()
        self.heard, self.closed = loop.create_future(), loop.create_future()

    async def open(self):
        self.transport, _ = await within(
            turn.create_turn_endpoint(
                lambda: self, server_addr=server, username=user, password=password, ssl=secure, transport=transport
            ),
            "allocating",
        )
        self.address = self.transport.get_extra_info("sockname")
        return self

    def datagram_received(self, data, addr):
        if data != GREETING:
            self.arrived.put_nowait((data, addr))
        elif not self.heard.done():
            self.heard.set_result(None)

    def connection_lost(self, exc):
        if not self.closed.done():
            self.closed.set_result(exc)


async def meet(one, other):
    """What comes from an address that the other end has not sent to yet is lost, so
    both greet until both have heard a greeting."""
    while not (one.heard.done() and other.heard.done()):
        one.transport.sendto(GREETING, other.address)
        other.transport.sendto(GREETING, one.address)
        await asyncio.sleep(0.05)


async def relay():
    """From relayed address to relayed address, one message in flight, both ways."""
    one, other = await End().open(), await End().open()
    await within(meet(one, other), "the first datagram through the relay")
    for size in SIZES:
        for mark, (sender, receiver) in enumerate([(one, other), (other, one)]):
            sent = payload(size, mark)
            sender.transport.sendto(sent, receiver.address)
            got, source = await within(receiver.arrived.get(), f"{size} bytes through the relay")
            if got != sent or source != sender.address:
                raise SystemExit(f"{size} bytes: {len(got)} came from {source}, want them from {sender.address}")
    for end in (one, other):
        end.transport.close()
        await within(end.closed, "giving the allocation back")


def agent(controlling):
    return Connection(
        ice_controlling=controlling,
        turn_server=server,
        turn_username=user,
        turn_password=password,
        turn_ssl=secure,
        turn_transport=transport,
        transport_policy=TransportPolicy.RELAY,
    )


async def introduce(one, other):
    for candidate in one.local_candidates:
        if candidate.type != "relay":
            raise SystemExit(f"a candidate of type {candidate.type}")
        await other.add_remote_candidate(Candidate.from_sdp(candidate.to_sdp()))
    await other.add_remote_candidate(None)
    other.remote_username, other.remote_password = one.local_username, one.local_password


async def ice():
    """Two agents that have nothing but their relay candidates."""
    anna, ben = agent(True), agent(False)
    for one in (anna, ben):
        await within(one.gather_candidates(), "gathering candidates")
    await introduce(anna, ben)
    await introduce(ben, anna)
    await within(asyncio.gather(anna.connect(), ben.connect()), "connecting over the relay")
    for size in SIZES:
        for mark, (sender, receiver) in enumerate([(anna, ben), (ben, anna)]):
            sent = payload(size, mark)
            await sender.send(sent)
            got = await within(receiver.recv(), f"{size} bytes over ICE")
            if got != sent:
                raise SystemExit(f"{size} bytes over ICE: {len(got)} came")
    await within(asyncio.gather(anna.close(), ben.close()), "closing")


async def main():
    await relay()
    await ice()
    print("aioice", version("aioice"), "sizes", SIZES)


asyncio.run(main())
