"""证据包: everything that proves one case, as a ZIP that needs neither this system nor a network.

`parts.py` and `governing.py` lay down what the engine knows of a case, `proofs.py` the signed daily roots that cover
it, `package.py` makes the file and seals its list of contents, `verify.py` checks it. A copy of `verify.py` travels in
every file: it is plain Python without any other library.
"""
