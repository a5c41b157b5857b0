"""One preset per data set: the defaults that `--dataset=NAME` starts from.

A preset is a function that returns a `Config`. Its parameters are the fields
that others depend on, such as the margin on the number of bits.
"""
