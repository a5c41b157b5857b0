"""One preset per data set: the defaults that `--dataset=NAME` starts from.

A preset is a function that returns a `Config`. Its parameters are the fields
that other fields depend on: the margin, for example, depends on the number of
bits.
"""
