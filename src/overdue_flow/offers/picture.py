"""A comparison as a picture: for each offer what falls due and when. The one file that knows matplotlib.

The same comparison gives the same bytes: nothing in the picture says when it was made.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from overdue_flow.errors import MissingExtra
from overdue_flow.offers.comparison import Comparison
from overdue_flow.offers.contract import Amounts, Contract, amounts_of
from overdue_flow.offers.offer import Offer
from overdue_flow.offers.words import LABELS, loss_in_percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INSTALL = 'pip install "overdue-flow[pictures]"'

_COLOURS = {"principal": "#3b6ea5", "interest": "#e0a458", "costs": "#a23b3b"}
_INCOME, _NO, _DIM = "#2e7d32", "#a23b3b", "#666666"
_INCHES_WIDE, _LESS_HIGH = 9, 1
_SALT = "overdue-flow"
"""What the ids inside the picture are made of: by default they would be random."""


def svg(comparison: Comparison) -> str:
    """The picture as SVG; MissingExtra without matplotlib."""
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtra(f"a picture needs matplotlib; install it with: {INSTALL}") from None
    rows = len(comparison.offers) + 1
    written = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": _SALT, "svg.fonttype": "none", "font.size": 8}):
        figure = Figure(figsize=(_INCHES_WIDE, rows * _LESS_HIGH + 1), layout="constrained")
        _draw(figure, comparison, rows)
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return written.getvalue()


def _draw(figure: Figure, comparison: Comparison, rows: int) -> None:
    contract = comparison.contract
    panels = figure.subplots(rows, 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    _panel(panels[0], contract, _contract_bars(contract), "contract as it stands")
    for panel, offer in zip(panels[1:], comparison.offers, strict=True):
        _panel(panel, contract, _offer_bars(offer), _title(comparison, offer))
    if comparison.disposable_income is not None:
        burden = comparison.disposable_income * contract.rhythm.in_months
        for panel in panels:
            panel.axhline(_units(burden, contract), color=_INCOME, linewidth=1, linestyle="--", label="can be paid")
    _axis(panels[0], contract)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=len(labels), frameon=False)
    figure.suptitle(f"offers on {contract.day}, amounts in {contract.currency}", x=0, ha="left")


def _panel(panel: Axes, contract: Contract, bars: Mapping[date, Amounts], title: str) -> None:
    """One schedule: a bar for each due date, by component."""
    days: Any = list(bars)
    floor = [0] * len(days)
    for name, colour in _COLOURS.items():
        heights = [_units(getattr(amounts, name), contract) for amounts in bars.values()]
        panel.bar(days, heights, _width(contract), floor, color=colour, label=name)
        floor = [below + height for below, height in zip(floor, heights, strict=True)]
    panel.set_title(title, loc="left", fontsize=8, pad=2, color=_NO if title.endswith("cannot be paid") else "black")
    panel.spines[["top", "right"]].set_visible(False)
    panel.tick_params(colors=_DIM)


def _width(contract: Contract) -> int:
    """How many days wide a bar is: about half a period, so that neighbours stand apart."""
    return max(1, int(contract.rhythm.in_months * 14))


def _axis(panel: Axes, contract: Contract) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    panel.yaxis.set_major_locator(MaxNLocator(3))
    panel.yaxis.set_major_formatter(FuncFormatter(lambda units, _: f"{int(Decimal(int(units)) * contract.unit):,}"))


def _units(amount: Decimal, contract: Contract) -> int:
    """An amount in whole minor units: a picture is drawn with numbers that are not exact."""
    return int(amount / contract.unit)


def _contract_bars(contract: Contract) -> dict[date, Amounts]:
    bars = {one.due_on: amounts_of(one) for one in contract.coming}
    bars[contract.day] = bars.get(contract.day, Amounts()).plus(contract.overdue)
    return bars


def _offer_bars(offer: Offer) -> dict[date, Amounts]:
    bars: dict[date, Amounts] = {}
    for one in (*offer.schedule, *(offer.contract.coming if offer.beside_contract else ())):
        bars[one.due_on] = bars.get(one.due_on, Amounts()).plus(amounts_of(one))
    return bars


def _title(comparison: Comparison, offer: Offer) -> str:
    number = comparison.offers.index(offer) + 1
    title = (
        f"{number} {LABELS[offer.kind][0]}: to pay {offer.to_pay.total:f}, value lost {loss_in_percent(offer.npv_loss)}"
    )
    income = comparison.disposable_income
    return title if income is None or offer.affordable(income) else f"{title}; cannot be paid"
