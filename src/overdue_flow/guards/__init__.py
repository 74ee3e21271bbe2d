"""One small language for conditions on a loan, and its readings.

    text      tokens, parse    -> syntax    what stands there, with places; nothing is evaluated
    syntax    check            -> tree      typed against a vocabulary; sides, arithmetic, operands, presence help it
    tree      evaluate                      the meaning; `possible` asks it while facts are unknown
              compile, changes              the functions that run on every turn, and that find wake days
              horizon, crossings            the next day on which a guard flips
              explain, phrases              plain words, for one case on one day

`evaluate` is the definition: every other reading is compared with it (`tests/laws/`). The door is
`check.read_guard(text, vocabulary)`; it returns a `Guard` or every fault of the text.
"""
