"""Events of hand-over: agency, sale, charge-off, the credit record; and of the end, and after it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from overdue_flow.cases.events.base import Happening, Prose, Word
from overdue_flow.money import Amount


class PlacedWithAgency(Happening):
    """委外: an agency collects from now on, until the end of `until` or until it is recalled."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reference"})

    kind: Literal["PlacedWithAgency"] = "PlacedWithAgency"
    agency: Word
    until: date | None = None
    reference: Word | None = None


class Recalled(Happening):
    """The account came back from the agency."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["Recalled"] = "Recalled"
    reason: Prose = ""


class AssetDisposed(Happening):
    """资产处置: something that secures the debt, or was seized, was sold. The money itself is a `PaymentReceived`."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reference"})

    kind: Literal["AssetDisposed"] = "AssetDisposed"
    asset: Literal["account", "property", "vehicle", "other"]
    proceeds: Amount | None = None
    reference: Word | None = None


class DebtSold(Happening):
    """The debt belongs to somebody else."""

    kind: Literal["DebtSold"] = "DebtSold"
    buyer: Word
    price: Amount | None = None


class ChargedOff(Happening):
    """Removed from the books; still owed."""

    kind: Literal["ChargedOff"] = "ChargedOff"
    amount: Amount | None = None


class WrittenOff(Happening):
    """No reasonable expectation of recovery."""

    kind: Literal["WrittenOff"] = "WrittenOff"
    amount: Amount | None = None


class CreditNoticeGiven(Happening):
    """The borrower was told that the arrears will stand in their credit record."""

    kind: Literal["CreditNoticeGiven"] = "CreditNoticeGiven"


class CreditReported(Happening):
    """The arrears were reported to a credit bureau (征信)."""

    kind: Literal["CreditReported"] = "CreditReported"
    bureau: Word | None = None


class CreditCorrected(Happening):
    """What was reported to a credit bureau was corrected, or taken back."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["CreditCorrected"] = "CreditCorrected"
    bureau: Word | None = None
    reason: Prose = ""


class SurveyAnswered(Happening):
    """The borrower says how they were treated: `score` from 0 (badly) to 10 (well)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"comment"})

    kind: Literal["SurveyAnswered"] = "SurveyAnswered"
    score: Annotated[int, Field(ge=0, le=10)]
    comment: Prose = ""


class Closed(Happening):
    """The host closed the loan."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["Closed"] = "Closed"
    reason: Prose = ""
