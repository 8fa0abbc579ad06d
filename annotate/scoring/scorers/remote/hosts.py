"""Where scorers may connect to, and which secrets they may show there. The operator decides; projects choose among it.

The list (`STEPMARK_SCORER_HOSTS`) holds origins (`https://api.example.org`, `http://10.0.0.5:8000`; without a scheme
https is meant) and addresses or networks (`10.0.0.0/8`). A request goes to a listed origin only. The address that its
name leads to must be public, or listed itself: a name that somebody else controls must not lead into our network.

A key (`STEPMARK_KEYS`) is `{"name": {"key": "sk-…", "hosts": ["api.example.org"]}}` and is shown to its own hosts only,
so that a project can't have it sent to another listed one.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpcore

PORTS = {"http": 80, "https": 443}
NAT64, COMPATIBLE = ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotAllowed(Exception):
    """The message says what is not allowed, for the page."""


@dataclass(frozen=True, slots=True)
class Origin:
    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == PORTS[self.scheme] else f":{self.port}")


def origin_of(url: str) -> Origin:
    """Raises NotAllowed for what is no plain http(s) address."""
    try:
        parts: SplitResult = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotAllowed("This is not an address.") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise NotAllowed("An address begins with https:// or http:// and a host.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise NotAllowed("The address must not hold a user, a password, a query or a fragment.")
    return Origin(parts.scheme, parts.hostname.lower(), port or PORTS[parts.scheme])


class Hosts:
    """The operator's list, read."""

    def __init__(self, listed: Sequence[str]) -> None:
        self.origins: set[Origin] = set()
        self.networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
        for entry in listed:
            try:
                self.networks.append(ipaddress.ip_network(entry, strict=False))
            except ValueError:
                origin = origin_of(entry if "://" in entry else f"https://{entry}")
                self.origins.add(origin)
                if address := _literal(origin.host):
                    self.networks.append(ipaddress.ip_network(address))

    def check(self, url: str) -> Origin:
        """The url's origin. Raises NotAllowed if it is not listed."""
        origin = origin_of(url)
        if origin not in self.origins:
            known = ", ".join(sorted(map(str, self.origins))) or "none"
            raise NotAllowed(
                f"{origin} is not among the servers that the operator allows (STEPMARK_SCORER_HOSTS): {known}."
            )
        return origin

    def check_address(self, address: Address) -> None:
        """Raises NotAllowed for an address that is neither public nor listed."""
        if self._lists(address):
            return
        for one in _behind(address):
            if not self._lists(one) and (not one.is_global or one.is_multicast):
                raise NotAllowed(f"{one} is not a public address, and the operator has not listed it.")

    def _lists(self, address: Address) -> bool:
        return any(address in network for network in self.networks if network.version == address.version)


class GuardedBackend(httpcore.SyncBackend):
    """Connects to addresses that are allowed, and to no other: each is looked up once, checked, and then used."""

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        refusal: Exception | None = None
        for address in _look_up(host, port):
            try:
                self._hosts.check_address(address)
                return super().connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (NotAllowed, httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                refusal = error
        raise refusal or httpcore.ConnectError(f"{host} has no address")

    def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        raise NotAllowed("Sockets in the file system are not for scorers.")


def _look_up(host: str, port: int) -> list[Address]:
    if address := _literal(host):
        return [address]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(f"the name {host} leads nowhere") from error
    return list(dict.fromkeys(ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))


def _behind(address: Address) -> list[Address]:
    """Every address that this one may lead to: some of IPv6 hold one of IPv4, to which a gateway passes things on."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    inside = [address.sixtofour, *(address.teredo or ())]
    if address in NAT64 or (address in COMPATIBLE and not (address.is_loopback or address.is_unspecified)):
        inside.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [address, *(one for one in inside if one is not None)]


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def secret(keys: Mapping[str, Any], name: str, origin: Origin) -> str:
    """The operator's key of this name, for this origin. Raises NotAllowed if it is not meant for it."""
    entry = keys.get(name)
    if not isinstance(entry, Mapping) or not isinstance(entry.get("key"), str):
        known = ", ".join(sorted(keys)) or "none"
        raise NotAllowed(f"There is no key {name}. The operator's keys (STEPMARK_KEYS) are: {known}.")
    for host in entry.get("hosts") or ():
        # Where the entry names no scheme the key may only travel encrypted.
        meant = origin_of(host if "://" in host else f"https://{host}")
        if meant == origin:
            return str(entry["key"])
    raise NotAllowed(f"The key {name} is not for {origin}: its hosts are in STEPMARK_KEYS.")
