"""The Python rules that Bazel itself carries, under their public names."""

py_binary = native.py_binary
py_library = native.py_library
py_test = native.py_test
