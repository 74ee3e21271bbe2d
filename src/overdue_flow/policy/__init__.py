"""What the lender wants: a policy file, read with its places, checked before it runs.

`source` reads YAML into plain text with places, `model` is the file format, `load` gives the checked `Policy` or every
problem, `lint` says what somebody should look at.
"""
