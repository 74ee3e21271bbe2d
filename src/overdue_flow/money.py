"""Money: `Decimal` at the door, integer minor units inside, never a float.

Rules. An amount is exact: one with more decimals than its currency has is refused, not rounded. Two currencies never
meet in one sum. Minor units per currency follow ISO 4217 (JPY has none, KWD three; a code not listed here has two).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import Annotated, Any, TypeAlias

from pydantic import GetCoreSchemaHandler, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import CoreSchema, core_schema

from overdue_flow.errors import MoneyError, shown

_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split()
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND".split()
_DECIMALS = {**dict.fromkeys(_NO_DECIMALS, 0), **dict.fromkeys(_THREE_DECIMALS, 3)}
_CODE = re.compile(r"[A-Z]{3}")
_LARGEST = Decimal(10) ** 15
_TOO_LARGE = Decimal("Infinity")
_LONGEST = 200
"""Text of an amount has at most so many characters."""
_DECIMALS_MAX = 30
_EXACT = Context(prec=60)
"""Amounts are scaled exactly, whatever precision the host's own decimal context has."""


def decimals_of(currency: str) -> int:
    """How many decimals amounts in `currency` have (ISO 4217)."""
    return _DECIMALS.get(currency, 2)


def exact_decimal(value: Decimal | str | int) -> Decimal:
    """`value` as a finite Decimal below 10**15; MoneyError for anything else, floats included."""
    if isinstance(value, bool | float) or not isinstance(value, Decimal | str | int):
        raise MoneyError(f"`{shown(value, 40)}` is not an exact amount; write it as text or as a Decimal")
    try:
        amount = _decimal(value)
    except InvalidOperation:
        raise MoneyError(f"`{shown(value, 40)}` is not an amount") from None
    if not amount.is_finite() or amount.copy_abs() >= _LARGEST:
        raise MoneyError(f"`{shown(value, 40)}` is not an amount below 10**15")
    if amount.adjusted() < -_DECIMALS_MAX:
        raise MoneyError(f"`{shown(value, 40)}` is not an amount; it has more than {_DECIMALS_MAX} decimals")
    return amount


def _decimal(value: Decimal | str | int) -> Decimal:
    """The number that a value says; what is far too long to be an amount is not worked out."""
    if isinstance(value, str):
        return Decimal(value.strip()) if len(value) <= _LONGEST else _TOO_LARGE
    if isinstance(value, int):
        return Decimal(value) if abs(value) < _LARGEST else _TOO_LARGE
    return value


def to_minor(amount: Decimal, currency: str) -> int:
    """`amount` in minor units of `currency` (12.34 CNY is 1234); MoneyError where it has more decimals than that."""
    scaled = amount.scaleb(decimals_of(currency), _EXACT)
    minor = int(scaled)
    if minor != scaled:
        raise MoneyError(f"`{amount}` has more decimals than {currency} has ({decimals_of(currency)})")
    return minor


@lru_cache(maxsize=65_536)
def from_minor(minor: int, currency: str) -> Decimal:
    """Minor units of `currency` as an amount (1234 CNY is 12.34)."""
    return Decimal(minor).scaleb(-decimals_of(currency), _EXACT)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency, such as `Money("120.00", "CNY")`. Prints, and reads back, as `120.00 CNY`."""

    amount: Decimal
    currency: str

    def __init__(self, amount: Decimal | str | int, currency: str) -> None:
        if not _CODE.fullmatch(currency):
            name = shown(currency, 20)
            raise MoneyError(f"`{name}` is not a currency code; expected three capital letters, such as CNY")
        exact = exact_decimal(amount)
        minor = to_minor(exact, currency)
        object.__setattr__(self, "amount", from_minor(minor, currency))
        object.__setattr__(self, "currency", currency)

    @property
    def minor(self) -> int:
        """The amount in minor units."""
        return to_minor(self.amount, self.currency)

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read `120.00 CNY`."""
        parts = text.split()
        if len(parts) != 2:
            said = shown(text, 40)
            raise MoneyError(f"`{said}` is not money; expected an amount and a currency, such as `120.00 CNY`")
        return cls(parts[0], parts[1])

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        def read(value: Any) -> Money:
            return value if isinstance(value, Money) else cls.parse(str(value))

        return core_schema.no_info_plain_validator_function(
            read, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )


def _read_amount(value: Any) -> Money | Decimal:
    if isinstance(value, Money):
        return value
    if isinstance(value, str) and any(letter.isalpha() for letter in value):
        return Money.parse(value)
    return exact_decimal(value)


def _write_amount(value: Money | Decimal) -> str:
    return str(value) if isinstance(value, Money) else f"{value:f}"


Amount: TypeAlias = Annotated[
    Money | Decimal,
    PlainValidator(_read_amount),
    PlainSerializer(_write_amount, return_type=str),
    WithJsonSchema({"type": ["string", "number"], "description": "an amount, such as 120.00 or `120.00 CNY`"}),
]
"""What an event's amount may be: money, or a bare number in the currency of the case."""


def amount_in_minor(amount: Money | Decimal, currency: str) -> int:
    """`amount` in minor units of the case's `currency`; MoneyError where it is in another currency."""
    if isinstance(amount, Money):
        if amount.currency != currency:
            raise MoneyError(f"`{amount}` is not in {currency}, the currency of the case")
        amount = amount.amount
    return to_minor(amount, currency)
