"""One small language for conditions on a loan, and its readings.

Syntax is parsed once (`parse`), typed once against a vocabulary (`check`); `evaluate` is the meaning, and every other
reading (`compile`, `horizon`, `explain`) is compared with it.
"""
