"""Placeholder shape, replaced by the real layers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    level: str


def plan(readable: list[str], level: str) -> Plan:
    return Plan("0 (nothing is confined)")


def apply(plan: Plan, scratch: str, slot: int) -> None:
    return None
